import { isRouteErrorResponse } from 'react-router'
import { kitMessages } from '../messages/kit.ts'
import { problemText } from '../messages/problems.ts'
import { paths } from '../paths.ts'
import type { ErrorFacts } from '../problems.ts'
import { buttonClass } from './button.tsx'
import { DocumentTitle } from './page.tsx'
import { useSite } from './site.tsx'
import { CopyId } from './values.tsx'

/**
 * What is left of a page that failed. "Not there" and "not yours" look the same. `standalone` is for the outermost
 * boundary, where no shell stands around it.
 */
export function ErrorPage({ error, standalone = false }: { error: unknown; standalone?: boolean }) {
  const { locale } = useSite()
  const words = kitMessages[locale].errors
  const status = isRouteErrorResponse(error) ? error.status : 500
  const facts = isRouteErrorResponse(error) ? (error.data as Partial<ErrorFacts> | null) : null
  const { title, text } = explain(status, facts, locale)
  const page = (
    <div className="mx-auto grid max-w-md justify-items-start px-6 py-20 sm:py-28">
      <DocumentTitle>{title}</DocumentTitle>
      <p className="font-mono text-sm text-muted">
        {status === 403 && !TELLS_WHY.has(facts?.code ?? '') ? 404 : status}
      </p>
      <h1 className="mt-2 text-3xl tracking-tighter">{title}</h1>
      <p className="mt-3 text-muted">{text}</p>
      <div className="mt-7 flex flex-wrap gap-3">
        <a href={paths.landing(locale)} className={buttonClass({ variant: 'primary' })}>
          {words.home}
        </a>
        {(status === 429 || status >= 500) && (
          <a href="" className={buttonClass()}>
            {words.again}
          </a>
        )}
      </div>
      {status >= 500 && facts?.requestId && (
        <p className="mt-8 flex flex-wrap items-center gap-x-2 text-sm text-muted">
          {words.requestId}
          <CopyId value={facts.requestId} />
        </p>
      )}
    </div>
  )
  return standalone ? <main id="main">{page}</main> : page
}

/** Refusals that may be told apart from a page that is not there: they are about the person, not about the page. */
const TELLS_WHY = new Set(['permission_denied', 'acting_refused'])

function explain(
  status: number,
  facts: Partial<ErrorFacts> | null,
  locale: 'en' | 'de',
): { title: string; text: string } {
  const words = kitMessages[locale].errors
  if (status === 403 && facts?.code === 'permission_denied') return words.noAccess
  if (status === 404 || (status === 403 && !TELLS_WHY.has(facts?.code ?? ''))) return words.notFound
  if (status === 410) return words.gone
  if (status === 429) return { title: words.tooMany.title, text: words.tooMany.text(facts?.retryAfterSeconds) }
  if (status === 503) return words.unavailable
  if (status >= 500 || !facts?.code || !facts.message) return words.broken
  return { title: words.refused, text: problemText({ code: facts.code, message: facts.message }, locale) }
}

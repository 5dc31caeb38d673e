import { Download } from 'lucide-react'
import { data, redirect, redirectDocument } from 'react-router'
import { mayDo } from '#modules/accounts/permissions.ts'
import { closeCustomer, getClosing } from '#modules/support/close-customer.ts'
import { listDataExports } from '#modules/support/data-exports-queries.ts'
import { requestDataExport } from '#modules/support/request-data-export.ts'
import { isProblem } from '#platform/problem.ts'
import { signedOutHeaders } from '../auth/session-cookie.ts'
import { signedInContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { ownDataMessages } from '../messages/own-data.ts'
import { paths } from '../paths.ts'
import { LinkButton, SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { fieldText } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useAnswer } from '../ui/live.ts'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { Time } from '../ui/values.tsx'
import { ProfileFrame } from './profile-frame.tsx'
import { portalScope } from './scope.ts'
import { usePolling } from './use-polling.ts'
import { iso } from './view.ts'
import type { Route } from './+types/profile-data-page'

const POLL_MS = 3_000

export async function loader({ context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const [exports, closing, signedIn] = await Promise.all([
    listDataExports(app, actor),
    mayDo(actor, 'customer.close') ? getClosing(app, actor) : null,
    context.get(signedInContext)(),
  ])
  return {
    closing,
    name: signedIn?.customer?.name ?? '',
    exports: exports.map(({ id, state, createdAt, expiresAt }) => ({
      id,
      state,
      createdAt: iso(createdAt),
      expiresAt: iso(expiresAt),
    })),
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor, locale } = portalScope(context)
  const form = await request.formData()
  try {
    if (fieldText(form, 'intent') === 'close') {
      await closeCustomer(app, actor)
      // The log-in page is no part of the portal: it loads by itself, without scripts.
      return redirectDocument(`${paths.login()}?notice=closed`, { headers: signedOutHeaders() })
    }
    await requestDataExport(app, actor)
    return redirectWithFlash(paths.profileData(), 'exportAsked')
  } catch (error) {
    if (!isProblem(error)) throw error
    if (error.code === 'too_many_attempts')
      return data({ ok: false as const, message: ownDataMessages[locale].tooMany }, 429)
    // What stands in the way is listed on the page itself.
    if (error.code === 'services_running' || error.code === 'invoices_open') return redirect(paths.profileData())
    throw error
  }
}

type Loaded = Route.ComponentProps['loaderData']

export default function ProfileDataPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const words = useMessages(ownDataMessages)
  const { exports, closing, name } = loaderData
  const pending = exports.some(({ state }) => state === 'pending')
  usePolling(pending, POLL_MS)
  return (
    <ProfileFrame notice={answer?.message && <Notice tone="warn">{answer.message}</Notice>}>
      <Card title={words.take} text={words.takeText}>
        <div className="mt-1.5 grid gap-4">
          {exports.map((each) => (
            <Export key={each.id} wanted={each} />
          ))}
          {!pending && (
            <ActionForm state={undefined} labels={{}}>
              <p className="text-sm text-muted">{words.askHint}</p>
              <FormActions>
                <SubmitButton name="intent" value="export" variant="secondary">
                  {words.ask}
                </SubmitButton>
              </FormActions>
            </ActionForm>
          )}
        </div>
      </Card>
      <Card title={words.close} text={words.closeText(name)}>
        {closing ? <Close closing={closing} /> : <p className="mt-1.5 text-muted">{words.mayNot}</p>}
      </Card>
    </ProfileFrame>
  )
}

function Export({ wanted }: { wanted: Loaded['exports'][number] }) {
  const words = useMessages(ownDataMessages)
  const ready = wanted.state === 'ready'
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-control border border-line px-4 py-3">
      <div>
        <p className="font-medium" role="status">
          {ready ? words.ready : `${words.pending} …`}
        </p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted">
          <span>
            {words.asked} <Time at={wanted.createdAt} />
          </span>
          {ready && (
            <span>
              {words.until} <Time at={wanted.expiresAt} />
            </span>
          )}
        </p>
      </div>
      {ready && (
        <LinkButton to={paths.dataExport(wanted.id)} size="small" document download>
          <Download aria-hidden="true" />
          {words.get}
        </LinkButton>
      )}
    </div>
  )
}

function Close({ closing }: { closing: NonNullable<Loaded['closing']> }) {
  const words = useMessages(ownDataMessages)
  const { services, openInvoices, keptInvoices, keptPayments } = closing
  if (services + openInvoices > 0)
    return (
      <Notice tone="info" title={words.blocked}>
        <ul className="list-disc pl-4">
          {services > 0 && <li>{words.services(services)}</li>}
          {openInvoices > 0 && <li>{words.invoices(openInvoices)}</li>}
        </ul>
      </Notice>
    )
  return (
    <div className="mt-1.5 grid gap-4">
      <div>
        <h3 className="font-medium">{words.erasedTitle}</h3>
        <ul className="mt-1 list-disc pl-4 text-muted">
          {words.erased.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </div>
      <div>
        <h3 className="font-medium">{words.keptTitle}</h3>
        <p className="mt-1 text-muted">{words.kept(keptInvoices, keptPayments)}</p>
      </div>
      <div>
        <ConfirmButton
          label={words.submit}
          title={words.confirmTitle}
          confirm={words.submit}
          fields={{ intent: 'close' }}
        >
          <p>{words.confirmText}</p>
        </ConfirmButton>
      </div>
    </div>
  )
}

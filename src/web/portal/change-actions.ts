import { acceptChange } from '#modules/billing/accept-change.ts'
import type { App } from '#app/app.ts'
import { listChangeChoices } from '#modules/billing/list-change-choices.ts'
import { quoteChange } from '#modules/billing/quote-change.ts'
import { getChange } from '#modules/billing/subscription-queries.ts'
import type { Change } from '#modules/billing/change.ts'
import type { Actor } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { randomToken } from '#platform/secrets.ts'
import { readWanted, StoredWanted } from './change-form.ts'
import { choicesView, quoteView } from './subscription-view.ts'
import { fieldText, tryForm } from '../ui/form-state.ts'

type Scope = { app: App; actor: Actor; locale: Locale }
/** The key of a form; one that is none counts as not sent. */
const keyOf = (form: FormData): string | undefined => /^[\w-]{10,64}$/.exec(fieldText(form, 'key'))?.[0]

const CHANGE_ID = /^chq_[0-9a-z]{26}$/

/** What can be chosen, and the quote that the address names, if it is still one. */
export async function loadChange({ app, actor, locale }: Scope, subscriptionId: string, request: Request) {
  const choices = await listChangeChoices(app, actor, subscriptionId)
  const quote = await findQuote({ app, actor, locale }, subscriptionId, new URL(request.url).searchParams.get('quote'))
  return {
    subscriptionId,
    choices: choicesView(choices, quote ? StoredWanted.parse(quote.wanted) : {}, locale),
    quote: quote && quoteView(quote),
    /** Of the form as it is shown now: sent twice, it is one quote. */
    key: randomToken(),
  }
}

async function findQuote(
  { app, actor }: Scope,
  subscriptionId: string,
  changeId: string | null,
): Promise<Change | undefined> {
  if (!changeId || !CHANGE_ID.test(changeId)) return undefined
  try {
    const change = await getChange(app, actor, { changeId })
    const alive = change.state === 'quoted' && Temporal.Instant.compare(change.expiresAt, app.clock.now()) > 0
    return alive && change.subscriptionId === subscriptionId ? change : undefined
  } catch (error) {
    // One that was never accepted is forgotten after a day.
    if (isProblem(error) && error.code === 'change_not_found') return undefined
    throw error
  }
}

/** Asks what is chosen costs, or accepts what was shown. */
export async function actOnChange({ app, actor, locale }: Scope, subscriptionId: string, form: FormData) {
  if (fieldText(form, 'intent') === 'accept')
    return tryForm(form, locale, () => acceptChange(app, actor, { changeId: fieldText(form, 'changeId') }))
  const choices = await listChangeChoices(app, actor, subscriptionId)
  return tryForm(form, locale, () =>
    quoteChange(app, actor, { subscriptionId, ...readWanted(form, choices), idempotencyKey: keyOf(form) }),
  )
}

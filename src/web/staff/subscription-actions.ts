import { z } from 'zod'
import { lookAtGateway } from '#modules/billing/adoption/follow-subscription.ts'
import { moveSubscription, undoMove } from '#modules/billing/adoption/move-subscriptions.ts'
import { CANCEL_REASONS } from '#modules/billing/cancel-reason.ts'
import { holdSuspension } from '#modules/billing/hold-suspension.ts'
import { requestCancellation, undoCancellation } from '#modules/billing/request-cancellation.ts'
import { withdrawChange } from '#modules/billing/withdraw-change.ts'
import type { Locale } from '#platform/i18n.ts'
import { type FormState, fieldText, parseForm, tryForm } from '../ui/form-state.ts'
import type { StaffScope } from './access.ts'

const Cancel = z.object({
  intent: z.literal('cancel'),
  when: z.enum(['period_end', 'now']),
  reason: z.enum(CANCEL_REASONS),
})
const Hold = z.object({ intent: z.literal('hold'), until: z.iso.date().optional() })
const Withdraw = z.object({ intent: z.literal('withdraw'), changeId: z.string() })

type Done = { ok: true; value: unknown } | FormState

/** What staff do to a subscription for its customer: end it, keep it after all, take a change back, hold suspension, move it
 * over from Stripe or back, look how it stands there. */
export async function actOnSubscription(
  { app, actor }: StaffScope,
  subscriptionId: string,
  form: FormData,
  locale: Locale,
): Promise<Done> {
  switch (fieldText(form, 'intent')) {
    case 'cancel': {
      const parsed = parseForm(Cancel, form, locale)
      if (!parsed.ok) return parsed
      const { when, reason } = parsed.value
      return tryForm(form, locale, () => requestCancellation(app, actor, { subscriptionId, when, reason }))
    }
    case 'move':
      return tryForm(form, locale, () => moveSubscription(app, actor, { subscriptionId }))
    case 'undoMove':
      return tryForm(form, locale, () => undoMove(app, actor, { subscriptionId }))
    case 'look':
      return tryForm(form, locale, () => lookAtGateway(app, actor, { subscriptionId }))
    case 'hold': {
      const parsed = parseForm(Hold, form, locale)
      if (!parsed.ok) return parsed
      const until = parsed.value.until === undefined ? null : Temporal.PlainDate.from(parsed.value.until)
      return tryForm(form, locale, () => holdSuspension(app, actor, { subscriptionId, until }))
    }
    case 'withdraw': {
      const parsed = parseForm(Withdraw, form, locale)
      if (!parsed.ok) return parsed
      return tryForm(form, locale, () => withdrawChange(app, actor, { changeId: parsed.value.changeId }))
    }
    default:
      return tryForm(form, locale, () => undoCancellation(app, actor, { subscriptionId }))
  }
}

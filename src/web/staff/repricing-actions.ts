import { data } from 'react-router'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { announceRepricing, cancelRepricing } from '#modules/billing/announce-repricing.ts'
import { excludeCustomer, updateRepricing } from '#modules/billing/prepare-repricing.ts'
import { listRepriceable } from '#modules/billing/list-repriceable.ts'
import { getRepricing } from '#modules/billing/repricings-queries.ts'
import type { Actor } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffRepricingsMessages } from '../messages/staff-repricings.ts'
import { parseForm, tryForm, typedValues } from '../ui/form-state.ts'
import { readPrice } from './read-amount.ts'

const Asked = z.object({
  do: z.enum(['announce', 'cancel', 'exclude', 'include', 'update']),
  customerId: z.string().max(40).optional(),
  amount: z.string().max(20).optional(),
  effectiveOn: z.iso.date().optional(),
})

type Scope = { app: App; actor: Actor; locale: Locale }

/** Does what was asked of a price change, and comes back to where it was asked. */
export async function actOnRepricing(
  { app, actor, locale }: Scope,
  repricingId: string,
  form: FormData,
  backTo: string,
) {
  const parsed = parseForm(Asked, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const { customerId = '', amount = '', effectiveOn } = parsed.value
  const words = staffRepricingsMessages[locale].wrong
  const wrong = (errors: Record<string, string>) => data({ ok: false as const, errors, values: typedValues(form) }, 422)
  if (parsed.value.do === 'update') {
    const { currency } = await getRepricing(app, actor, repricingId)
    const amountMinor = readPrice(amount, currency)
    if (amountMinor === undefined) return wrong({ amount: words.amount })
    const { noticeDays } = await listRepriceable(app, actor)
    if (effectiveOn === undefined) return wrong({ effectiveOn: words.notice(noticeDays) })
    const day = Temporal.PlainDate.from(effectiveOn)
    const saved = await tryForm(form, locale, () =>
      updateRepricing(app, actor, { repricingId, amountMinor, effectiveOn: day }),
    )
    if (saved.ok) return redirectWithFlash(backTo, 'saved')
    return 'effectiveOn' in saved.errors ? wrong({ effectiveOn: words.notice(noticeDays) }) : data(saved, 409)
  }
  const { do: asked } = parsed.value
  const done = await tryForm(form, locale, () => {
    if (asked === 'announce') return announceRepricing(app, actor, { repricingId })
    if (asked === 'cancel') return cancelRepricing(app, actor, { repricingId })
    return excludeCustomer(app, actor, { repricingId, customerId, excluded: asked === 'exclude' })
  })
  return done.ok ? redirectWithFlash(backTo, 'saved') : data(done, 409)
}

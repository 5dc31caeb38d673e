import { data } from 'react-router'
import { z } from 'zod'
import { prepareRepricing } from '#modules/billing/prepare-repricing.ts'
import { listRepriceable, type Repriceable } from '#modules/billing/list-repriceable.ts'
import { toDecimal } from '#platform/money.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffCatalogMessages } from '../messages/staff-catalog.ts'
import { staffRepricingsMessages } from '../messages/staff-repricings.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Field, Select } from '../ui/field.tsx'
import { parseForm, tryForm, typedValues } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { readPrice } from './read-amount.ts'
import { partOf } from './repricing-part.ts'
import type { Route } from './+types/repricing-new-page'

const keyOf = ({ planId, optionCode, choice, currency, intervalCount, intervalUnit }: Repriceable): string =>
  [planId, optionCode ?? '', choice ?? '', currency, intervalCount, intervalUnit].join('.')

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const { choices, noticeDays, timeZone } = await listRepriceable(app, actor)
  const planId = new URL(request.url).searchParams.get('plan')
  const chosen = choices.find((choice) => choice.planId === planId) ?? choices[0]
  const words = staffCatalogMessages[locale]
  const today = app.clock.now().toZonedDateTimeISO(timeZone).toPlainDate()
  return {
    noticeDays,
    earliest: today.add({ days: noticeDays }).toString(),
    choices: choices.map((choice) => ({
      value: keyOf(choice),
      label: `${partOf(choice, locale)}, ${choice.currency}, ${words.perCount(choice.intervalCount, words.per[choice.intervalUnit])} (${choice.agreements})`,
    })),
    chosen: chosen && keyOf(chosen),
    amount: chosen && chosen.listedMinor !== null ? toDecimal(chosen.listedMinor, chosen.currency) : undefined,
  }
}

const Input = z.object({ plan: z.string().max(200), amount: z.string().max(20), effectiveOn: z.iso.date() })

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const words = staffRepricingsMessages[locale].wrong
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const { choices, noticeDays } = await listRepriceable(app, actor)
  const choice = choices.find((each) => keyOf(each) === parsed.value.plan)
  const wrong = (errors: Record<string, string>) => data({ ok: false as const, errors, values: typedValues(form) }, 422)
  if (!choice) return wrong({ plan: words.plan })
  const amountMinor = readPrice(parsed.value.amount, choice.currency)
  if (amountMinor === undefined) return wrong({ amount: words.amount })
  const { planId, optionCode, choice: chosen, currency, intervalUnit, intervalCount } = choice
  const effectiveOn = Temporal.PlainDate.from(parsed.value.effectiveOn)
  const made = await tryForm(form, locale, () =>
    prepareRepricing(app, actor, {
      planId,
      optionCode,
      choice: chosen,
      currency,
      intervalUnit,
      intervalCount,
      amountMinor,
      effectiveOn,
    }),
  )
  if (made.ok) return redirectWithFlash(paths.staffRepricing(made.value.id), 'saved')
  return 'effectiveOn' in made.errors ? wrong({ effectiveOn: words.notice(noticeDays) }) : data(made, 409)
}

export default function RepricingNewPage({ loaderData, actionData }: Route.ComponentProps) {
  const { choices, chosen, amount, earliest, noticeDays } = loaderData
  const words = useMessages(staffRepricingsMessages)
  return (
    <FormPage title={words.create} text={words.createText} back={{ to: paths.staffRepricings(), label: words.title }}>
      {choices.length === 0 ? (
        <EmptyState title={words.nobody} text={words.nobodyText} />
      ) : (
        <ActionForm state={actionData} labels={words.labels}>
          <Select name="plan" initial={chosen} hint={words.hints.plan} options={choices} required />
          <Field name="amount" initial={amount} hint={words.hints.amount} inputMode="decimal" required />
          <Field
            name="effectiveOn"
            type="date"
            initial={earliest}
            min={earliest}
            hint={words.hints.effectiveOn(noticeDays)}
            required
          />
          <FormActions>
            <SubmitButton variant="primary">{words.prepare}</SubmitButton>
          </FormActions>
        </ActionForm>
      )}
    </FormPage>
  )
}

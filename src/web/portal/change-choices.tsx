import { intervalOf } from '#modules/catalog/interval.ts'
import { formatMoney } from '#platform/i18n.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Checkbox, RadioCards } from '../ui/choice.tsx'
import { Field, Select } from '../ui/field.tsx'
import { ActionForm, FieldGroup, FormActions } from '../ui/form.tsx'
import type { FormState } from '../ui/form-state.ts'
import { capitalised, usePeriodWords } from '../ui/period.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import { Every } from './subscription-parts.tsx'
import type { ChoicesView } from './subscription-view.ts'
import { formatMemory } from './view.ts'

/** Plan, options and period from now on; asks what they cost and changes nothing. */
export function ChangeChoicesForm({
  choices,
  state,
  formKey,
}: {
  choices: ChoicesView
  state: FormState | undefined
  /** Sent twice, it is one quote. */
  formKey: string
}) {
  const words = useMessages(subscriptionMessages)
  const periodWords = usePeriodWords()
  return (
    <ActionForm state={state} id="choose" labels={{ plan: words.plan, period: words.paidBy }}>
      <input type="hidden" name="intent" value="quote" />
      <input type="hidden" name="key" value={formKey} />
      <Plans choices={choices} />
      {choices.options.length > 0 && (
        <FieldGroup legend={words.options}>
          {choices.options.map((option) => (
            <Option key={option.code} option={option} currency={choices.currency} period={choices.period} />
          ))}
        </FieldGroup>
      )}
      {choices.periods.length > 1 && (
        <RadioCards
          name="period"
          initial={choices.period}
          columns={2}
          options={choices.periods.map((value) => ({ value, title: capitalised(periodWords(value).adverb) }))}
        />
      )}
      <FormActions>
        <SubmitButton>{words.seePrice}</SubmitButton>
      </FormActions>
    </ActionForm>
  )
}

function Plans({ choices }: { choices: ChoicesView }) {
  const words = useMessages(subscriptionMessages)
  const locale = useLocale()
  return (
    <RadioCards
      name="plan"
      initial={choices.plan}
      options={choices.plans.map((plan) => ({
        value: plan.slug,
        title: plan.current ? `${plan.name} (${words.current})` : plan.name,
        text: plan.tooSmall
          ? words.tooSmall
          : words.size(plan.cores, formatMemory(plan.memoryMb, locale), plan.diskGb, plan.trafficTb),
        disabled: plan.tooSmall && !plan.current,
        aside: plan.minor !== undefined && <Price minor={plan.minor} choices={choices} />,
      }))}
    />
  )
}

function Option({
  option,
  ...of
}: {
  option: ChoicesView['options'][number]
  currency: string
  period: ChoicesView['period']
}) {
  const price = option.minor === undefined ? undefined : <Price minor={option.minor} choices={of} />
  const name = `option-${option.code}`
  if (option.kind === 'switch')
    return (
      <Checkbox
        name={name}
        label={option.name}
        initial={option.wanted > 0}
        hint={<Hint text={option.summary} price={price} />}
      />
    )
  if (option.kind === 'choice') return <ChoiceOption option={option} currency={of.currency} />
  const { minQuantity: from, maxQuantity: to, step } = option
  const field = { name, label: option.name, hint: <Hint text={option.summary} price={price} /> }
  const count = (to - from) / step + 1
  if (option.kind === 'slider' || count > LISTED)
    return (
      <Field {...field} type="number" inputMode="numeric" min={from} max={to} step={step} initial={option.wanted} />
    )
  const quantities = Array.from({ length: count }, (_, index) => String(from + index * step))
  return (
    <Select {...field} initial={String(option.wanted)} options={quantities.map((value) => ({ value, label: value }))} />
  )
}

/** So many numbers fit into a list; more are typed. */
const LISTED = 20

function ChoiceOption({ option, currency }: { option: ChoicesView['options'][number]; currency: string }) {
  const { none } = useMessages(subscriptionMessages)
  const locale = useLocale()
  const options = option.choices.map(({ code, name, minor }) => ({
    value: code,
    label: `${name}: ${formatMoney(minor, currency, locale)}`,
  }))
  return (
    <Select
      name={`option-${option.code}`}
      label={option.name}
      initial={option.wantedChoice ?? ''}
      hint={option.summary}
      options={option.minQuantity > 0 ? options : [{ value: '', label: none }, ...options]}
    />
  )
}

const Hint = ({ text, price }: { text: string; price: React.ReactNode }) => (
  <>
    {text}
    {price !== undefined && <> · {price}</>}
  </>
)

function Price({ minor, choices }: { minor: bigint; choices: Pick<ChoicesView, 'currency' | 'period'> }) {
  return (
    <>
      <Money minor={minor} currency={choices.currency} /> <Every of={intervalOf(choices.period)} />
    </>
  )
}

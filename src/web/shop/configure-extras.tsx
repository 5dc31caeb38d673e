import { buyMessages } from '../messages/buy.ts'
import { Checkbox } from '../ui/choice.tsx'
import { Field, Select } from '../ui/field.tsx'
import { FieldGroup } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import type { Part } from './configure-form.tsx'
import { usePrice } from './configure-price.ts'
import { type Choices, optionField } from './configure-view.ts'
import type { Amounts } from './price-view.ts'

/** So many numbers fit into a list; more are typed. */
const LISTED = 20

/** What a server can be ordered with, each extra at its own price. */
export function Extras({ choices, currency, initial }: Part) {
  const words = useMessages(buyMessages).configure
  const chosen = (code: string) => initial.options.find((option) => option.code === code)
  return (
    <FieldGroup legend={words.options}>
      {choices.options.map((option) => {
        const props = { option, periods: choices.periods, currency, chosen: chosen(option.code) }
        if (option.kind === 'switch') return <Switch key={option.code} {...props} />
        if (option.kind === 'choice') return <Choice key={option.code} {...props} />
        return <Quantity key={option.code} {...props} />
      })}
    </FieldGroup>
  )
}

type Extra = {
  option: Choices['options'][number]
  periods: Choices['periods']
  currency: string
  chosen: Part['initial']['options'][number] | undefined
}

function usePrices({ periods, currency }: Pick<Extra, 'periods' | 'currency'>): (amounts: Amounts) => string {
  const price = usePrice(currency)
  return (amounts) => periods.flatMap((period) => price(amounts, period) ?? []).join(' · ')
}

/** Everything a hint has to say, as sentences. */
const hintOf = (...parts: string[]): string => parts.filter(Boolean).join('. ')

function Switch({ option, chosen, ...shown }: Extra) {
  const prices = usePrices(shown)
  return (
    <Checkbox
      name={optionField(option.code)}
      value="1"
      label={option.name}
      hint={hintOf(option.summary, prices(option.amounts))}
      initial={chosen !== undefined}
    />
  )
}

function Choice({ option, chosen, ...shown }: Extra) {
  const words = useMessages(buyMessages).configure
  const prices = usePrices(shown)
  const options = option.choices.map(({ code, name, amounts }) => ({
    value: code,
    label: [name, prices(amounts)].filter(Boolean).join(': '),
  }))
  return (
    <Select
      name={optionField(option.code)}
      label={option.name}
      hint={option.summary}
      options={option.minQuantity > 0 ? options : [{ value: '', label: words.none }, ...options]}
      initial={chosen?.choice ?? ''}
      className="max-w-md"
    />
  )
}

function Quantity({ option, chosen, ...shown }: Extra) {
  const words = useMessages(buyMessages).configure
  const prices = usePrices(shown)
  const { minQuantity: from, maxQuantity: to, step } = option
  const field = {
    name: optionField(option.code),
    label: option.name,
    initial: chosen?.quantity ?? from,
    className: 'max-w-xs',
  }
  const count = (to - from) / step + 1
  if (option.kind === 'quantity' && count <= LISTED)
    return (
      <Select
        {...field}
        hint={hintOf(option.summary, prices(option.amounts))}
        options={Array.from({ length: count }, (_each, index) => from + index * step).map((quantity) => ({
          value: String(quantity),
          label: quantity === 0 ? words.none : String(quantity),
        }))}
      />
    )
  return (
    <Field
      {...field}
      type="number"
      inputMode="numeric"
      min={from}
      max={to}
      step={step}
      hint={hintOf(option.summary, words.range(from, to, step), prices(option.amounts))}
    />
  )
}

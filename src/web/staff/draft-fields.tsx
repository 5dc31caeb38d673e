import type { DocumentPrice } from '#modules/catalog/catalog-document.ts'
import { toDecimal } from '#platform/money.ts'
import { staffCatalogMessages } from '../messages/staff-catalog.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { Field, Select, Textarea } from '../ui/field.tsx'
import { ActionForm, FieldGroup, FormActions } from '../ui/form.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code } from '../ui/values.tsx'
import { RowLink } from './parts.tsx'
import { priceField, priceRows } from './price-rows.ts'

type Words = { name: { en: string; de: string }; summary: { en: string; de: string } }

/** Name and summary in both languages. */
export function WordsFields({ words }: { words?: Words | undefined }) {
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field name="nameEn" initial={words?.name.en} maxLength={100} required />
        <Field name="nameDe" initial={words?.name.de} maxLength={100} required />
      </div>
      <Textarea name="summaryEn" initial={words?.summary.en} rows={2} maxLength={300} required />
      <Textarea name="summaryDe" initial={words?.summary.de} rows={2} maxLength={300} required />
    </>
  )
}

/** The names of the fields of prices. */
export function usePriceLabels(prices: readonly DocumentPrice[], currencies: readonly string[]) {
  const words = useMessages(staffVersionsMessages)
  const common = useMessages(staffCatalogMessages)
  return Object.fromEntries(
    priceRows(prices, currencies).flatMap((row) => [
      [priceField(row), words.priceIn(row.currency, common.perCount(row.intervalCount, common.per[row.intervalUnit]))],
      [priceField(row, 'setup'), words.setup],
      [priceField(row, 'trial'), words.trial],
    ]),
  )
}

/** A row for each price there is or is usual, and one for another. Only plans can be tried out. */
export function PriceFields({
  prices,
  currencies,
  trials = false,
}: {
  prices: readonly DocumentPrice[]
  currencies: readonly string[]
  trials?: boolean
}) {
  const words = useMessages(staffVersionsMessages)
  return (
    <FieldGroup legend={words.prices} hint={words.hints.price}>
      <div className="grid gap-4">
        {priceRows(prices, currencies).map((row) => {
          const price = prices.find((each) => priceField(each) === priceField(row))
          const decimal = (minor: string): string => toDecimal(BigInt(minor), row.currency)
          const setup = price && price.setupMinor !== '0' ? decimal(price.setupMinor) : undefined
          return (
            <div key={priceField(row)} className="grid grid-cols-2 items-end gap-3 sm:grid-cols-4">
              <Field
                name={priceField(row)}
                initial={price && decimal(price.amountMinor)}
                inputMode="decimal"
                className="col-span-2"
              />
              <Field name={priceField(row, 'setup')} initial={setup} inputMode="decimal" />
              {trials && (
                <Field name={priceField(row, 'trial')} initial={price?.trialDays ?? undefined} inputMode="numeric" />
              )}
            </div>
          )
        })}
      </div>
      <fieldset>
        <legend className="font-medium">{words.anotherPrice}</legend>
        <p className="mt-0.5 text-sm text-muted">{words.hints.extra}</p>
        <div className="mt-3 grid grid-cols-2 gap-3 sm:grid-cols-4">
          <Field name="extraCurrency" maxLength={3} autoComplete="off" />
          <Field name="extraCount" inputMode="numeric" initial="1" />
          <Select
            name="extraUnit"
            initial="month"
            options={(['day', 'week', 'month', 'year', 'once'] as const).map((unit) => ({
              value: unit,
              label: words.units[unit],
            }))}
          />
          <Field name="extraAmount" inputMode="decimal" autoComplete="off" />
        </div>
      </fieldset>
    </FieldGroup>
  )
}

type Ticked = { name: string; label: string; options: readonly { value: string; label: string }[]; ticked: string[] }

/** Some of many; none of them ticked means all. */
export const Ticks = ({ name, label, options, ticked }: Ticked) => (
  <fieldset>
    <legend className="font-medium">{label}</legend>
    <div className="mt-2 flex flex-wrap gap-x-6 gap-y-2">
      {options.map((option) => (
        <Checkbox
          key={option.value}
          name={name}
          value={option.value}
          label={option.label}
          initial={ticked.includes(option.value)}
        />
      ))}
    </div>
  </fieldset>
)

/** Takes what was never published out of the draft. */
export function RemovePart({ revision }: { revision: number }) {
  const words = useMessages(staffVersionsMessages)
  return (
    <ActionForm id="remove" className="mt-8">
      <input type="hidden" name="intent" value="remove" />
      <input type="hidden" name="revision" value={revision} />
      <FormActions>
        <SubmitButton variant="quiet">{words.remove}</SubmitButton>
      </FormActions>
    </ActionForm>
  )
}

type Part = { id: string; name: Words['name']; code: string; on: boolean; to: string }

/** Parts of a draft, each a link to its form. */
export function PartList({ parts }: { parts: Part[] }) {
  const words = useMessages(staffVersionsMessages)
  const locale = useLocale()
  return (
    <ul className="text-table">
      {parts.map(({ id, name, code, on, to }) => (
        <li key={id} className="flex min-h-11 items-center gap-3 border-b border-line px-5 py-2 last:border-b-0">
          <span className="min-w-0 flex-1">
            <RowLink to={to}>{name[locale]}</RowLink>
            <Code className="block text-muted">{code}</Code>
          </span>
          {!on && <StateBadge state="retired" label={words.views.retired} />}
        </li>
      ))}
    </ul>
  )
}

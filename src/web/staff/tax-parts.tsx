import type { ReactNode } from 'react'
import { taxMessages } from '../messages/tax.ts'
import { paths } from '../paths.ts'
import { LinkButton, SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Field, Select } from '../ui/field.tsx'
import { Filters } from '../ui/filters.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { FactList } from './fact-list.tsx'
import { Day } from './parts.tsx'
import type { TaxData, TaxReview } from './tax-page.tsx'
import { countryName } from './view.ts'

type Row = TaxData['rows'][number]

/** The rules of one page, found by country and by whether they hold today. */
export function RulesTable({ loaded: { rows, next, filtered } }: { loaded: TaxData }) {
  const words = useMessages(taxMessages)
  const columns: Column<Row>[] = [
    { key: 'place', header: words.place, grow: true, cell: (row) => row.place },
    { key: 'name', header: words.name, cell: (row) => <NameOf row={row} /> },
    { key: 'rate', header: words.rate, align: 'right', cell: (row) => row.rate },
    { key: 'category', header: words.category, phone: 'hide', cell: (row) => words.categories[row.category] },
    { key: 'from', header: words.from, align: 'right', cell: (row) => <Day at={row.from} /> },
    {
      key: 'until',
      header: words.until,
      align: 'right',
      cell: (row) => (row.until ? <Day at={row.until} /> : <span className="text-muted">{words.open}</span>),
    },
  ]
  return (
    <div className="grid gap-4">
      <Filters
        search={{ name: 'q', label: words.search }}
        selects={[
          {
            name: 'view',
            label: words.view,
            options: (['valid', 'other'] as const).map((value) => ({ value, label: words.views[value] })),
          },
        ]}
      />
      <DataTable
        label={words.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => paths.staffTax({ rule: row.id })}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} />}
      />
    </div>
  )
}

function NameOf({ row }: { row: Pick<Row, 'name' | 'level' | 'compound'> }) {
  const words = useMessages(taxMessages)
  return (
    <>
      {row.name}
      {row.level === 2 && (
        <span className="block text-sm text-muted">{row.compound ? words.compound : words.second}</span>
      )}
    </>
  )
}

/** What a new rule is. */
export function RuleAdd({ loaded: { countries, today }, state }: { loaded: TaxData; state: FormState | undefined }) {
  const words = useMessages(taxMessages)
  return (
    <Card title={words.add} text={words.addText}>
      <ActionForm id="add" state={state} labels={words.labels} className="max-w-form">
        <div className="grid gap-5 sm:grid-cols-[1fr_10rem]">
          <Select name="country" initial="" placeholder={words.everywhere} options={countries} required={false} />
          <Field name="region" maxLength={3} autoCapitalize="characters" autoComplete="off" required={false} />
        </div>
        <Select
          name="level"
          initial="1"
          options={(['1', '2', '3'] as const).map((value) => ({ value, label: words.levels[value] }))}
        />
        <div className="grid gap-5 sm:grid-cols-[1fr_10rem]">
          <Field name="name" initial="VAT" maxLength={40} autoComplete="off" required />
          <Field name="rate" hint={words.rateHint} inputMode="decimal" autoComplete="off" required />
        </div>
        <div className="grid gap-5 sm:grid-cols-[1fr_10rem]">
          <Select
            name="category"
            initial="S"
            options={Object.entries(words.categories).map(([value, label]) => ({ value, label }))}
          />
          <Field name="validFrom" type="date" initial={today} required />
        </div>
        <FormActions>
          <SubmitButton variant="secondary" name="do" value="review">
            {words.review}
          </SubmitButton>
        </FormActions>
      </ActionForm>
    </Card>
  )
}

type Affected = readonly { country: string | null; customers: number }[]

/** How many customers a rule is about, country by country. */
function AffectedList({ affected }: { affected: Affected }) {
  const words = useMessages(taxMessages)
  const locale = useLocale()
  const all = affected.reduce((sum, each) => sum + each.customers, 0)
  if (all === 0) return <p className="text-muted">{words.nobody}</p>
  return (
    <div>
      <p className="font-medium">{words.affected(all)}</p>
      <ul className="mt-1 grid gap-0.5 text-muted">
        {affected.map(({ country, customers }) => (
          <li key={country ?? ''}>
            {country === null ? words.noCountry : countryName(country, locale)}: {words.customers(customers)}
          </li>
        ))}
      </ul>
    </div>
  )
}

const RuleFacts = ({
  rule,
  children,
}: {
  rule: Pick<Row, 'place' | 'name' | 'rate' | 'category' | 'level' | 'compound' | 'from'>
  children?: ReactNode
}) => {
  const words = useMessages(taxMessages)
  return (
    <div className="grid gap-4">
      <div className="max-w-form">
        <FactList
          facts={[
            { label: words.place, value: rule.place },
            { label: words.name, value: <NameOf row={rule} /> },
            { label: words.rate, value: rule.rate },
            { label: words.category, value: words.categories[rule.category] },
            { label: words.from, value: <Day at={rule.from} /> },
          ]}
        />
      </div>
      {children}
    </div>
  )
}

/** What adding a rule would mean, and the two ways on from there. */
export function RuleReview({ review }: { review: TaxReview }) {
  const words = useMessages(taxMessages)
  return (
    <Card title={words.reviewTitle}>
      <RuleFacts rule={review}>
        <AffectedList affected={review.affected} />
        <ActionForm id="save">
          {Object.entries(review.values)
            .filter(([name]) => name !== 'do')
            .map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
          <FormActions>
            <SubmitButton name="do" value="save">
              {words.save}
            </SubmitButton>
            <SubmitButton variant="secondary" name="do" value="edit">
              {words.back}
            </SubmitButton>
          </FormActions>
        </ActionForm>
      </RuleFacts>
    </Card>
  )
}

/** A rule that was chosen: whom it is about, and how it ends. */
export function RuleEnd({
  rule,
  today,
  state,
}: {
  rule: NonNullable<TaxData['rule']>
  today: string
  state: FormState | undefined
}) {
  const words = useMessages(taxMessages)
  return (
    <Card title={rule.place} actions={<LinkButton to={paths.staffTax()}>{words.close}</LinkButton>}>
      <RuleFacts rule={rule}>
        <AffectedList affected={rule.affected} />
        <ActionForm id="end" state={state} labels={words.labels} className="max-w-form border-t border-line pt-4">
          <input type="hidden" name="rule" value={rule.id} />
          <p className="text-muted">{words.endText}</p>
          <Field name="on" type="date" initial={today} required />
          <FormActions>
            <SubmitButton variant="danger" name="do" value="end">
              {words.end}
            </SubmitButton>
          </FormActions>
        </ActionForm>
      </RuleFacts>
    </Card>
  )
}

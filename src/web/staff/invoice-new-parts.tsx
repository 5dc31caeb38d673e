import { Link } from 'react-router'
import { formatMoney, formatNumber } from '#platform/i18n.ts'
import { staffInvoicesMessages } from '../messages/staff-invoices.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Field, Select, Textarea } from '../ui/field.tsx'
import { ActionForm, FieldGroup, FormActions } from '../ui/form.tsx'
import type { FormState } from '../ui/form-state.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { KeyValue, Money } from '../ui/values.tsx'
import { CardRows } from './card-rows.tsx'
import { LookupCard } from './lookup-card.tsx'
import type { Chosen, Found, Preview } from './invoice-new-page.tsx'
import { FEW_ROWS, lineField } from './invoice-rows.ts'

/** Looks for whom an invoice is for; each hit leads to the form. */
export function CustomerChoice({ q, found }: { q: string | undefined; found: Found }) {
  const words = useMessages(staffInvoicesMessages)
  return (
    <div className="grid gap-5">
      <LookupCard
        id="invoice-q"
        q={q}
        words={{ label: words.customerSearch, find: words.find, hint: words.customerHint }}
      />
      {q !== undefined && (
        <Card title={words.choose} flush={found.length > 0}>
          {found.length === 0 ? (
            <EmptyState
              kind="no-match"
              title={words.nobody(q)}
              action={<p className="max-w-sm text-muted">{words.nobodyText}</p>}
            />
          ) : (
            <CardRows
              label={words.choose}
              empty=""
              rows={found.map((row) => ({
                key: row.id,
                to: paths.staffNewInvoice({ customer: row.id }),
                title: row.company ?? row.name,
                text: row.company === null ? row.email : `${row.name}, ${row.email}`,
              }))}
            />
          )}
        </Card>
      )}
    </div>
  )
}

type FieldsProps = {
  chosen: Chosen
  state: (FormState & { rows: number }) | undefined
  freshKey: string
  preview: Preview | undefined
}

/** All that an invoice by hand says. The total that was shown goes along: another one is not charged. */
export function InvoiceFields({ chosen, state, freshKey, preview }: FieldsProps) {
  const words = useMessages(staffInvoicesMessages)
  const locale = useLocale()
  const rows = state?.rows ?? FEW_ROWS
  const kept = state?.values['key']
  const lineLabels = Object.fromEntries(
    Array.from({ length: rows }, (_, index) =>
      (['text', 'quantity', 'price'] as const).map((name): [string, string] => [
        lineField(name, index),
        `${words.line(index + 1)}, ${words.lineLabels[name]}`,
      ]),
    ).flat(),
  )
  const wrong = state && (Object.keys(state.errors).length > 0 || state.message !== undefined)
  return (
    <ActionForm
      id="invoice"
      state={state}
      summary={Boolean(wrong)}
      labels={{ ...words.labels, ...lineLabels }}
      className="gap-8"
    >
      <input type="hidden" name="key" value={typeof kept === 'string' ? kept : freshKey} />
      <input type="hidden" name="rows" value={rows} />
      {preview && <input type="hidden" name="total" value={preview.totalMinor.toString()} />}
      <div className="grid gap-5">
        <KeyValue
          facts={[
            {
              label: words.customer,
              value: (
                <>
                  <Link to={paths.staffCustomer(chosen.id)} className="link">
                    {chosen.name}
                  </Link>
                  <span className="block break-words text-muted">{chosen.email}</span>
                  <Link to={paths.staffNewInvoice()} className="inline-block py-0.5 text-sm link">
                    {words.other}
                  </Link>
                </>
              ),
            },
          ]}
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <Select
            name="currency"
            initial={chosen.currencies[0]}
            options={chosen.currencies.map((value) => ({ value, label: value }))}
          />
          <Field name="dueOn" type="date" initial={chosen.due} min={chosen.today} max={chosen.last} required />
        </div>
        <p className="-mt-3 text-sm text-muted">{words.hints.dueOn}</p>
      </div>
      <FieldGroup
        legend={words.lines}
        hint={`${chosen.pricesIncludeTax ? words.linesGross : words.linesNet} ${words.linesHint}`}
      >
        {Array.from({ length: rows }, (_, index) => (
          <LineFields key={index} index={index} />
        ))}
        <div>
          <SubmitButton variant="secondary" size="small" name="do" value="more">
            {words.more}
          </SubmitButton>
        </div>
      </FieldGroup>
      <div className="grid gap-5">
        <Field name="reason" hint={words.hints.reason} maxLength={200} autoComplete="off" required />
        <Textarea name="note" hint={words.hints.note} rows={3} maxLength={1000} required={false} />
        <Checkbox name="mail" label={words.labels.mail} hint={words.hints.mail} initial />
      </div>
      <FormActions>
        {preview && (
          <SubmitButton name="do" value="create">
            {words.createOver(formatMoney(preview.totalMinor, preview.currency, locale))}
          </SubmitButton>
        )}
        <SubmitButton variant={preview ? 'secondary' : 'primary'} name="do" value="preview">
          {preview ? words.again : words.preview}
        </SubmitButton>
      </FormActions>
    </ActionForm>
  )
}

/** One line; its first field says which it is, the others stand beside it. */
function LineFields({ index }: { index: number }) {
  const words = useMessages(staffInvoicesMessages)
  return (
    <div
      role="group"
      aria-label={words.line(index + 1)}
      className="grid grid-cols-[5rem_minmax(0,1fr)] gap-3 sm:grid-cols-[minmax(0,1fr)_5rem_8rem]"
    >
      <Field
        name={lineField('text', index)}
        label={words.lineLabels.text}
        maxLength={200}
        autoComplete="off"
        className="max-sm:col-span-2"
      />
      <Field
        name={lineField('quantity', index)}
        label={words.lineLabels.quantity}
        initial="1"
        inputMode="numeric"
        autoComplete="off"
        controlClass="text-right tabular"
      />
      <Field
        name={lineField('price', index)}
        label={words.lineLabels.price}
        inputMode="decimal"
        autoComplete="off"
        controlClass="text-right tabular"
      />
    </div>
  )
}

/** What it comes to, by the taxes of every other document, and the button that makes it. */
export function PreviewCard({ preview }: { preview: Preview | undefined }) {
  const words = useMessages(staffInvoicesMessages)
  const locale = useLocale()
  if (!preview)
    return (
      <Card title={words.previewTitle}>
        <p className="text-muted">{words.previewText}</p>
      </Card>
    )
  const { currency, creditMinor, totalMinor } = preview
  const sums: [string, bigint, boolean][] = [
    [words.net, preview.subtotalMinor, false],
    ...preview.taxes.map((tax): [string, bigint, boolean] => [
      `${tax.name} ${formatNumber(tax.rateBasisPoints / 100, locale)} %`,
      tax.taxMinor,
      false,
    ]),
    [words.total, totalMinor, true],
    ...(creditMinor > 0n
      ? [
          [words.credit, -creditMinor, false] as [string, bigint, boolean],
          [words.left, totalMinor - creditMinor, true] as [string, bigint, boolean],
        ]
      : []),
  ]
  return (
    <Card title={words.previewTitle}>
      <dl className="grid gap-1.5" aria-live="polite">
        {sums.map(([label, minor, strong]) => (
          <div
            key={label}
            className={`flex justify-between gap-4 ${strong ? 'border-t border-line pt-1.5 font-semibold' : 'text-muted'}`}
          >
            <dt>{label}</dt>
            <dd>
              <Money minor={minor} currency={currency} />
            </dd>
          </div>
        ))}
      </dl>
      {preview.reverseCharge && <p className="mt-3 text-sm text-muted">{words.reverseCharge}</p>}
    </Card>
  )
}

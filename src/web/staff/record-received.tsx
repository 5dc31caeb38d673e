import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { staffCreditMessages } from '../messages/staff-credit.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Field, Select } from '../ui/field.tsx'
import { ActionForm, FormActions } from '../ui/form.tsx'
import type { FormState } from '../ui/form-state.ts'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { KeyValue, Money } from '../ui/values.tsx'
import { CardRows } from './card-rows.tsx'
import { LookupCard } from './lookup-card.tsx'
import { Day } from './parts.tsx'
import type { PayableView } from './record-page.tsx'
import { shortId } from './view.ts'

/** Looks for the document that money came for, by what the statement says. */
export function SearchForm({ q }: { q: string | undefined }) {
  const words = useMessages(staffCreditMessages).record
  return <LookupCard id="record-q" q={q} words={{ label: words.search, find: words.find, hint: words.hint }} />
}

/** Documents that may be meant; each leads to its form. */
export function PayableList({ q, found }: { q: string; found: readonly PayableView[] }) {
  const words = useMessages(staffCreditMessages).record
  const invoices = useMessages(staffObjectsMessages).invoices
  if (found.length === 0)
    return (
      <Card>
        <EmptyState
          kind="no-match"
          title={words.nothing(q)}
          action={<p className="max-w-sm text-muted">{words.nothingText}</p>}
        />
      </Card>
    )
  return (
    <Card title={words.choose} flush>
      <CardRows
        label={words.choose}
        empty=""
        rows={found.map((row) => ({
          key: row.id,
          to: paths.staffRecordMoney({ invoice: row.id }),
          title: row.number ?? invoices.proFormaOf(shortId(row.id)),
          text: row.customerName,
          state: <StateBadge state={row.state} />,
          amount: <Money minor={row.openMinor} currency={row.currency} />,
          aside: <Day at={row.dueOn} />,
        }))}
      />
    </Card>
  )
}

/** What the form needs of its document. `openText` is what is open, as a plain amount. */
export type Recordable = { payable: Pick<PayableView, 'id' | 'currency' | 'openText'>; today: string }

type FieldsProps = Recordable & {
  state: FormState | undefined
  /** Where the form posts; else to this page. */
  action?: string
  /** Leads back to the page of the document, not to the payment. */
  backToInvoice?: boolean
  children?: ReactNode
  className?: string
}

/** What came, how and when. */
export function RecordFields({ payable, today, state, action, backToInvoice, children, className }: FieldsProps) {
  const words = useMessages(staffCreditMessages).record
  const { amount, reference, receivedOn, channel } = words
  return (
    <ActionForm
      id="record"
      state={state}
      labels={{ amount, reference, receivedOn, channel }}
      {...(action !== undefined && { action })}
      {...(className !== undefined && { className })}
    >
      <input type="hidden" name="invoice" value={payable.id} />
      {backToInvoice && <input type="hidden" name="from" value="invoice" />}
      <Select name="channel" options={Object.entries(words.channels).map(([value, label]) => ({ value, label }))} />
      <Field
        name="amount"
        inputMode="decimal"
        initial={payable.openText}
        hint={words.amountHint(payable.currency)}
        maxLength={30}
        required
      />
      <Field name="reference" hint={words.referenceHint} maxLength={140} autoComplete="off" required />
      <Field name="receivedOn" type="date" initial={today} max={today} required />
      <FormActions>
        <SubmitButton>{words.submit}</SubmitButton>
        {children}
      </FormActions>
    </ActionForm>
  )
}

type Props = { payable: PayableView; today: string; state: FormState | undefined }

/** What came, how and when, for one document. */
export function RecordForm({ payable, today, state }: Props) {
  const words = useMessages(staffCreditMessages).record
  const invoices = useMessages(staffObjectsMessages).invoices
  return (
    <Card>
      <KeyValue
        columns={2}
        facts={[
          {
            label: words.document,
            value: (
              <>
                <Link to={paths.staffInvoice(payable.id)} className="link">
                  {payable.number ?? invoices.proFormaOf(shortId(payable.id))}
                </Link>
                <span className="block text-muted">{payable.customerName}</span>
              </>
            ),
          },
          {
            label: words.openAmount,
            value: (
              <>
                <Money minor={payable.openMinor} currency={payable.currency} className="font-medium" />
                <span className="block text-muted">
                  {words.dueOn} <Day at={payable.dueOn} />
                </span>
              </>
            ),
          },
        ]}
      />
      {(payable.state === 'paid' || payable.state === 'void') && (
        <div className="mt-5">
          <Notice title={words.becomesCredit[payable.state]} />
        </div>
      )}
      <RecordFields
        payable={payable}
        today={today}
        state={state}
        backToInvoice={state?.values['from'] === 'invoice'}
        className="mt-5"
      >
        <Link to={paths.staffRecordMoney()} className="link">
          {words.another}
        </Link>
      </RecordFields>
    </Card>
  )
}

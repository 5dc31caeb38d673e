import { staffCreditMessages } from '../messages/staff-credit.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field, Select } from '../ui/field.tsx'
import { ActionForm, FormActions } from '../ui/form.tsx'
import type { FormState } from '../ui/form-state.ts'
import { useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import { GIVE_CREDIT } from './give-credit.ts'
import { AllLink } from './parts.tsx'

type Props = {
  customer: { id: string; currency: string }
  balances: readonly { currency: string; amountMinor: bigint }[]
  currencies: readonly string[]
  mayGive: boolean
  refused: FormState | undefined
}

/** What we owe a customer as credit, and the form that gives them some. */
export function CreditCard({ customer, balances, currencies, mayGive, refused }: Props) {
  const words = useMessages(staffCreditMessages)
  const { card } = words
  return (
    <Card title={card.title} text={card.text} actions={<AllLink to={paths.staffCredit({ customer: customer.id })} />}>
      {balances.length === 0 ? (
        <p className="text-table text-muted">{words.nothing}</p>
      ) : (
        <p className="flex flex-wrap gap-x-4 text-lg font-semibold">
          {balances.map(({ currency, amountMinor }) => (
            <Money key={currency} minor={amountMinor} currency={currency} />
          ))}
        </p>
      )}
      {mayGive && (
        <details className="mt-3" open={refused !== undefined}>
          <summary className="rounded-control font-medium text-brand-ink">{card.give}</summary>
          <ActionForm
            id="credit"
            state={refused}
            labels={{ amount: card.amount, currency: card.currency, reason: card.reason }}
            className="mt-3 gap-3"
          >
            <input type="hidden" name="do" value={GIVE_CREDIT} />
            <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] gap-3">
              <Field name="amount" inputMode="decimal" hint={card.amountHint} maxLength={30} required />
              <Select
                name="currency"
                initial={customer.currency}
                options={currencies.map((value) => ({ value, label: value }))}
              />
            </div>
            <Field name="reason" hint={card.reasonHint} maxLength={200} required />
            <FormActions>
              <SubmitButton size="small" variant="secondary">
                {card.submit}
              </SubmitButton>
            </FormActions>
          </ActionForm>
        </details>
      )}
    </Card>
  )
}

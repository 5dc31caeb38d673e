import { CreditCard, ExternalLink } from 'lucide-react'
import type { PartLimits } from '#modules/billing/part-payment.ts'
import { formatMoney } from '#platform/i18n.ts'
import { toDecimal } from '#platform/money.ts'
import { portalBillingMessages } from '../messages/portal-billing.ts'
import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import { InvoiceTitle } from './invoice-title.tsx'
import type { InvoiceRow } from './rows.ts'
import type { CardView } from './saved-card.ts'

type Props = {
  invoice: InvoiceRow
  /** Undefined where it can only be paid at once. */
  part: PartLimits | undefined
  saved: Pick<CardView, 'brand' | 'lastFour'> | undefined
  /** Sent twice, the form charges once. */
  formKey: string
  refused: FormState | undefined
}

/** An invoice paid by card: all of it unless another amount is typed. */
export function PayCard({ invoice, part, saved, formKey, refused }: Props) {
  const words = useMessages(portalInvoiceMessages).payPage
  const { method } = useMessages(portalBillingMessages)
  const locale = useLocale()
  const money = (minor: bigint): string => formatMoney(minor, invoice.currency, locale)
  const amount = money(invoice.leftMinor)
  return (
    <Card>
      <p className="font-medium">
        <InvoiceTitle invoice={invoice} />
      </p>
      <PaidSoFar invoice={invoice} />
      <p className="mt-1.5 mb-5 text-muted">{words.text}</p>
      <ActionForm summary={false} state={refused} labels={{ amount: words.part.amount(invoice.currency) }}>
        <input type="hidden" name="key" value={formKey} />
        {part && (
          <Field
            name="amount"
            inputMode="decimal"
            autoComplete="off"
            required
            initial={typedAmount(invoice.leftMinor, invoice.currency, locale)}
            hint={words.part.hint(amount, money(part.leastMinor), money(part.mostMinor))}
            controlClass="max-w-36"
          />
        )}
        <div className="flex flex-wrap gap-2">
          <SubmitButton name="intent" value="page">
            <ExternalLink aria-hidden="true" />
            {part ? words.part.go : words.go(amount)}
          </SubmitButton>
          {saved && (
            <SubmitButton variant="secondary" name="intent" value="saved" className="whitespace-normal!">
              <CreditCard aria-hidden="true" />
              {part
                ? words.part.saved(method(saved.brand, saved.lastFour))
                : words.saved(amount, method(saved.brand, saved.lastFour))}
            </SubmitButton>
          )}
        </div>
      </ActionForm>
    </Card>
  )
}

/** What was paid before, where something was. */
function PaidSoFar({ invoice: { totalMinor, leftMinor, currency } }: Pick<Props, 'invoice'>) {
  const words = useMessages(portalInvoiceMessages)
  if (totalMinor === leftMinor) return null
  const rows: [string, bigint][] = [
    [words.total, totalMinor],
    [words.paidSoFar, totalMinor - leftMinor],
    [words.left, leftMinor],
  ]
  return (
    <dl className="mt-2 mb-4 grid max-w-xs grid-cols-[1fr_auto] gap-y-1">
      {rows.map(([label, minor]) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd className="pl-8 text-right">
            <Money minor={minor} currency={currency} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** An amount as it is typed in this language: `12.50`, in German `12,50`. */
const typedAmount = (minor: bigint, currency: string, locale: string): string =>
  locale === 'de' ? toDecimal(minor, currency).replace('.', ',') : toDecimal(minor, currency)

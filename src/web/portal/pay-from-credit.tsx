import { WalletCards } from 'lucide-react'
import { formatMoney } from '#platform/i18n.ts'
import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import type { InvoiceRow } from './rows.ts'

type Props = {
  invoice: Pick<InvoiceRow, 'id' | 'currency' | 'leftMinor'>
  /** How much of the credit would pay of it, in minor units. */
  creditMinor: bigint
}

/** Asks before the customer's credit pays an invoice, with how much of it that is and what stays to pay. */
export function PayFromCredit({ invoice, creditMinor }: Props) {
  const words = useMessages(portalInvoiceMessages).payPage.credit
  const locale = useLocale()
  const money = (minor: bigint): string => formatMoney(minor, invoice.currency, locale)
  const amount = money(creditMinor)
  const left = invoice.leftMinor - creditMinor
  return (
    <ConfirmButton
      label={
        <>
          <WalletCards aria-hidden="true" />
          {words.button}
        </>
      }
      title={words.title(amount)}
      confirm={words.confirm(amount)}
      danger={false}
      action={paths.invoicePay(invoice.id)}
      fields={{ intent: 'credit', credit: String(creditMinor) }}
    >
      {left === 0n ? words.all(amount) : words.some(money(left))}
    </ConfirmButton>
  )
}

/** The same among other ways to pay. */
export function FromCreditCard(props: Props) {
  const words = useMessages(portalInvoiceMessages).payPage.credit
  const amount = formatMoney(props.creditMinor, props.invoice.currency, useLocale())
  return (
    <Card title={words.button} text={words.pays(amount)} className="mt-5">
      <PayFromCredit {...props} />
    </Card>
  )
}

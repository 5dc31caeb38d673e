import type { TransferDetails } from '#modules/billing/transfer.ts'
import { formatDate } from '#platform/i18n.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { useMessages, useSite } from '../ui/site.tsx'
import { Code, KeyValue, Money } from '../ui/values.tsx'

/** Where to send money, as pages show it. */
export type TransferView = ReturnType<typeof transferView>

export const transferView = ({ dueAt, ...details }: TransferDetails) => ({ ...details, dueAt: dueAt.toString() })

/** IBAN in groups of four, as people read it. */
const inGroups = (iban: string): string => iban.replaceAll(/(.{4})(?=.)/g, '$1 ')

/** The account, the amount and the reference of a bank transfer, to be copied. */
export function TransferFacts({ transfer }: { transfer: TransferView }) {
  const words = useMessages(portalMoneyMessages).transfer
  const { locale, timeZone } = useSite()
  return (
    <KeyValue
      facts={[
        { label: words.holder, value: transfer.holder },
        { label: 'IBAN', value: <Code className="select-all">{inGroups(transfer.iban)}</Code> },
        ...(transfer.bic === null ? [] : [{ label: 'BIC', value: <Code className="select-all">{transfer.bic}</Code> }]),
        { label: words.amount, value: <Money minor={transfer.amountMinor} currency={transfer.currency} /> },
        { label: words.reference, value: <Code className="select-all">{transfer.reference}</Code> },
        { label: words.due, value: formatDate(transfer.dueAt, locale, timeZone, 'date') },
      ]}
    />
  )
}

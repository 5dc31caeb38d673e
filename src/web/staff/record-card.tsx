import { staffCreditMessages } from '../messages/staff-credit.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import { RecordFields, type Recordable } from './record-received.tsx'

/** Money that came in by bank transfer or otherwise, recorded on the page of its document; opens in place. */
export function RecordCard({
  reference,
  promised,
  ...recordable
}: Recordable & { reference: string; promised: boolean }) {
  const words = useMessages(staffCreditMessages).record
  const { id } = recordable.payable
  return (
    <Card title={words.open} text={promised ? words.promised(reference) : words.referenceOf(reference)}>
      <details>
        <summary className="inline-flex min-h-(--control) items-center rounded-control border border-line-strong/60 px-4 font-medium">
          {words.hasCome}
        </summary>
        <RecordFields
          {...recordable}
          state={undefined}
          action={paths.staffRecordMoney({ invoice: id })}
          backToInvoice
          className="mt-4 max-w-xl"
        />
      </details>
    </Card>
  )
}

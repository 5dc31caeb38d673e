import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import type { Tone } from '../ui/state-badge.tsx'
import { Timeline } from '../ui/timeline.tsx'
import { Money } from '../ui/values.tsx'
import type { PaymentView } from './invoice-view.ts'

/** Every attempt to pay, the newest first; refusals with their reason in words. */
export function InvoicePayments({ payments }: { payments: readonly PaymentView[] }) {
  const words = useMessages(portalInvoiceMessages)
  return (
    <Card title={words.payments}>
      {payments.length === 0 ? (
        <p className="text-muted">{words.noPayments}</p>
      ) : (
        <Timeline
          label={words.payments}
          items={payments.map((payment) => ({
            id: payment.id,
            at: payment.at,
            tone: toneOf(payment),
            title: (
              <span className="flex items-baseline justify-between gap-3">
                <span>{titleOf(payment, words)}</span>
                <Money minor={payment.amountMinor} currency={payment.currency} />
              </span>
            ),
            text: payment.failureCode !== null && (words.reasons[payment.failureCode] ?? words.otherReason),
          }))}
        />
      )}
    </Card>
  )
}

function toneOf({ state, failureCode }: PaymentView): Tone {
  if (state === 'succeeded') return 'ok'
  if (state === 'pending') return failureCode === null ? 'info' : 'warn'
  // A page that nobody used is no trouble.
  return failureCode === 'expired' || failureCode === 'not_opened' ? 'plain' : 'bad'
}

function titleOf({ state, failureCode }: PaymentView, words: (typeof portalInvoiceMessages)['en']): string {
  if (state === 'succeeded') return words.payment.succeeded
  if (state === 'failed') return words.payment.failed
  return failureCode === null ? words.payment.opened : words.payment.refusedOpen
}

import { paths } from '../paths.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import type { CardRow } from './card-rows.tsx'
import { shortId } from './view.ts'

/** One attempt to collect, as a row; a refused card keeps the gateway's word for it. */
export const paymentRow = (
  payment: {
    id: string
    state: string
    amountMinor: bigint
    currency: string
    failureCode: string | null
    gatewayPaymentId: string | null
    createdAt: string
  },
  linked = false,
): CardRow => ({
  key: payment.id,
  ...(linked ? { to: paths.staffPayment(payment.id) } : {}),
  title: <code className="text-[0.9285em]">{shortId(payment.id)}</code>,
  state: <StateBadge state={payment.state} />,
  text: [payment.gatewayPaymentId, payment.failureCode].filter(Boolean).join(' · '),
  amount: <Money minor={payment.amountMinor} currency={payment.currency} />,
  aside: <Time at={payment.createdAt} />,
})

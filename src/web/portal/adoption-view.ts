import type { AdoptionDetail } from '#modules/billing/adoption/adoption-queries.ts'
import { isPaidElsewhere } from '#modules/billing/adoption/adoption.ts'
import type { Subscription } from '#modules/billing/subscription.ts'
import { iso } from './view.ts'

/** How an agreement stands that ran at Stripe, as pages show it. */
export type AdoptionView = NonNullable<ReturnType<typeof adoptionView>>

/** Undefined for an agreement that was never at Stripe. */
export const adoptionView = (subscription: Subscription, detail: AdoptionDetail | undefined) => {
  if (!detail) return undefined
  const { adoption, invoices, obstacle, undoable } = detail
  return {
    billedBy: subscription.billedBy,
    gatewaySubscriptionId: subscription.gatewaySubscriptionId ?? '',
    paidElsewhere: isPaidElsewhere(subscription),
    status: adoption.status,
    renews: adoption.renews,
    wish: adoption.wish,
    movedFrom: adoption.movedFrom?.toString() ?? null,
    obstacle: obstacle && { code: obstacle.code, message: obstacle.message },
    undoable,
    invoices: invoices.map((invoice) => ({
      id: invoice.id,
      number: invoice.number,
      status: invoice.status,
      totalMinor: invoice.totalMinor,
      currency: invoice.currency,
      periodStart: iso(invoice.periodStart),
      periodLast: iso(invoice.periodEnd.subtract({ days: 1 })),
      url: invoice.url,
    })),
  }
}

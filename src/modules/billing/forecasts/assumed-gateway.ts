import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { Problem } from '#platform/problem.ts'
import type { ForecastCards } from '#platform/schema.ts'
import type { Charge, PaymentGateway } from '../payment-gateway.ts'

/** What is known of a saved way to pay when a forecast begins. */
type Known = {
  id: string
  expiryMonth: number | null
  expiryYear: number | null
  lastFailure: string | null
  lastAdvice: Charge['advice'] | null
}

type Answer = Pick<Charge, 'state' | 'failureCode' | 'advice'>

const PAID: Answer = { state: 'succeeded', failureCode: undefined, advice: undefined }
const refused = (failureCode: string, advice?: Charge['advice']): Answer => ({
  state: 'failed',
  failureCode,
  advice,
})

/** How a saved way to pay answers on a day, by what is assumed. A card works until the end of the month it names. */
export function assumedAnswer(cards: ForecastCards, known: Known | undefined, now: Temporal.Instant): Answer {
  if (cards === 'all_succeed') return PAID
  if (cards === 'all_fail') return refused('card_declined')
  if (known?.lastFailure) return refused(known.lastFailure, known.lastAdvice ?? undefined)
  if (known?.expiryYear && known.expiryMonth) {
    const expired = new Temporal.PlainYearMonth(known.expiryYear, known.expiryMonth).add({ months: 1 })
    const today = now.toZonedDateTimeISO('UTC').toPlainDate()
    if (Temporal.PlainDate.compare(today, expired.toPlainDate({ day: 1 })) >= 0) return refused('expired_card')
  }
  return PAID
}

/**
 * A gateway that moves nothing and answers at once, by what is assumed of saved ways to pay: in a forecast their customer and
 * method are named as ours. Nobody opens a page in a forecast, and nothing is sent back: whoever asks is refused.
 */
export async function assumedGateway(options: {
  db: App['db']
  cards: ForecastCards
  live: boolean
  now: () => Temporal.Instant
  /** As the real one. */
  leastMinor: PaymentGateway['leastMinor']
}): Promise<PaymentGateway> {
  const { db, cards, live, now, leastMinor } = options
  const { rows } = await sql<Known>`
    select m.id, m.expiry_month, m.expiry_year, p.failure_code as last_failure, p.advice as last_advice
    from payment_methods m left join lateral (
      select failure_code, advice, state from payments where payment_method_id = m.id and state <> 'pending' order by id desc limit 1) p
      on p.state = 'failed'`.execute(db)
  const known = new Map(rows.map((row) => [row.id, row]))
  const refuse = (): Promise<never> =>
    Promise.reject(new Problem('conflict', 'not_in_a_forecast', 'Nothing is asked of the gateway in a forecast.'))
  return {
    leastMinor,
    createCustomer: ({ customerId }) => Promise.resolve({ gatewayCustomerId: customerId }),
    forgetCustomer: () => Promise.resolve(),
    forgetMethod: () => Promise.resolve(),
    charge: ({ paymentId, customerId, gatewayMethodId, amountMinor, currency }) =>
      Promise.resolve({
        gatewayPaymentId: `forecast_${paymentId}`,
        ...assumedAnswer(cards, known.get(gatewayMethodId), now()),
        amountMinor,
        currency,
        livemode: live,
        paymentId,
        customerId,
      }),
    findCharges: () => Promise.resolve([]),
    listMethods: () => Promise.resolve([]),
    openCheckout: refuse,
    getCheckout: refuse,
    expireCheckout: refuse,
    getCharge: refuse,
    refund: refuse,
    getRefund: refuse,
    listRefunds: refuse,
    getDispute: refuse,
    openMethodSetup: refuse,
    getMethodSetup: refuse,
    openPortal: refuse,
    getSubscription: refuse,
    endSubscription: refuse,
    listSubscriptionInvoices: refuse,
    listObjects: refuse,
    getObject: refuse,
    listEvents: () => {
      throw new Problem('conflict', 'not_in_a_forecast', 'Nothing is asked of the gateway in a forecast.')
    },
    verifyEvent: () => {
      throw new Problem('invalid', 'webhook_refused', 'Nobody tells a forecast anything.')
    },
  }
}

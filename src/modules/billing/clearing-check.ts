import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { findings } from './findings.ts'
import { proveMoney } from './prove-money.ts'

/**
 * I3: at rest, the clearing account is what the gateway captured less what it sent back and what was disputed. Says nothing
 * while the copy of the gateway's objects is incomplete or something is on its way.
 */
export async function checkClearing(app: App): Promise<Finding[]> {
  const { settled, currencies, payments } = await proveMoney(app)
  if (!settled) return []
  const wrong = currencies.filter(({ differenceMinor }) => differenceMinor !== 0n)
  const rows = [
    ...wrong.map((each) => ({ ...each, subjectId: each.currency })),
    ...payments.map((each) => ({ ...each, subjectId: each.paymentId ?? each.gatewayPaymentId ?? each.currency })),
  ].map(({ subjectId, currency, ledgerMinor, gatewayMinor }) => ({
    subjectId,
    detail: `the clearing account says ${ledgerMinor} ${currency}, the gateway ${gatewayMinor}`,
  }))
  return findings('I3', rows, ({ subjectId, detail }) => `${subjectId}: ${detail}.`)
}

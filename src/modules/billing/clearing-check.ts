import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { findings } from './findings.ts'
import { type MoneyProof, proveMoney } from './prove-money.ts'

/**
 * I3: at rest, the clearing account is what the gateway captured less what it sent back and what was disputed. Says nothing
 * while the copy of the gateway's objects is incomplete or something is on its way.
 */
export async function checkClearing(app: App): Promise<Finding[]> {
  const proof = await proveMoney(app)
  return proof.settled ? differencesOf(proof) : []
}

/** What differs now, even while something is on its way. */
export const listClearingDifferences = async (app: App): Promise<Finding[]> => differencesOf(await proveMoney(app))

function differencesOf({ currencies, payments }: MoneyProof): Finding[] {
  const wrong = currencies.filter(({ differenceMinor }) => differenceMinor !== 0n)
  const rows = [
    ...wrong.map((each) => ({ ...each, subjectId: each.currency, kind: 'clearing_currency' as const })),
    ...payments.map((each) => ({
      ...each,
      subjectId: each.paymentId ?? each.gatewayPaymentId ?? each.currency,
      kind: each.paymentId === null ? ('clearing_unknown' as const) : ('clearing_payment' as const),
    })),
  ].map(({ subjectId, kind, currency, ledgerMinor, gatewayMinor, ...about }) => ({
    subjectId,
    kind,
    facts: {
      left: String(ledgerMinor),
      right: String(gatewayMinor),
      currency,
      ...('customerId' in about ? { customer: about.customerId, related: about.gatewayPaymentId } : {}),
    },
    detail: `the clearing account says ${ledgerMinor} ${currency}, the gateway ${gatewayMinor}`,
  }))
  return findings('I3', rows, ({ subjectId, detail }) => `${subjectId}: ${detail}.`)
}

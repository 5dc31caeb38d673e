import type { App } from '#app/app.ts'
import { accountsChecks } from '#modules/accounts/accounts-checks.ts'
import { billingChecks } from '#modules/billing/billing-checks.ts'
import { ordersChecks } from '#modules/orders/orders-checks.ts'
import { provisioningChecks } from '#modules/provisioning/provisioning-checks.ts'
import { checkSealed } from '#app/sealed.ts'
import { checkEventChain } from '#platform/event-chain.ts'
import type { Finding } from '#platform/invariant.ts'
import { platformChecks } from '#platform/platform-checks.ts'

/** The promises `ez check` verifies; each gives what it found broken. */
export const checks: readonly ((app: App) => Promise<Finding[]>)[] = [
  ...accountsChecks,
  ...billingChecks,
  ...provisioningChecks,
  ...ordersChecks,
  ...platformChecks,
  checkSealed,
  checkEventChain,
]

/** Verifies every promise, one after the other, on one connection's view of now. */
export async function runChecks(app: App): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const check of checks) findings.push(...(await check(app)))
  return findings
}

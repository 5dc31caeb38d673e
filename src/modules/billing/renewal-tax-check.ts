import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { customersWithRenewals, findOutdated, readSellers } from './retax-renewals.ts'

/**
 * I48: an open renewal without a number, whose day has not passed, is taxed as its day asks for, unless it could not be made anew
 * and staff were told.
 */
export async function checkRenewalTaxes(app: App): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const seller of await readSellers(app))
    for (let after = ''; ;) {
      const customerIds = await customersWithRenewals(app.db, seller, { after })
      if (customerIds.length === 0) break
      after = customerIds.at(-1)!
      for (const { id, dueOn, isTold } of await findOutdated(app.db, seller, customerIds))
        if (!isTold)
          findings.push({
            invariant: 'I48',
            subjectId: id,
            message: `The renewal due on ${String(dueOn)} names another tax than that day asks for.`,
          })
    }
  return findings
}

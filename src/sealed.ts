import { sealedAnswers } from '#api/idempotency.ts'
import type { App } from '#app/app.ts'
import { sealedSecondFactors } from '#modules/accounts/second-factor.ts'
import { sealedSigningKeys } from '#modules/accounts/signing-key.ts'
import type { Finding } from '#platform/invariant.ts'
import { findUnreadable, type SealedColumn } from '#platform/rekey.ts'

/** Everything that is stored sealed: what `ez rekey` seals anew. */
export const sealedColumns: readonly SealedColumn[] = [...sealedSecondFactors, sealedSigningKeys, sealedAnswers]

/** I29: whatever is sealed opens where it is, with the keys at hand. */
export async function checkSealed(app: App): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const column of sealedColumns)
    for (const key of await findUnreadable(app, column))
      findings.push({
        invariant: 'I29',
        subjectId: key,
        message: `${column.table}.${column.column} of ${key} cannot be read with the keys at hand.`,
      })
  return findings
}

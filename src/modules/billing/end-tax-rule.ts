import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { sellersHome } from './list-tax-rules.ts'

/**
 * Lets a rule end: `on` is the first day it is not valid any more. What was taxed by it stays. The domestic rule cannot end
 * without one that follows it. Throws `permission_denied`, `tax_rule_not_found`, `tax_rule_end_invalid`,
 * `tax_rule_needed`.
 */
export async function endTaxRule(
  app: App,
  actor: Actor,
  { ruleId, on }: { ruleId: string; on: Temporal.PlainDate },
): Promise<void> {
  requirePermission(actor, 'tax.manage')
  const { today } = await sellersHome(app)
  await app.transaction(actor, async (tx) => {
    const rule = await tx.db.selectFrom('taxRules').selectAll().where('id', '=', ruleId).forUpdate().executeTakeFirst()
    if (!rule) throw new Problem('not_found', 'tax_rule_not_found', 'There is no such rule.')
    const early = Temporal.PlainDate.compare(on, rule.validFrom) <= 0 || Temporal.PlainDate.compare(on, today) < 0
    if (early) throw new Problem('invalid', 'tax_rule_end_invalid', 'Choose a day after its first, today or later.')
    if (rule.country === null && rule.level === 1) {
      const next = await tx.db
        .selectFrom('taxRules')
        .select('id')
        .where('id', '<>', rule.id)
        .where('legalEntityId', '=', rule.legalEntityId)
        .where('country', 'is', null)
        .where('level', '=', 1)
        .where('validFrom', '<=', on)
        .where((where) => where.or([where('validTo', 'is', null), where('validTo', '>', on)]))
        .executeTakeFirst()
      if (!next)
        throw new Problem(
          'conflict',
          'tax_rule_needed',
          'Nothing could be sold without a domestic rate. Add the one that follows first.',
        )
    }
    await tx.db.updateTable('taxRules').set({ validTo: on }).where('id', '=', rule.id).execute()
    await tx.emit('tax_rule.ended', rule.id, {
      before: { validTo: rule.validTo?.toString() ?? null },
      after: { validTo: on.toString() },
    })
  })
}

import { z } from 'zod'
import type { App } from '#app/app.ts'
import { isCountry, REGION } from '#modules/accounts/customer.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { TaxCategory } from '#platform/schema.ts'
import { millionthsOf, type TaxRule } from './tax.ts'

export const TAX_CATEGORIES = ['S', 'Z', 'E', 'AE', 'K', 'G', 'O'] as const satisfies readonly TaxCategory[]

export const AddTaxRuleInput = z.object({
  country: z.string().toUpperCase().refine(isCountry).nullable(),
  region: z.string().toUpperCase().regex(REGION).nullable(),
  level: z.union([z.literal(1), z.literal(2)]),
  compound: z.boolean(),
  name: z.string().min(1).max(40),
  category: z.enum(TAX_CATEGORIES),
  rateBasisPoints: z.int().min(0).max(10_000),
  /** What is to be added, in millionths, for a rate finer than a basis point. */
  finerMillionths: z.int().min(-50).max(49).nullable().default(null),
  validFrom: z.custom<Temporal.PlainDate>((value) => value instanceof Temporal.PlainDate),
})
export type AddTaxRuleInput = z.output<typeof AddTaxRuleInput>

/**
 * Adds a rule, which takes the place of the one before it from its first day on; documents that exist keep their tax. Throws
 * `permission_denied`, `tax_rule_invalid`, `tax_rule_exists`, `seller_not_set_up`.
 */
export async function addTaxRule(app: App, actor: Actor, input: AddTaxRuleInput): Promise<TaxRule> {
  requirePermission(actor, 'tax.manage')
  if (!isConsistent(input))
    throw new Problem('invalid', 'tax_rule_invalid', 'Place, level, category and rate do not fit together.')
  return app.transaction(actor, async (tx) => {
    const seller = await tx.db.selectFrom('legalEntities').select('id').orderBy('id').limit(1).executeTakeFirst()
    if (!seller) throw new Problem('unavailable', 'seller_not_set_up', 'Set up the seller first.')
    const same = await tx.db
      .selectFrom('taxRules')
      .select('id')
      .where('legalEntityId', '=', seller.id)
      .where('country', 'is not distinct from', input.country)
      .where('region', 'is not distinct from', input.region)
      .where('level', '=', input.level)
      .where('validFrom', '=', input.validFrom)
      .executeTakeFirst()
    if (same) throw taxRuleExists()
    const rule = await tx.db
      .insertInto('taxRules')
      .values({ id: newId('txr'), legalEntityId: seller.id, ...input })
      .returningAll()
      .executeTakeFirstOrThrow()
    const { validFrom, ...after } = input
    await tx.emit('tax_rule.added', rule.id, { after: { ...after, validFrom: validFrom.toString() } })
    return rule
  })
}

export const taxRuleExists = (): Problem =>
  new Problem('conflict', 'tax_rule_exists', 'A rule of this place begins on that day already.')

/** A state needs its country, only a second tax can be compound, and only the standard category charges anything. */
const isConsistent = (
  input: Pick<
    AddTaxRuleInput,
    'country' | 'region' | 'level' | 'compound' | 'category' | 'rateBasisPoints' | 'finerMillionths'
  >,
): boolean =>
  (input.region === null || input.country !== null) &&
  (!input.compound || input.level === 2) &&
  (input.category === 'S' || millionthsOf(input) === 0) &&
  millionthsOf(input) >= 0 &&
  millionthsOf(input) <= 1_000_000

import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import type { Customer } from '#modules/accounts/customer.ts'
import { offerVersion } from '#modules/catalog/catalog-queries.ts'
import { actingCustomerId, type Actor } from '#platform/actor.ts'
import { formatMoney } from '#platform/i18n.ts'
import { currencyExponent } from '#platform/money.ts'
import { Problem } from '#platform/problem.ts'
import { sql } from 'kysely'
import { getInvoice } from './billing-queries.ts'
import { issueInvoice } from './issue-invoice.ts'
import type { Invoice } from './invoice.ts'
import { sellerAt } from './seller.ts'
import { buyerIn } from './tax.ts'

/** In whole units of the currency. */
const LEAST = 5n
const MOST = 5_000n
/** As long as an unpaid order waits; a transfer that is promised is waited for longer. */
const PAY_HOURS = 24
const NO_TAX = { name: 'VAT', rateBasisPoints: 0, compound: false, category: 'O' as const }
const WORDS = { en: 'Credit', de: 'Guthaben' }

/** The least and the most that can be bought at once, in minor units of a currency. */
export function topUpLimits(currency: string): { least: bigint; most: bigint } {
  const unit = 10n ** BigInt(currencyExponent(currency))
  return { least: LEAST * unit, most: MOST * unit }
}

/**
 * Asks for credit to be bought: a document without tax, as nothing is delivered yet, which is paid like any other and never
 * from credit. Unpaid, it is given up after 24 hours, or when a promised transfer is waited for no longer. Minor units. Throws `topup_amount_invalid`, `permission_denied`, `customer_closed`.
 */
export async function topUp(
  app: App,
  actor: Actor,
  input: { currency: string; amountMinor: bigint },
): Promise<Invoice> {
  requireRight(actor, 'invoice.pay')
  const customerId = actingCustomerId(actor)
  requireFitting(input)
  const invoiceId = await app.transaction(actor, async (tx) => {
    const { rows } = await sql<Customer & { version: bigint }>`
      select c.*, ${offerVersion} as version from customers c where c.id = ${customerId} for update of c`.execute(tx.db)
    const { version, ...customer } = rows[0]!
    if (customer.closedAt) throw new Problem('conflict', 'customer_closed', 'This account is closed.')
    const { entity, treatment } = await sellerAt(app, tx.db, version, buyerIn(customer.country), tx.now)
    return issueInvoice(tx, {
      customer,
      seller: entity,
      // A prepayment for services that are not known yet is no supply: tax falls due when the credit is used.
      treatment: { ...treatment, components: [NO_TAX], includedParts: 0 },
      currency: input.currency,
      lines: [{ kind: 'topup', description: WORDS[customer.locale], quantity: 1, amountMinor: input.amountMinor }],
      dueAt: tx.now.add({ hours: PAY_HOURS }),
      purpose: 'topup',
    })
  })
  return getInvoice(app, actor, invoiceId)
}

function requireFitting({ currency, amountMinor }: { currency: string; amountMinor: bigint }): void {
  const limits = topUpLimits(currency)
  if (amountMinor >= limits.least && amountMinor <= limits.most) return
  const [least, most] = [formatMoney(limits.least, currency, 'en'), formatMoney(limits.most, currency, 'en')]
  throw new Problem('invalid', 'topup_amount_invalid', `Choose an amount between ${least} and ${most}.`, {
    issues: [{ path: 'amountMinor', message: `Choose an amount between ${least} and ${most}.` }],
  })
}

import type { AccountBehaviour } from './stripe-simulator-accounts.ts'
import type { Charge, Mandate, Memory, PaymentIntent, PaymentMethod } from './stripe-simulator-memory.ts'
import { randomText } from './stripe-simulator-memory.ts'
import { newCharge } from './stripe-simulator-objects.ts'

/** Bank accounts and mandates, as the API shows them; nothing here saves or emits. */

const accountFacts = (iban: string) => ({
  bank_code: iban.slice(4, 12),
  branch_code: null,
  country: iban.slice(0, 2),
  fingerprint: `sim${iban.slice(-13)}`,
  last4: iban.slice(-4),
})

export function newSepaMethod(
  memory: Memory,
  account: AccountBehaviour,
  holder: { name: string | null; email: string | null },
): PaymentMethod {
  return {
    id: memory.newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, phone: null, tax_id: null, name: holder.name, email: holder.email },
    created: memory.now(),
    customer: null,
    customer_account: null,
    livemode: memory.livemode,
    metadata: {},
    sepa_debit: { ...accountFacts(account.iban), generated_from: { charge: null, setup_attempt: null } },
    type: 'sepa_debit',
  }
}

/** What the holder signs, so that her account may be debited from now on. */
export function newMandate(memory: Memory, method: PaymentMethod): Mandate {
  const reference = `SIM${randomText(13).toUpperCase()}`
  return {
    id: memory.newId('mandate'),
    object: 'mandate',
    customer_acceptance: {
      accepted_at: memory.now(),
      online: { ip_address: null, user_agent: null },
      type: 'online',
    },
    livemode: memory.livemode,
    multi_use: {},
    payment_method: method.id,
    payment_method_details: {
      type: 'sepa_debit',
      sepa_debit: { reference, url: `${memory.publicUrl}/mandates/${reference}` },
    },
    status: 'active',
    type: 'multi_use',
  }
}

/** A debit on its way: nobody knows yet whether there is money on the account. */
export function newDebit(memory: Memory, intent: PaymentIntent, method: PaymentMethod): Charge {
  const mandate = memory.mandates.values().findLast((each) => each.payment_method === method.id)
  const { generated_from: _, ...account } = method.sepa_debit ?? { generated_from: null, ...accountFacts('') }
  return {
    ...newCharge(memory, intent, method),
    id: memory.newId('py'),
    captured: true,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: 'approved_by_network',
      reason: null,
      risk_level: 'not_assessed',
      seller_message: 'Payment complete.',
      type: 'authorized',
    },
    paid: false,
    payment_method_details: { type: 'sepa_debit', sepa_debit: { ...account, mandate: mandate?.id ?? null } },
    status: 'pending',
  }
}

import type { Decline } from './stripe-simulator-cards.ts'

/** A bank account that is debited by SEPA; it tells days later whether it had the money. */
export type AccountBehaviour = {
  iban: string
  hint?: string
  /** How a debit ends, once the bank has told. */
  decline?: Decline
  disputed?: boolean
}

const refusedByBank: Decline = {
  code: 'insufficient_funds',
  message: 'The customer’s account has insufficient funds to cover this payment.',
  advice: 'try_again_later',
}

/** https://docs.stripe.com/payments/sepa-debit/accept-a-payment#test-integration */
export const testAccounts: AccountBehaviour[] = [
  { iban: 'DE89370400440532013000', hint: 'Succeeds after a while' },
  { iban: 'DE62370400440532013001', hint: 'Fails after a while', decline: refusedByBank },
  { iban: 'DE35370400440532013002', hint: 'Succeeds, then is disputed', disputed: true },
  { iban: 'AT611904300234573201' },
  { iban: 'AT861904300235473202', decline: refusedByBank },
  { iban: 'AT591904300235473203', disputed: true },
]

/** As people type it: with spaces, in small letters. */
export const accountOfIban = (typed: string): AccountBehaviour | undefined => {
  const iban = typed.replaceAll(/\s/g, '').toUpperCase()
  return testAccounts.find((account) => account.iban === iban)
}

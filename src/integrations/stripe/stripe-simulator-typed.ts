import type { Context } from 'hono'
import { accountOfIban } from './stripe-simulator-accounts.ts'
import { cardOfNumber } from './stripe-simulator-cards.ts'
import type { PaidWith } from './stripe-simulator-checkout.ts'

/** What a person types on a hosted page, and what is wrong with it in the words of Stripe's page. */

export type Typed = {
  number: string
  expiry: string
  cvc: string
  name: string
  email: string
  iban: string
  holder: string
  holderEmail: string
}
export type FieldErrors = Partial<Record<keyof Typed, string>>

export const NOTHING: Typed = {
  number: '',
  expiry: '',
  cvc: '',
  name: '',
  email: '',
  iban: '',
  holder: '',
  holderEmail: '',
}

function passesLuhn(number: string): boolean {
  const sum = number
    .split('')
    .toReversed()
    .reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
  return sum % 10 === 0
}

/** Month and year of `12/34`, `12 / 2034` or `1234`. */
function readExpiry(expiry: string): { month: number; year: number } | undefined {
  const match = /^(\d{1,2})\s*[/.-]?\s*(\d{2}|\d{4})$/.exec(expiry.trim())
  const month = Number(match?.[1])
  if (!match || month < 1 || month > 12) return undefined
  const year = Number(match[2])
  return { month, year: year < 100 ? 2000 + year : year }
}

const isAddress = (email: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim())

type Asked = { email: boolean; nowMs: number }

function checkCard(typed: Typed, asked: Asked): { errors: FieldErrors; paid: PaidWith } {
  const errors: FieldErrors = {}
  const number = typed.number.replaceAll(/[\s-]/g, '')
  if (number === '') errors.number = 'Your card number is incomplete.'
  else if (!/^\d{13,19}$/.test(number)) errors.number = 'Your card number is incomplete.'
  else if (!passesLuhn(number)) errors.number = 'Your card number is invalid.'
  const expiry = readExpiry(typed.expiry)
  const now = new Date(asked.nowMs)
  const thisMonth = now.getUTCFullYear() * 12 + now.getUTCMonth() + 1
  if (!expiry) errors.expiry = 'Your card’s expiration date is incomplete.'
  else if (expiry.year * 12 + expiry.month < thisMonth) errors.expiry = 'Your card’s expiration date is in the past.'
  const cvcDigits = number.startsWith('3') ? 4 : 3
  if (!new RegExp(`^\\d{${cvcDigits}}$`).test(typed.cvc.trim())) errors.cvc = 'Your card’s security code is incomplete.'
  if (typed.name.trim() === '') errors.name = 'Enter the name on your card.'
  if (asked.email && !isAddress(typed.email)) errors.email = 'Enter your email address.'
  return {
    errors,
    paid: {
      kind: 'card',
      card: cardOfNumber(number),
      expiryMonth: expiry?.month ?? 0,
      expiryYear: expiry?.year ?? 0,
      name: typed.name.trim(),
      email: typed.email.trim(),
    },
  }
}

function checkAccount(typed: Typed, asked: Asked): { errors: FieldErrors; paid: PaidWith } {
  const errors: FieldErrors = {}
  const account = accountOfIban(typed.iban)
  if (!account) errors.iban = 'Your IBAN is invalid.'
  if (typed.holder.trim() === '') errors.holder = 'Enter the name of the account holder.'
  if (asked.email && !isAddress(typed.holderEmail)) errors.holderEmail = 'Enter your email address.'
  const holder = { name: typed.holder.trim(), email: typed.holderEmail.trim() }
  return { errors, paid: { kind: 'sepa_debit', account: account ?? { iban: '' }, ...holder } }
}

/** What a form says: `method` is `sepa_debit` for an account, anything else is a card. The security code is not kept. */
export async function readTyped(
  c: Context,
  asked: Asked,
): Promise<{ typed: Typed; errors: FieldErrors; paid: PaidWith }> {
  const form = new URLSearchParams(await c.req.text())
  const typed = Object.fromEntries(
    Object.keys(NOTHING).map((name) => [name, (form.get(name) ?? '').slice(0, 200)]),
  ) as Typed
  const checked = form.get('method') === 'sepa_debit' ? checkAccount(typed, asked) : checkCard(typed, asked)
  return { ...checked, typed: { ...typed, cvc: '' } }
}

import { currencyExponent } from '#platform/money.ts'

export const MOST_LINES = 30
export const MOST_QUANTITY = 10_000
/** How far ahead a document may be due. */
export const MOST_DAYS = 365
export const MOST_TEXT = 200
export const MOST_NOTE = 1_000
/** In whole units of the currency, for a whole document. */
const MOST_UNITS = 1_000_000n

/** `unitMinor` is one piece's price as the seller states prices: with or without tax. Minor units. */
export type ManualLine = { description: string; quantity: number; unitMinor: bigint }

/** A document that staff write themselves. */
export type ManualInvoice = {
  customerId: string
  currency: string
  /** In the seller's time zone. */
  dueOn: Temporal.PlainDate
  lines: readonly ManualLine[]
  /** Why the customer is charged; they are told when they ask. */
  reason: string
  /** Printed on the document. */
  note?: string | undefined
}

type Issue = { path: string; message: string }

/** The most that all lines of a document may come to, in minor units. */
export const mostMinor = (currency: string): bigint => MOST_UNITS * 10n ** BigInt(currencyExponent(currency))

export const amountOf = ({ quantity, unitMinor }: ManualLine): bigint => unitMinor * BigInt(quantity)

/** What is wrong with a document, by the field it stands in; `today` is the seller's. */
export function findManualIssues(input: ManualInvoice, today: Temporal.PlainDate): Issue[] {
  const { lines, dueOn, currency } = input
  const issues: Issue[] = []
  const refuse = (path: string, message: string): void => void issues.push({ path, message })
  if (lines.length === 0) refuse('lines', 'Add at least one line.')
  if (lines.length > MOST_LINES) refuse('lines', `A document holds at most ${MOST_LINES} lines.`)
  lines.forEach((line, index) => {
    if (!isText(line.description, MOST_TEXT)) refuse(`lines.${index}.description`, 'Say what it is, in one line.')
    if (!Number.isInteger(line.quantity) || line.quantity < 1 || line.quantity > MOST_QUANTITY)
      refuse(`lines.${index}.quantity`, `Choose a whole number from 1 to ${MOST_QUANTITY}.`)
    if (line.unitMinor < 0n) refuse(`lines.${index}.unitMinor`, 'A price is never below zero.')
  })
  if (issues.length > 0) return issues
  const sum = lines.reduce((all, line) => all + amountOf(line), 0n)
  if (sum <= 0n) refuse('lines', 'A document has to ask for something.')
  if (sum > mostMinor(currency)) refuse('lines', 'That is more than a document may ask for.')
  if (Temporal.PlainDate.compare(dueOn, today) < 0) refuse('dueOn', 'Choose today or a later day.')
  if (Temporal.PlainDate.compare(dueOn, today.add({ days: MOST_DAYS })) > 0)
    refuse('dueOn', 'Choose a day within a year.')
  if (!isText(input.reason, MOST_TEXT)) refuse('reason', 'Say why, in one line.')
  if (input.note !== undefined && (input.note.trim() === '' || input.note.length > MOST_NOTE))
    refuse('note', `Use at most ${MOST_NOTE} characters.`)
  return issues
}

const isText = (text: string, most: number): boolean =>
  text.trim() !== '' && text.length <= most && !/\p{Cc}/u.test(text)

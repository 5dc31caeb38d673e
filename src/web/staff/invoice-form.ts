import { z } from 'zod'
import {
  type ManualInvoice,
  type ManualLine,
  MOST_LINES,
  MOST_NOTE,
  MOST_QUANTITY,
  MOST_TEXT,
  mostMinor,
} from '#modules/billing/manual-invoice.ts'
import { formatMoney, formatNumber, type Locale } from '#platform/i18n.ts'
import { staffInvoicesMessages } from '../messages/staff-invoices.ts'
import { fieldText, type FormState, parseForm, typedValues } from '../ui/form-state.ts'
import { FEW_ROWS, lineField } from './invoice-rows.ts'
import { readPrice } from './read-amount.ts'

/** How many lines a form shows; the button for more adds some. */
export function rowsOf(form: FormData): number {
  const shown = Number(fieldText(form, 'rows'))
  const rows = Number.isInteger(shown) && shown >= FEW_ROWS ? shown : FEW_ROWS
  return Math.min(MOST_LINES, fieldText(form, 'do') === 'more' ? rows + FEW_ROWS : rows)
}

const indexes = Array.from({ length: MOST_LINES }, (_, index) => index)
const Input = z.object({
  do: z.enum(['preview', 'create']),
  key: z.string().regex(/^[\w-]{10,64}$/),
  rows: z.coerce.number().int().min(1).max(MOST_LINES),
  total: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  dueOn: z.iso.date(),
  reason: z.string().max(MOST_TEXT),
  note: z.string().max(MOST_NOTE).optional(),
  mail: z.literal('on').optional(),
  ...Object.fromEntries(
    indexes.flatMap((index) => [
      [lineField('text', index), z.string().max(MOST_TEXT).optional()],
      [lineField('quantity', index), z.string().max(10).optional()],
      [lineField('price', index), z.string().max(30).optional()],
    ]),
  ),
})

type Written = { invoice: ManualInvoice; key: string; totalMinor: bigint | undefined; mail: boolean }

/** What staff wrote, or what is wrong with it by its fields. A line without text and price is left out. */
export function parseInvoice(
  form: FormData,
  customerId: string,
  locale: Locale,
): { ok: true; value: Written } | FormState {
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return parsed
  const { key, total, currency, dueOn, reason, note, mail } = parsed.value
  const errors: Record<string, string> = {}
  const lines = indexes.flatMap((index) => readLine(form, index, currency, locale, errors))
  if (Object.keys(errors).length > 0) return { ok: false, errors, values: typedValues(form) }
  const invoice = { customerId, currency, dueOn: Temporal.PlainDate.from(dueOn), lines, reason, note }
  const totalMinor = total === undefined ? undefined : BigInt(total)
  return { ok: true, value: { invoice, key, totalMinor, mail: mail === 'on' } }
}

function readLine(
  form: FormData,
  index: number,
  currency: string,
  locale: Locale,
  errors: Record<string, string>,
): ManualLine[] {
  const words = staffInvoicesMessages[locale].wrong
  const of = (name: 'text' | 'quantity' | 'price') => fieldText(form, lineField(name, index)).trim()
  if (of('text') === '' && of('price') === '') return []
  const refuse = (name: 'text' | 'quantity' | 'price', message: string) => {
    errors[lineField(name, index)] = message
  }
  const quantity = /^\d{1,6}$/.test(of('quantity')) ? Number(of('quantity')) : 0
  const unitMinor = readPrice(of('price'), currency)
  if (of('text') === '' || /\p{Cc}/u.test(of('text'))) refuse('text', words.text)
  if (quantity < 1 || quantity > MOST_QUANTITY) refuse('quantity', words.quantity(formatNumber(MOST_QUANTITY, locale)))
  if (unitMinor === undefined) refuse('price', words.price)
  return [{ description: of('text'), quantity, unitMinor: unitMinor ?? 0n }]
}

/** A refusal of the command in the reader's language, by the fields of the form. */
export function tellRefusal(refused: FormState, currency: string, locale: Locale): FormState {
  const { wrong } = staffInvoicesMessages[locale]
  const most = formatMoney(mostMinor(currency), currency, locale)
  const told = Object.keys(refused.errors).map((name): [string, string] => {
    if (name === 'lines') return [lineField('price', 0), wrong.lines(most)]
    const own = name in wrong ? wrong[name as keyof typeof wrong] : undefined
    return [name, typeof own === 'string' ? own : refused.errors[name]!]
  })
  return told.length === 0 ? refused : { ok: false, errors: Object.fromEntries(told), values: refused.values }
}

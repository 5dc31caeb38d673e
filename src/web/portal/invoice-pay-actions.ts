import { data, redirect } from 'react-router'
import { z } from 'zod'
import { getInvoice } from '#modules/billing/billing-queries.ts'
import type { Invoice } from '#modules/billing/invoice.ts'
import { openPaymentPage } from '#modules/billing/open-payment-page.ts'
import { partLimits, refusePart } from '#modules/billing/part-payment.ts'
import { payInvoiceFromCredit } from '#modules/billing/pay-invoice-from-credit.ts'
import { payWithSavedMethod } from '#modules/billing/pay-with-saved-method.ts'
import { chooseTransfer } from '#modules/orders/choose-transfer.ts'
import { findOrderOfInvoice } from '#modules/orders/orders-queries.ts'
import { formatMoney, type Locale } from '#platform/i18n.ts'
import { isProblem, type Problem } from '#platform/problem.ts'
import { redirectWithFlash } from '../flash.ts'
import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { problemText } from '../messages/problems.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { readAmount } from '../staff/read-amount.ts'
import { type FormState, parseForm, typedValues } from '../ui/form-state.ts'
import { pathId, type PortalScope } from './scope.ts'

const Wanted = z.object({
  intent: z.enum(['page', 'saved', 'transfer', 'credit']).default('page'),
  /** All that is open where it is missing, as on buttons of other pages. */
  amount: z.string().optional(),
  key: z.string().min(8).max(100).optional(),
  /** Of credit, in minor units, as it was shown. */
  credit: z.coerce.bigint().positive().optional(),
})

/** What a refused form is answered with; `unavailable` when the gateway did not answer. */
type Refused = FormState & { unavailable?: true }

/** Leads to where an invoice is paid, wholly or in part, or pays it. One that was paid meanwhile shows itself instead. */
export async function payInvoiceForm({ app, actor, locale }: PortalScope, request: Request, id: string) {
  const invoice = await getInvoice(app, actor, pathId(id, 'inv'))
  const form = await request.formData()
  const parsed = parseForm(Wanted, form, locale)
  if (!parsed.ok) return data<Refused>(parsed, 422)
  const { intent, amount, key, credit } = parsed.value
  const page = paths.invoice(invoice.id)
  const refuse = (errors: Record<string, string>, rest: Pick<Refused, 'message' | 'unavailable'>, status: number) =>
    data<Refused>({ ok: false, errors, values: typedValues(form), ...rest }, status)
  try {
    if (intent === 'transfer') {
      await chooseTransfer(app, actor, { invoiceId: invoice.id })
      return redirect(page)
    }
    if (intent === 'credit') {
      const used = await payInvoiceFromCredit(app, actor, { invoiceId: invoice.id, amountMinor: credit })
      return redirectWithFlash(page, used.invoice.state === 'paid' ? 'creditPaid' : 'creditPaidPart')
    }
    const wanted = readPart(invoice, amount, app.paymentGateway, locale)
    if (wanted.error !== undefined) return refuse({ amount: wanted.error }, {}, 422)
    const { amountMinor } = wanted
    if (intent === 'saved') {
      await payWithSavedMethod(app, actor, {
        invoiceIds: [invoice.id],
        ...(amountMinor !== undefined && { amountMinor }),
        ...(key !== undefined && { idempotencyKey: `form:${key}` }),
      })
      return redirectWithFlash(page, 'paymentStarted')
    }
    const returnPath = await placeOfReturn({ app, actor, locale }, invoice, amountMinor)
    const { url } = await openPaymentPage(app, actor, {
      invoiceId: invoice.id,
      amountMinor,
      returnPath,
      cancelPath: page,
    })
    return redirect(url)
  } catch (error) {
    if (!isProblem(error)) throw error
    if (PAID_MEANWHILE.has(error.code)) return redirect(page)
    if (error.code === 'payment_part_invalid') return refuse({ amount: problemText(error, locale) }, {}, 422)
    if (!mendable(error)) throw error
    const unavailable = error.kind === 'unavailable'
    return refuse({}, unavailable ? { unavailable } : { message: problemText(error, locale) }, formStatus(error))
  }
}

/** The page of the invoice says what became of it, better than a refusal would. */
const PAID_MEANWHILE = new Set(['invoice_paid', 'invoice_void'])

const mendable = ({ kind }: Problem): boolean => kind === 'conflict' || kind === 'unavailable'

type Part = { amountMinor: bigint | undefined; error?: undefined } | { error: string }

/** What was typed, in minor units; undefined for all that is open. Says what to type where it does not fit. */
function readPart(
  invoice: Invoice,
  amount: string | undefined,
  gateway: Parameters<typeof partLimits>[0],
  locale: Locale,
): Part {
  if (amount === undefined) return { amountMinor: undefined }
  const words = portalInvoiceMessages[locale].payPage.part
  const money = (minor: bigint): string => formatMoney(minor, invoice.currency, locale)
  const amountMinor = readAmount(amount, invoice.currency)
  if (amountMinor === undefined) return { error: words.wrong }
  const limits = partLimits(gateway, invoice)
  const refused = limits && refusePart(amountMinor, limits)
  if (!limits || refused === undefined) return { amountMinor }
  const { openMinor, leastMinor, mostMinor } = limits
  if (refused === 'too_much') return { error: words.tooMuch(money(openMinor)) }
  if (refused === 'too_small') return { error: words.tooSmall(money(leastMinor)) }
  return { error: words.restTooSmall(money(openMinor), money(mostMinor), money(leastMinor)) }
}

/** Who pays for an order wants to see it being built; a part of it builds nothing yet. */
async function placeOfReturn(
  { app, locale }: Omit<PortalScope, 'customerId'>,
  { id, totalMinor, paidMinor }: Invoice,
  amountMinor: bigint | undefined,
): Promise<string> {
  const isPart = amountMinor !== undefined && amountMinor < totalMinor - paidMinor
  const order = isPart ? undefined : await findOrderOfInvoice(app, id)
  return `${order ? paths.orderPlaced(locale, order.id) : paths.invoice(id)}?from=payment`
}

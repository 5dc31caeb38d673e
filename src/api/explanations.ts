import { z } from 'zod'
import { explainInvoice as explain } from '#modules/billing/explain-invoice.ts'
import { currency, instant, minor, pathId, plainDate } from './codecs.ts'
import { TaxBody } from './quotes.ts'
import { route } from './route.ts'

const ChangePeriod = z.object({
  start: plainDate,
  end: plainDate,
  from: plainDate.meta({ description: 'The first day of the new agreement.' }),
  days: z.int(),
  ofDays: z.int(),
  allMinor: minor.meta({ description: 'What all parts cost for the whole period, after its discounts.' }),
  chargeMinor: minor.meta({ description: '`allMinor` times `days` over `ofDays`, for all parts.' }),
  creditMinor: minor.meta({ description: '`paidMinor` times `days` over `paidDays`, for all parts.' }),
  paidMinor: minor.nullable(),
  paidDays: z.int().nullable(),
})

const LineBody = z
  .object({
    kind: z.enum(['plan', 'option', 'setup', 'topup', 'manual']),
    description: z.string(),
    subscriptionId: z.string().nullable(),
    period: z.object({ start: plainDate, end: plainDate, days: z.int() }).nullable(),
    quantity: z.int(),
    unitMinor: minor.nullable(),
    listMinor: minor.meta({ description: 'Before credit for unused days and discounts, as priced.' }),
    change: z
      .object({
        changeId: z.string(),
        allMinor: minor.meta({ description: 'What all parts cost for a whole period from now on.' }),
        periods: z.array(ChangePeriod),
        chargeMinor: minor.meta({ description: 'The share of this part.' }),
        creditMinor: minor.meta({ description: 'What of the unused days was set against this part.' }),
      })
      .nullable(),
    reason: z.string().nullable().meta({ description: 'What our team gave as the reason of a line of their own.' }),
    discounts: z.array(
      z.object({
        name: z.string(),
        code: z.string().nullable(),
        offMinor: minor,
        cyclesLeft: z
          .int()
          .nullable()
          .optional()
          .meta({ description: 'Renewals it still holds for; null means all. Missing while that is not known.' }),
      }),
    ),
    pricedMinor: minor.meta({ description: 'After credit and discounts; with tax where prices include it.' }),
    taxInPriceMinor: minor.meta({ description: 'What of it is tax.' }),
    netMinor: minor,
    taxMinor: minor.meta({ description: 'Its share of the tax of the document.' }),
    totalMinor: minor,
    cause: z.string().meta({ examples: ['order', 'renewal', 'change', 'resumed'] }),
  })
  .meta({ id: 'ExplainedLine' })

const ExplanationBody = z
  .object({
    currency,
    cause: z.object({
      purpose: z.enum(['order', 'renewal', 'change', 'topup', 'manual']),
      at: instant,
      by: z.object({ kind: z.enum(['you', 'member', 'staff', 'system']), name: z.string().nullable() }),
      orderId: z.string().nullable(),
      changeId: z.string().nullable(),
    }),
    lines: z.array(LineBody),
    taxes: z.array(
      TaxBody.extend({
        country: z.string().nullable().meta({ description: 'Whose rule it is.' }),
        why: z.enum(['rule', 'own_rate', 'reverse_charge', 'not_taxable']),
        note: z.string().nullable(),
      }).meta({ id: 'ExplainedTax' }),
    ),
    evidence: z
      .object({ number: z.string(), requestIdentifier: z.string().nullable(), checkedAt: instant })
      .nullable()
      .meta({ description: 'What the registry said of the VAT number, where you owe the tax yourself.' }),
  })
  .meta({ id: 'InvoiceExplanation', description: 'Where every amount of an invoice comes from.' })

export const explainInvoice = route({
  method: 'get',
  path: '/invoices/{invoiceId}/explanation',
  operationId: 'explainInvoice',
  tag: 'Invoices',
  summary: 'Why you were charged',
  description: 'Per line: period, days, price, discounts, tax and cause. Each sum can be done again to the cent.',
  params: z.strictObject({ invoiceId: pathId }),
  success: { status: 200, description: 'The explanation.', body: ExplanationBody },
  problems: ['invoice_not_found'],
  run: async ({ app, actor, params }) => {
    const { invoice, taxes, ...explanation } = await explain(app, actor, params.invoiceId)
    return {
      ...explanation,
      currency: invoice.currency,
      taxes: taxes.map(({ basisPoints, ...tax }) => ({ ...tax, rateBasisPoints: basisPoints })),
    }
  },
})

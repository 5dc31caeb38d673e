import { z } from 'zod'
import { readStatement } from '#modules/billing/read-statement.ts'
import { Currency } from '#modules/orders/item-configuration.ts'
import { currency, instant, minor, plainDate } from './codecs.ts'
import { route } from './route.ts'

const Standing = z.object({
  owedMinor: minor.meta({ description: 'What you owe by the books; negative when we owe it to you.' }),
  creditMinor: minor.meta({ description: 'Your credit.' }),
})

const StatementBody = z
  .object({
    currency,
    from: plainDate,
    until: plainDate.meta({ description: 'The first day that is not part of it.' }),
    timeZone: z.string().meta({ description: 'Whose days they are.' }),
    opening: Standing,
    closing: Standing,
    sums: z
      .object({
        documents: minor,
        payments: minor,
        credit: minor,
        credit_notes: minor,
        refunds: minor,
        other: minor,
      })
      .meta({ description: 'By kind; opening and all of them make closing, each as owed less credit.' }),
    rows: z.array(
      z.object({
        id: z.string(),
        at: instant,
        kind: z.enum(['documents', 'payments', 'credit', 'credit_notes', 'refunds', 'other']),
        posting: z.string().meta({ examples: ['invoice', 'payment', 'credit_use'] }),
        amountMinor: minor.meta({ description: 'Negative when it lowers what you owe.' }),
        creditMinor: minor.meta({ description: 'What your credit grew by.' }),
        balanceMinor: minor,
        invoiceId: z.string().nullable(),
        number: z.string().nullable(),
      }),
    ),
  })
  .meta({
    id: 'Statement',
    description: 'An account statement from the ledger; a document counts from the day it is paid.',
  })

export const getStatement = route({
  method: 'get',
  path: '/statement',
  operationId: 'getStatement',
  tag: 'Invoices',
  summary: 'Your account statement',
  query: z.strictObject({ currency: Currency, from: plainDate, until: plainDate }),
  success: { status: 200, description: 'Oldest movement first.', body: StatementBody },
  problems: ['seller_not_set_up'],
  run: ({ app, actor, query }) => readStatement(app, actor, query),
})

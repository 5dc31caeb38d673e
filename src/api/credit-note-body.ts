import { z } from 'zod'
import { currency, instant, minor } from './codecs.ts'

export const CreditNoteSummary = z
  .object({
    id: z.string(),
    invoiceId: z.string(),
    number: z.string().nullable().meta({ description: 'Null for a moment, until it and its invoice are numbered.' }),
    currency,
    subtotalMinor: minor,
    taxMinor: minor,
    totalMinor: minor,
    reason: z.string(),
    issuedAt: instant.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'CreditNoteSummary' })

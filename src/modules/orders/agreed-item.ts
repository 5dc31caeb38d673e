import { z } from 'zod'

/** A part of what was ordered, as the agreement will renew it. Minor units as text, for one piece and one period, as priced. */
export const AgreedItem = z.strictObject({
  kind: z.enum(['plan', 'option']),
  code: z.string().nullable(),
  /** Missing in orders placed before options had choices. */
  choice: z.string().nullable().default(null),
  description: z.string(),
  quantity: z.int().positive(),
  unitMinor: z.string().regex(/^\d+$/),
})
export type AgreedItem = z.output<typeof AgreedItem>

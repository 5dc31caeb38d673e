import { z } from 'zod'

// What the domain holds on the right, what JSON holds on the left.

/** An amount in minor units; the currency stands beside it. */
export const minor = z
  .codec(z.int(), z.bigint(), { decode: (value) => BigInt(value), encode: (value) => Number(value) })
  .meta({ description: 'In minor units of the currency, such as cents.', examples: [2900] })

export const instant = z
  .codec(z.iso.datetime({ offset: true }), z.instanceof(Temporal.Instant), {
    decode: (text) => Temporal.Instant.from(text),
    encode: (value) => value.toString(),
  })
  .meta({ examples: ['2026-11-23T09:30:00Z'] })

export const plainDate = z
  .codec(z.iso.date(), z.instanceof(Temporal.PlainDate), {
    decode: (text) => Temporal.PlainDate.from(text),
    encode: (value) => value.toString(),
  })
  .meta({ examples: ['2026-12-23'] })

export const currency = z.string().meta({ description: 'ISO 4217, upper case.', examples: ['EUR'] })

export const localizedText = z
  .object({ en: z.string(), de: z.string() })
  .meta({ id: 'LocalizedText', description: 'The same words in every language we speak.' })

/** An id or slug in a path. Whether it names anything is for the query to say, so a strange one is simply not found. */
export const pathId = z.string().regex(/^[\w.-]{1,64}$/)

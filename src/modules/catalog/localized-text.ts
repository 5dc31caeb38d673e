import { z } from 'zod'

/** Words of the catalogue in every language we speak. */
export const LocalizedText = z.strictObject({ en: z.string().min(1), de: z.string().min(1) })
export type LocalizedText = z.output<typeof LocalizedText>

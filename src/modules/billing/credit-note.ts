import type { Schema } from '#platform/schema.ts'

/** A correction of a numbered invoice; it gets its own number once the invoice has one. */
export type CreditNote = Schema['creditNotes']
export type CreditNoteLine = Schema['creditNoteLines']

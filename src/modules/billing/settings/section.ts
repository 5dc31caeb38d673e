import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { App } from '#app/app.ts'
import type { FieldIssue } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import type { LegalEntity } from '../seller.ts'

/** What a section refuses: a code that pages have words for, and what it is about: `dunning.no_warning`, `-1`. */
export type SettingIssue = FieldIssue & { code: string; values?: readonly (string | number)[] }

/**
 * Settings of a seller that are looked at and saved together. `V` is plain JSON, so that the log can hold it and give it back.
 * `check` tells what cannot be, by field; `write` makes it so, with whatever follows from it for what exists already.
 */
export type SettingsSection<V extends object> = {
  schema: z.ZodType<V>
  read(db: App['db'], seller: LegalEntity): Promise<V>
  check(db: App['db'], seller: LegalEntity, change: { before: V; after: V }): Promise<SettingIssue[]>
  write(tx: Tx, seller: LegalEntity, change: { before: V; after: V }): Promise<void>
}

/** A fingerprint of settings as they were shown: a form that was filled in on others is stale. */
export const basisOf = (values: unknown): string =>
  createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 22)

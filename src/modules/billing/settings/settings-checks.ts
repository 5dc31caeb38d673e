import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import type { DunningStep } from '../dunning-policy.ts'
import { facts, findings, ofInvoice, type Row } from '../findings.ts'
import { findDunningIssues, sortSteps } from './dunning-rules.ts'

/**
 * I39: what is set can be lived by. Steps of dunning warn before they act, a country's currency is sold, and what took its number
 * when it was issued and was cancelled unpaid is taken back whole by a credit note.
 */
async function checkSettings(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select i.id as subject_id, 'it is void, has number ' || i.number || ', and credit notes over ' || i.credited_minor || ' of ' || i.total_minor as detail,
      'setting_unlawful' as kind, ${facts({ ...ofInvoice, left: sql`i.total_minor`, right: sql`i.credited_minor` })} as facts
    from invoices i where i.state = 'void' and i.number is not null and i.credited_minor <> i.total_minor
    union all
    select c.country, c.currency || ' is shown there and not sold', 'setting_unlawful', ${facts({})} from country_currencies c join currencies k on k.code = c.currency where not k.sold`.execute(
    app.db,
  )
  const steps = await app.db.selectFrom('dunningSteps').selectAll().execute()
  const unlawful = [...Map.groupBy(steps, ({ legalEntityId }) => legalEntityId)].flatMap(([subjectId, theirs]) =>
    findDunningIssues(sortSteps(theirs satisfies DunningStep[])).map(({ message }): Row => ({
      subjectId,
      detail: message,
      kind: 'setting_unlawful',
      facts: {},
    })),
  )
  return findings('I39', [...rows, ...unlawful], ({ subjectId, detail }) => `Settings, ${subjectId}: ${detail}`)
}

export const settingsChecks = [checkSettings]

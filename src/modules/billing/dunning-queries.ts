import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import { matchCustomer } from '#modules/accounts/match-customer.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { DunningAction, InvoicePurpose, InvoiceState } from '#platform/schema.ts'
import type { DUNNING_SORTS, DUNNING_STATES } from './dunning-actions.ts'
import { type DunningStep, dueSteps, stepsFor, stepsLeft } from './dunning-policy.ts'

type State = (typeof DUNNING_STATES)[number]
type Sort = (typeof DUNNING_SORTS)[number]

type Filter = PageFilter & {
  /** The last step that was taken. */
  step?: DunningAction | undefined
  state?: State | undefined
  currency?: string | undefined
  /** An id, a number, or a part of a customer's name or email. */
  search?: string | undefined
  sort?: Sort | undefined
}

/** A step that was taken, and what became of it. */
type TakenStep = DunningStep & { outcome: string; on: string; at: string }

type Row = {
  id: string
  number: string | null
  state: InvoiceState
  purpose: InvoicePurpose
  customerId: string
  customerName: string
  currency: string
  /** Minor units still to be paid. */
  openMinor: bigint
  dueOn: Temporal.PlainDate
  nextDunningOn: Temporal.PlainDate | null
  suspendHoldUntil: Temporal.PlainDate | null
  createdAt: Temporal.Instant
  legalEntityId: string
  timeZone: string
  taken: TakenStep[]
}

/** A document that is asked for its money: the last step, and what comes next on which day. */
export type Dunned = Row & { last: TakenStep | undefined; next: DunningAction[] }

/** How a list is ordered: what by, and the type of that. */
const ORDERS: Record<Sort, { by: RawBuilder<unknown>; type: 'date' | 'bigint'; descending: boolean }> = {
  next: { by: sql`coalesce(i.next_dunning_on, date '9999-12-31')`, type: 'date', descending: false },
  due: { by: sql`i.due_on`, type: 'date', descending: false },
  '-due': { by: sql`i.due_on`, type: 'date', descending: true },
  '-amount': { by: sql`i.total_minor - i.paid_minor`, type: 'bigint', descending: true },
}

const LAST = sql`(select d.action from dunning_runs d where d.invoice_id = i.id and d.outcome <> 'skipped'
  order by d.ran_at desc, d.day desc limit 1)`
const TODAY = (now: Temporal.Instant) => sql`(${now}::timestamptz at time zone e.time_zone)::date`

const columns = sql`i.id, i.number, i.state, i.purpose, i.customer_id, c.name as customer_name, i.currency, i.total_minor - i.paid_minor as open_minor, i.due_on,
  i.next_dunning_on, i.suspend_hold_until, i.created_at, i.legal_entity_id, e.time_zone,
  coalesce((select jsonb_agg(jsonb_build_object('day', d.day, 'action', d.action, 'outcome', d.outcome,
      'on', (d.ran_at at time zone e.time_zone)::date, 'at', d.ran_at) order by d.ran_at, d.day)
    from dunning_runs d where d.invoice_id = i.id), '[]') as taken`

/** Staff: who is at which step of dunning, what comes next and when. */
export async function listDunning(app: App, actor: Actor, filter: Filter): Promise<Page<Dunned>> {
  requirePermission(actor, 'invoice.read')
  const { by, type, descending } = ORDERS[filter.sort ?? 'next']
  const now = app.clock.now()
  const wheres = [
    sql`i.state = 'open'`,
    sql`(i.next_dunning_on is not null or exists (select from dunning_runs d where d.invoice_id = i.id))`,
    ...(filter.step ? [sql`${LAST} = ${filter.step}::dunning_action`] : []),
    ...(filter.currency ? [sql`i.currency = ${filter.currency}`] : []),
    ...(filter.state ? [stateIs(filter.state, now)] : []),
    ...(filter.search ? [matches(filter.search)] : []),
    ...afterCursor(filter.after, by, type, descending),
  ]
  const { rows } = await sql<Row & { sortKey: string }>`
    select ${columns}, (${by})::text as sort_key
    from invoices i join customers on customers.id = i.customer_id join customers c on c.id = i.customer_id
      join legal_entities e on e.id = i.legal_entity_id
    where ${sql.join(wheres, sql` and `)}
    order by ${by} ${sql.raw(descending ? 'desc' : 'asc')}, i.id ${sql.raw(descending ? 'desc' : 'asc')}
    limit ${filter.limit + 1}`.execute(app.db)
  const policies = await readPolicies(app)
  const page = pageOf(rows, filter.limit, (row) => `${row.sortKey}.${row.id}`)
  return { next: page.next, rows: page.rows.map((row) => withNext(row, policies.get(row.legalEntityId) ?? [])) }
}

function stateIs(state: State, now: Temporal.Instant): RawBuilder<unknown> {
  switch (state) {
    case 'overdue':
      return sql`i.due_on < ${TODAY(now)}`
    case 'coming':
      return sql`i.due_on >= ${TODAY(now)}`
    case 'held':
      return sql`i.suspend_hold_until > ${TODAY(now)}`
    case 'suspended':
      return sql`exists (select from dunning_runs d where d.invoice_id = i.id and d.action = 'suspend' and d.outcome = 'suspended')`
  }
}

function matches(text: string): RawBuilder<unknown> {
  const search = text.trim()
  if (/^inv_[0-9a-z]{26}$/.test(search)) return sql`i.id = ${search}`
  const isNumber = /\d/.test(search) && !search.includes('@')
  return isNumber ? sql`i.number ^@ ${search.toUpperCase()}` : matchCustomer(search)
}

/** The cursor is what the list is ordered by, and the id. A malformed one begins anew. */
function afterCursor(after: string | undefined, by: RawBuilder<unknown>, type: string, descending: boolean) {
  const [, value, id] = /^(-?[\d-]{1,20})\.(inv_[0-9a-z]{26})$/.exec(after ?? '') ?? []
  const readable = type === 'date' ? /^\d{4}-\d{2}-\d{2}$/ : /^-?\d+$/
  if (value === undefined || id === undefined || !readable.test(value)) return []
  return [sql`(${by}, i.id) ${sql.raw(descending ? '<' : '>')} (${value}::${sql.raw(type)}, ${id})`]
}

async function readPolicies(app: App): Promise<Map<string, DunningStep[]>> {
  return Map.groupBy(await app.db.selectFrom('dunningSteps').selectAll().execute(), (step) => step.legalEntityId)
}

function withNext(row: Row, policy: readonly DunningStep[]): Dunned {
  const last = row.taken.findLast(({ outcome }) => outcome !== 'skipped')
  if (row.nextDunningOn === null) return { ...row, last, next: [] }
  const { steps } = dueSteps({ ...policyInput(row, policy), madeOn: madeOn(row), today: row.nextDunningOn })
  return { ...row, last, next: steps.map(({ action }) => action) }
}

const policyInput = ({ purpose, taken, dueOn, suspendHoldUntil }: Row, policy: readonly DunningStep[]) => ({
  policy: stepsFor(policy, purpose),
  taken: taken.map((run) => ({ ...run, on: Temporal.PlainDate.from(run.on) })),
  dueOn,
  holdUntil: suspendHoldUntil,
})
const madeOn = ({ createdAt, timeZone }: Row) => createdAt.toZonedDateTimeISO(timeZone).toPlainDate()

/** A document's steps: those taken with what became of them, and those that come, on which day as far as that is known. */
export type DunningStory = {
  taken: TakenStep[]
  coming: { step: DunningStep; on: Temporal.PlainDate | undefined }[]
  holdUntil: Temporal.PlainDate | null
}

/** Staff: how dunning of one document went and goes on; undefined for one that dunning has nothing to do with. */
export async function findDunningStory(app: App, actor: Actor, invoiceId: string): Promise<DunningStory | undefined> {
  requirePermission(actor, 'invoice.read')
  const { rows } = await sql<Row>`
    select ${columns} from invoices i join customers c on c.id = i.customer_id join legal_entities e on e.id = i.legal_entity_id
    where i.id = ${invoiceId}`.execute(app.db)
  const [row] = rows
  if (!row || (row.nextDunningOn === null && row.taken.length === 0)) return undefined
  const policy = (await readPolicies(app)).get(row.legalEntityId) ?? []
  const coming = row.nextDunningOn === null ? [] : stepsLeft(policyInput(row, policy))
  return { taken: row.taken, coming, holdUntil: row.suspendHoldUntil }
}

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { grantCredit } from '#modules/billing/grant-credit.ts'
import { requestCancellation } from '#modules/billing/request-cancellation.ts'
import { newId } from '#platform/ids.ts'
import { createScratchDatabase, scratchName } from '#platform/scratch-database.ts'
import type { ForecastSide } from '#platform/schema.ts'
import { staffAs } from '#test/support/actors.ts'
import { cardBecomes, getSeller, goTo } from '#test/support/billing-builders.ts'
import { buildCustomer, buildPaidOrder, type Bought } from '#test/support/builders.ts'
import { passNightOfChanges } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { assumedAnswer } from './assumed-gateway.ts'
import { type ForecastSettings, readForecastSettings } from './forecast-settings.ts'
import { compareForecast, listCompared } from './compare-forecast.ts'
import { cancelForecast, requestForecast } from './request-forecast.ts'
import { runForecast } from './run-forecast.ts'

const app = await createTestApp()
after(() => app.close())

const FIRST = Temporal.PlainDate.from('2027-01-10')
const START = FIRST.add({ days: 33 })
const DAYS = 60

/** A forecast of the first thirty days that tried suspensions two days earlier. */
let suspendedEarlier: string
let people: Record<'ada' | 'ben' | 'cleo' | 'dora', Bought>

/** Ada has credit and a card, Ben's card is refused, Cleo has none, and Dora has asked to leave. */
before(async () => {
  goTo(app, FIRST)
  people = { ada: await buy(), ben: await buy(), cleo: await buy(), dora: await buy() }
  await cardBecomes(app, people.ben.customer.id, 'pm_card_chargeCustomerFail')
  await app.db
    .updateTable('paymentMethods')
    .set({ forgottenAt: app.clock.now(), isDefault: false })
    .where('customerId', '=', people.cleo.customer.id)
    .execute()
  await grantCredit(app, staffAs('billing'), {
    customerId: people.ada.customer.id,
    currency: 'EUR',
    amountMinor: 1_500n,
    note: 'for the trouble',
  })
  // Everybody's first renewal is behind them, and Ben has not paid his.
  for (const day of [17, 24, 30, 31, 32]) await night(FIRST.add({ days: day }))
  const { id } = await app.db
    .selectFrom('subscriptions')
    .select('id')
    .where('customerId', '=', people.dora.customer.id)
    .executeTakeFirstOrThrow()
  await requestCancellation(app, people.dora.actor, { subscriptionId: id, when: 'period_end', reason: 'other' })
  await night(START)
})

async function buy(): Promise<Bought> {
  return buildPaidOrder(app, { buyer: await buildCustomer(app) })
}

async function night(day: Temporal.PlainDate): Promise<void> {
  goTo(app, day)
  await passNightOfChanges(app)
}

const settingsNow = async (): Promise<ForecastSettings> => readForecastSettings(app.db, (await getSeller(app)).id)

async function ask(changes: Partial<ForecastSettings> = {}, days = DAYS): Promise<{ id: string }> {
  const { id: legalEntityId } = await getSeller(app)
  const settings = { ...(await settingsNow()), ...changes }
  return requestForecast(app, staffAs('billing'), { legalEntityId, days, cards: 'as_last_time', settings })
}

const live = (forecastId: string): Promise<void> => runForecast.run(app, { forecastId }, new AbortController().signal)
const forecastNamed = (id: string) =>
  app.db.selectFrom('forecasts').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const rowsOf = (id: string) =>
  app.db.selectFrom('forecastRows').selectAll().where('forecastId', '=', id).orderBy('position').execute()

/** What a forecast says of one side, a line for each. */
async function foreseen(id: string, side: ForecastSide): Promise<string[]> {
  const rows = await rowsOf(id)
  return rows
    .map((row) => ({
      ...row,
      on: side === 'today' ? row.todayOn : row.changedOn,
      minor: side === 'today' ? row.todayMinor : row.changedMinor,
    }))
    .filter(({ on }) => on !== null)
    .map(({ kind, template, customerId, on, minor }) =>
      `${String(on)} ${nameOf(customerId)} ${template ?? kind} ${minor ?? ''}`.trim(),
    )
    .toSorted()
}

const nameOf = (customerId: string): string =>
  Object.entries(people).find(([, { customer }]) => customer.id === customerId)?.[0] ?? customerId

/** The tables of this house that a forecast has no business with, as one figure each. */
async function fingerprints(): Promise<Record<string, string>> {
  const { rows } = await sql<{
    table: string
  }>`select relname as table from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
    and relname not like 'forecast%' and relname not in ('events', 'event_seals', 'rate_limits') order by 1`.execute(
    app.db,
  )
  const found: Record<string, string> = {}
  for (const { table } of rows) {
    const hash = await sql<{
      hash: string
    }>`select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as hash
      from ${sql.table(table)} t`.execute(app.db)
    found[table] = hash.rows[0]!.hash
  }
  return found
}

const scratchDatabases = async (): Promise<string[]> =>
  (
    await sql<{
      name: string
    }>`select datname as name from pg_database where datname like ${`${scratchName(app.database.url, '')}%`}`.execute(
      app.db,
    )
  ).rows.map(({ name }) => name)

test('after a crash a forecast begins anew, and what it left is gone; a suspension set earlier comes earlier', async () => {
  const { dunningSteps } = await settingsNow()
  const earlier = dunningSteps.map((step) =>
    step.action === 'suspend' || step.action === 'warn' ? { ...step, day: step.day - 2 } : step,
  )
  const { id } = await ask({ dunningSteps: earlier }, 30)
  // As a worker leaves it that is killed: a copy with somebody connected, and a forecast that seems to run.
  const left = new pg.Client(await createScratchDatabase(app.database.url, scratchName(app.database.url, 'today')))
  left.on('error', () => undefined)
  await left.connect()
  await app.db.updateTable('forecasts').set({ state: 'running', passed: 7 }).where('id', '=', id).execute()
  await live(id)
  assert.equal((await forecastNamed(id)).state, 'finished')
  assert.deepEqual(await scratchDatabases(), [])

  const suspensions = (await rowsOf(id)).filter(({ kind, differs }) => kind === 'suspension' && differs)
  assert.deepEqual(
    suspensions.map(({ customerId, todayOn, changedOn }) => [nameOf(customerId), String(todayOn), String(changedOn)]),
    // Cleo's warning can only be sent tomorrow, and the suspension keeps its distance; Ben's waits for what his card says, too.
    [['cleo', '2027-02-15', '2027-02-14']],
  )
  suspendedEarlier = id
})

test('one forecast at a time: a second is refused, and one called off leaves nothing', async () => {
  const { id } = await ask()
  await assert.rejects(ask(), { code: 'forecast_running' })
  await cancelForecast(app, staffAs('billing'), { forecastId: id })
  await app.work()
  assert.equal((await forecastNamed(id)).state, 'cancelled')
  assert.deepEqual(await rowsOf(id), [])
  await assert.rejects(cancelForecast(app, staffAs('billing'), { forecastId: id }), { code: 'forecast_cancelled' })
  await assert.rejects(
    requestForecast(app, staffAs('support'), {
      legalEntityId: '',
      days: 30,
      cards: 'all_fail',
      settings: await settingsNow(),
    }),
    { code: 'permission_denied' },
  )
})

test('a database user who may not make databases is told what to do', async () => {
  const role = newId('req')
  await sql`create role ${sql.id(role)} login`.execute(app.db)
  try {
    const url = new URL(app.database.url)
    url.username = role
    await assert.rejects(createScratchDatabase(url.href, scratchName(url.href, 'today')), {
      code: 'no_scratch_database',
      message: /ALTER ROLE .* CREATEDB/,
    })
  } finally {
    await sql`drop role ${sql.id(role)}`.execute(app.db)
  }
})

test('saved cards answer as is assumed', () => {
  const good = { id: 'pmt_1', expiryMonth: 3, expiryYear: 2027, lastFailure: null, lastAdvice: null }
  const on = (day: string) => Temporal.Instant.from(`${day}T12:00:00Z`)
  const of = (...asked: Parameters<typeof assumedAnswer>) => [
    assumedAnswer(...asked).state,
    assumedAnswer(...asked).failureCode,
  ]
  assert.deepEqual(of('as_last_time', good, on('2027-03-31')), ['succeeded', undefined])
  assert.deepEqual(of('as_last_time', good, on('2027-04-01')), ['failed', 'expired_card'])
  assert.deepEqual(of('as_last_time', { ...good, lastFailure: 'lost_card' }, on('2027-03-01')), ['failed', 'lost_card'])
  assert.deepEqual(of('all_succeed', { ...good, lastFailure: 'lost_card' }, on('2027-04-01')), ['succeeded', undefined])
  assert.deepEqual(of('all_fail', good, on('2027-03-01')), ['failed', 'card_declined'])
})

test('a forecast says what really happens, to the day and to the cent, and changes nothing', async () => {
  const before = await fingerprints()
  const { id } = await ask()
  await live(id)
  assert.deepEqual(await fingerprints(), before)
  assert.deepEqual(await scratchDatabases(), [])
  const { state, passed, leftOut, agreements, startsOn } = await forecastNamed(id)
  assert.deepEqual(
    { state, passed, leftOut, agreements, startsOn: startsOn?.toString() },
    { state: 'finished', passed: 2 * (DAYS + 1), leftOut: 0, agreements: 4, startsOn: START.toString() },
  )
  // Both sides are set alike.
  assert.deepEqual(
    (await rowsOf(id)).filter(({ differs }) => differs),
    [],
  )
  const saidToday = await foreseen(id, 'today')
  const said = (what: string) => saidToday.filter((each) => each.includes(what)).length
  assert.deepEqual(
    [said('invoice '), said('payment '), said('credit '), said('suspension'), said('termination'), said('ending')],
    [2, 4, 1, 4, 5, 3],
  )

  const nothingYet = await compareForecast(app, staffAs('billing'), { forecastId: id })
  assert.deepEqual([nothingYet.daysPassed, nothingYet.days], [0, []])

  const from = app.clock.now()
  for (let day = 1; day <= DAYS; day += 1) await night(START.add({ days: day }))
  assert.deepEqual(saidToday, await happened(from))

  // The days that have passed say the same, as staff see them; the last one is not over yet.
  const compared = await compareForecast(app, staffAs('billing'), { forecastId: id })
  const { same, ...otherwise } = compared.outcomes!
  assert.deepEqual(otherwise, { other_day: 0, other_amount: 0, missing: 0, unforeseen: 0 })
  assert.equal(same, saidToday.filter((line) => !line.startsWith(START.add({ days: DAYS }).toString())).length)
  assert.deepEqual([compared.daysPassed, compared.side], [DAYS, 'today'])
  for (const { said, happened: came, saidMinor, happenedMinor } of compared.days)
    assert.deepEqual([said, saidMinor], [came, happenedMinor])
})

test('once the days have passed, staff see what came on another day than a forecast with other settings had said', async () => {
  const asked = { forecastId: suspendedEarlier, side: 'changed' } as const
  const { rows } = await listCompared(app, staffAs('billing'), {
    ...asked,
    differing: true,
    kind: 'suspension',
    limit: 10,
  })
  assert.deepEqual(
    rows.map(({ customerId, saidOn, happenedOn, outcome }) => [nameOf(customerId), saidOn, happenedOn, outcome]),
    [['cleo', '2027-02-14', '2027-02-15', 'other_day']],
  )
  const today = await compareForecast(app, staffAs('billing'), { ...asked, side: undefined })
  assert.deepEqual([today.side, today.inForce, today.outcomes?.other_day], ['today', 'today', 0])
  const tried = await compareForecast(app, staffAs('billing'), asked)
  assert.ok(tried.outcomes!.other_day > 0)
  await assert.rejects(compareForecast(app, staffAs('support'), asked), { code: 'permission_denied' })
})

/** The same of what really happened since, told from the documents themselves. */
async function happened(from: Temporal.Instant): Promise<string[]> {
  const { rows } = await sql<{ at: Temporal.Instant; customerId: string; what: string; minor: bigint | null }>`
    select created_at as at, customer_id, 'invoice' as what, total_minor as minor from invoices where created_at > ${from}
    union all select settled_at, customer_id, 'payment', amount_minor from payments where state = 'succeeded' and settled_at > ${from}
    union all select updated_at, customer_id, 'failed_payment', amount_minor from payments where state = 'failed' and updated_at > ${from}
    union all select created_at, customer_id, 'credit', amount_minor from credit_uses where created_at > ${from}
    union all select created_at, customer_id, template, null from notifications where created_at > ${from}
    union all select s.created_at, v.customer_id, 'suspension', null from service_suspensions s join services v on v.id = s.service_id where s.created_at > ${from}
    union all select s.lifted_at, v.customer_id, 'resumption', null from service_suspensions s join services v on v.id = s.service_id where s.lifted_at > ${from}
    union all select terminated_at, customer_id, 'termination', null from services where terminated_at > ${from}
    union all select updated_at, customer_id, 'ending', null from subscriptions where state = 'cancelled' and updated_at > ${from}`.execute(
    app.db,
  )
  return rows
    .map(({ at, customerId, what, minor }) =>
      `${at.toZonedDateTimeISO('Europe/Berlin').toPlainDate().toString()} ${nameOf(customerId)} ${what} ${minor ?? ''}`.trim(),
    )
    .toSorted()
}

import { readdir, readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type pg from 'pg'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import type { Bench } from './context.ts'
import { compareTimes, median, type Result } from './measure.ts'
import { renewOneByOne } from './renew-one-by-one.ts'
import { keepRows, writeKeptRows } from './same-rows.ts'

const CHUNK = 2_000
/** Today: what is due spreads over the 31 days before and after, so that every day of a month is an anchor. */
const DAY = Temporal.Now.plainDateISO('Europe/Berlin').toString()
const { signal } = new AbortController()

/**
 * B1: a night in which everything is due, against the least that has to be written. CPU of the database's processes is what is
 * compared; wall time moves with whoever else is on the machine. The product's documents have to be the floor's, row for row.
 */
export async function benchRenewals(bench: Bench, sizes: readonly number[]): Promise<Result[]> {
  const results: Result[] = []
  for (const size of sizes) results.push(...(await benchNight(bench, size, size >= 100_000 ? 1 : 3)))
  results.push(await benchNaive(bench))
  await clear(bench)
  return results
}

type Cost = { cpu: number; wall: number; node: number }

async function benchNight({ app, floor }: Bench, size: number, rounds: number): Promise<Result[]> {
  await clear({ floor })
  await generate(floor, size)
  const floors: Cost[] = []
  const products: Cost[] = []
  let before = 0
  for (let round = 1; round <= rounds; round += 1) {
    await makeDue(floor, round)
    floors.push(await cost(floor, () => runFloor(floor, round)))
    before = await walSize(floor)
    products.push(await cost(floor, () => renewSubscriptions.run(app, {}, signal)))
  }
  const wal = (await walSize(floor)) - before
  const differing = await countDiffering(floor)
  if (differing > 0) throw new Error(`${differing} renewal lines differ from the floor's`)
  const cpu = compareTimes(
    floors.map(({ cpu: seconds }) => seconds),
    products.map(({ cpu: seconds }) => seconds),
  )
  const of = (costs: Cost[], key: keyof Cost): string => median(costs.map((each) => each[key])).toFixed(2)
  const night: Result = {
    card: 'B1',
    metric: `renewals, ${size} due, CPU of PostgreSQL`,
    unit: 's',
    ...cpu,
    // A document of ours also has its taxes, an event and a mail to come, which the floor does not write.
    gate: 0.5,
    goal: 1 / 1.3,
    note: `rows equal; wall ${of(floors, 'wall')} / ${of(products, 'wall')} s, Node ${of(products, 'node')} s CPU, ${(wal / size / 1024).toFixed(1)} KB WAL each, ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB resident`,
  }
  return [night, await benchSameRows(floor, { size, rounds, products })]
}

/** The product's night against statements that compute nothing and write its very rows: what deciding them costs. */
async function benchSameRows(
  floor: pg.Pool,
  { size, rounds, products }: { size: number; rounds: number; products: Cost[] },
): Promise<Result> {
  await keepRows(floor, CHUNK)
  const written: Cost[] = []
  for (let round = 1; round <= rounds; round += 1) {
    await makeDue(floor, rounds + round)
    written.push(await cost(floor, () => writeKeptRows(floor, round)))
  }
  const cpu = compareTimes(
    written.map(({ cpu: seconds }) => seconds),
    products.map(({ cpu: seconds }) => seconds),
  )
  return {
    card: 'B1',
    metric: `renewals, ${size} due, against writing the same rows`,
    unit: 's',
    ...cpu,
    gate: 0.5,
    goal: 1 / 1.3,
    note: 'the floor computes nothing: it copies documents, lines, taxes and events that the product made, and moves the agreements',
  }
}

/** The loop over objects that peers run at night, on the same rows, against the product's time for one. */
async function benchNaive({ app, floor }: Bench): Promise<Result> {
  const size = 500
  await clear({ floor })
  await generate(floor, size)
  await makeDue(floor, 1)
  const loop = await cost(floor, () => renewOneByOne(floor))
  await clear({ floor })
  await generate(floor, 5_000)
  await makeDue(floor, 1)
  const set = await cost(floor, () => renewSubscriptions.run(app, {}, signal))
  const figures = compareTimes([(loop.wall / size) * 1_000], [(set.wall / 5_000) * 1_000])
  return { card: 'B1', metric: 'one renewal, loop over set', unit: 'ms', ...figures, gate: 20, goal: 30 }
}

async function runFloor(floor: pg.Pool, round: number): Promise<void> {
  const { rows } = await floor.query<{ lo: number }>('select lo from floor.run_chunk where run = $1 order by lo', [
    round,
  ])
  for (const { lo } of rows)
    await floor.query('select floor.renew($1, $2, $3, true)', [
      round,
      lo,
      Temporal.PlainDate.from(DAY).add({ days: 14 }).toString(),
    ])
}

/** Everything is due once more: the round before counts as paid, and its documents are out of the way of the next. */
async function makeDue(floor: pg.Pool, round: number): Promise<void> {
  await floor.query(`insert into floor.run_chunk (run, lo, hi)
    select ${round}, lo, lo + ${CHUNK} from generate_series(0, (select max(id) from floor.customer), ${CHUNK}) lo`)
  await floor.query(`update floor.subscription set period_end = date '${DAY}' + 14 - id % 31, period_start = date '${DAY}' - id % 31,
    anchor = (date '${DAY}' + 14 - id % 31 - make_interval(months => months))::date, periods = 1`)
  await floor.query(`update floor.subscription set period_end = (anchor + make_interval(months => months))::date`)
  await floor.query('truncate floor.invoice_line, floor.ledger_entry, floor.ledger_tx, floor.invoice')
  await floor.query('truncate invoice_lines, invoice_taxes, invoices cascade')
  await floor.query(`update subscriptions s set anchor = f.anchor, periods = 1, current_period_start = f.anchor, current_period_end = f.period_end,
      billed_until = f.period_end, next_billing_on = case when f.active then f.period_end - 14 end
    from floor.subscription f where s.id = 'sub_bench_' || f.id`)
  await floor.query(
    'vacuum analyze subscriptions, invoices, invoice_lines, floor.subscription, floor.invoice, floor.invoice_line',
  )
}

/** 1.25 agreements a customer, five countries, three intervals, two currencies, all anchors, 3 % that end, 10 % with a coupon, 5 % with credit. */
async function generate(floor: pg.Pool, size: number): Promise<void> {
  const customers = Math.ceil(size / 1.25)
  await floor.query(
    `insert into floor.tax_rate select coalesce(country, 'DE'), rate_basis_points from tax_rules
      where coalesce(country, 'DE') in ('DE', 'FR', 'AT', 'PL', 'IT') and region is null and level = 1 and valid_to is null on conflict do nothing`,
  )
  await floor.query(
    `insert into floor.customer select n, (array['DE', 'FR', 'AT', 'PL', 'IT'])[1 + n % 5] from generate_series(0, ${customers - 1}) n`,
  )
  await floor.query(`insert into floor.account select n, 0 from generate_series(-2, ${customers - 1}) n`)
  await floor.query(`insert into floor.subscription
    select n, n % ${customers}, '2028-01-01', 1, (array[1, 3, 12])[1 + n % 3], '2028-01-01', '2028-02-01', 1 + n % 3, 500 + n % 4000,
      case when n % 7 = 0 then 'USD' else 'EUR' end, n % 33 <> 0, case when n % 10 = 0 then 2000 else 0 end
    from generate_series(0, ${size - 1}) n`)
  await floor.query(`insert into customers (id, name, email, address_line1, postal_code, city, country, currency, locale, members_need_second_factor, auto_pay, created_at, updated_at)
    select 'cus_bench_' || id, 'Customer ' || id, 'renew-' || id || '@example.com', 'Street 1', '10115', 'Berlin', country, 'EUR', 'en', false, true, now(), now()
    from floor.customer`)
  // Foreign keys are looked up by plans that are made once; on a table that seems empty those read all of it.
  await floor.query('analyze customers')
  await floor.query(`insert into subscriptions (id, customer_id, plan_id, legal_entity_id, state, description, currency, amount_minor, interval_unit, interval_count,
      anchor, periods, current_period_start, current_period_end, billed_until, next_billing_on, billed_by, periods_elsewhere, created_at, updated_at)
    select 'sub_bench_' || f.id, 'cus_bench_' || f.customer_id, (select id from plans order by id limit 1), (select id from legal_entities limit 1), 'active', 'VPS Starter',
      f.currency, f.qty * f.unit_amount, 'month', f.months, f.anchor, 1, f.period_start, f.period_end, f.period_end, null, 'us', 0, now(), now()
    from floor.subscription f`)
  await floor.query('analyze subscriptions')
  await floor.query(`insert into subscription_items (id, subscription_id, position, kind, description, quantity, unit_minor, amount_minor)
    select 'sit_bench_' || id, 'sub_bench_' || id, 0, 'plan', 'VPS Starter', qty, unit_amount, qty * unit_amount from floor.subscription`)
  await floor.query(`insert into coupons (id, code, code_key, name, kind, state, percent_basis_points, product_ids, plan_ids, intervals, first_order_only, uses, priority,
      created_at, updated_at)
    values ('cpn_bench', 'BENCH', 'bench', 'Spring sale', 'percent', 'active', 2000, '{}', '{}', '{}', false, 0, 0, now(), now()) on conflict do nothing`)
  await floor.query(`insert into subscription_discounts (id, subscription_id, coupon_id, position, percent_basis_points, created_at)
    select 'sdc_bench_' || id, 'sub_bench_' || id, 'cpn_bench', 0, off_bp, now() from floor.subscription where off_bp > 0`)
  await floor.query(`insert into credit_grants (id, customer_id, currency, amount_minor, remaining_minor, source, reference, created_at)
    select 'crg_bench_' || id, 'cus_bench_' || id, 'EUR', 100, 100, 'staff', 'bench ' || id, now() from floor.customer where id % 20 = 0`)
  await floor.query(
    'analyze customers, subscriptions, subscription_items, subscription_discounts, credit_grants, floor.subscription, floor.customer',
  )
}

async function clear({ floor }: Pick<Bench, 'floor'>): Promise<void> {
  await floor.query(`truncate floor.customer, floor.tax_rate, floor.account, floor.subscription, floor.run_chunk, floor.invoice, floor.invoice_line, floor.ledger_tx,
    floor.ledger_entry, floor.charge`)
  await floor.query(
    `truncate customers, invoice_lines, invoice_taxes cascade; delete from queue.job where name in ('notifications', 'billing')`,
  )
}

/** Lines of either side that the other does not have, in what a customer pays for which days. */
async function countDiffering(floor: pg.Pool): Promise<number> {
  const { rows } = await floor.query<{ differing: number }>(`
    with ours as (
      select substr(l.subscription_id, 11)::int as id, l.amount_minor as amount, l.tax_minor as tax, l.period_start, l.period_end, i.currency, i.due_on,
        i.subtotal_minor as subtotal, i.tax_minor as doc_tax, i.total_minor as total
      from invoice_lines l join invoices i on i.id = l.invoice_id where l.cause = 'renewal'
    ), theirs as (
      select l.subscription_id as id, l.amount, l.tax, l.period_start, l.period_end, i.currency, i.due_on, i.subtotal, i.tax as doc_tax, i.total
      from floor.invoice_line l join floor.invoice i on i.id = l.invoice_id
    )
    select (select count(*) from (select * from ours except select * from theirs) a)::int
      + (select count(*) from (select * from theirs except select * from ours) b)::int
      + abs((select count(*) from ours) - (select count(*) from theirs))::int as differing`)
  return rows[0]!.differing
}

async function walSize(floor: pg.Pool): Promise<number> {
  const { rows } = await floor.query<{ bytes: string }>(`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes`)
  return Number(rows[0]!.bytes)
}

/** Seconds: CPU of this server's processes, wall time, and CPU of this process. */
async function cost(floor: pg.Pool, work: () => Promise<unknown>): Promise<Cost> {
  const server = await serverOf(floor)
  const [cpuBefore, wallBefore, nodeBefore] = [await serverCpu(server), performance.now(), process.cpuUsage()]
  await work()
  const node = process.cpuUsage(nodeBefore)
  return {
    cpu: (await serverCpu(server)) - cpuBefore,
    wall: (performance.now() - wallBefore) / 1_000,
    node: (node.user + node.system) / 1e6,
  }
}

const TICKS_PER_SECOND = 100

/** What Linux tells of a process, from its parent on: see proc(5). Undefined when it has ended. */
async function statOf(pid: string): Promise<string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat?.slice(stat.lastIndexOf(')') + 4).split(' ')
}

/** The process that all others of the server descend from. */
async function serverOf(floor: pg.Pool): Promise<string> {
  const { rows } = await floor.query<{ pid: number }>('select pg_backend_pid() as pid')
  return (await statOf(String(rows[0]!.pid)))![0]!
}

/** CPU seconds that the server's processes have used; ended ones count with their parent. */
async function serverCpu(server: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const ticks = await Promise.all(
    pids.map(async (pid) => {
      const stat = await statOf(pid)
      if (!stat || (pid !== server && stat[0] !== server)) return 0
      // utime, stime, and of the server itself those of its children that have ended.
      const fields = pid === server ? [10, 11, 12, 13] : [10, 11]
      return fields.reduce((sum, index) => sum + Number(stat[index]), 0)
    }),
  )
  return ticks.reduce((a, b) => a + b, 0) / TICKS_PER_SECOND
}

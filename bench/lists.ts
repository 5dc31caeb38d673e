import { performance } from 'node:perf_hooks'
import type pg from 'pg'
import { listInvoices } from '#modules/billing/billing-queries.ts'
import { staffAs } from '#test/support/actors.ts'
import type { Bench } from './context.ts'
import { compareTimes, median, type Result } from './measure.ts'

const ROUNDS = 3
const READS = 150
const PAGE = 50
const SLOWEST_MS = 100
const INVOICES_EACH = 5
const staff = staffAs('billing')

type Sizes = { customers: number; invoices: number }
type List = {
  metric: string
  floor: (index: number) => Promise<unknown>
  product: (index: number) => Promise<unknown>
}

/**
 * B5: staff's list of invoices as the command reads it, against the plainest statement that finds the same rows. What is
 * compared is the median of a page; a list of which one in a hundred takes longer than 100 ms misses its gate.
 */
export async function benchLists({ app, floor }: Bench, customers: number): Promise<Result[]> {
  const sizes = { customers, invoices: customers * INVOICES_EACH }
  await generate(floor, sizes)
  const invoiceAt = (index: number): string => invoiceId(1 + ((index * 7_919) % sizes.invoices))
  const customerAt = (index: number): string => `cus_list_${1 + ((index * 7_919) % sizes.customers)}`
  const page = (name: string, where: string, ...values: unknown[]) =>
    floor.query({
      name,
      text: `select i.*, c.name as customer_name from invoices i join customers c on c.id = i.customer_id where ${where} order by i.id desc limit ${PAGE + 1}`,
      values,
    })
  const lists: List[] = [
    {
      metric: 'all invoices, a page deep inside',
      floor: (index) => page('list-deep', 'i.id < $1', invoiceAt(index)),
      product: (index) => listInvoices(app, staff, { limit: PAGE, after: invoiceAt(index) }),
    },
    {
      metric: 'invoices of one customer',
      floor: (index) => page('list-customer', 'i.customer_id = $1', customerAt(index)),
      product: (index) => listInvoices(app, staff, { limit: PAGE, customerId: customerAt(index) }),
    },
    {
      metric: 'open invoices, a page deep inside',
      floor: (index) => page('list-open', "i.state = 'open' and i.id < $1", invoiceAt(index)),
      product: (index) => listInvoices(app, staff, { limit: PAGE, state: 'open', after: invoiceAt(index) }),
    },
  ]
  const results: Result[] = []
  for (const list of lists) results.push(await compareList(list, sizes))
  await floor.query('truncate customers, invoice_lines, invoice_taxes cascade')
  return results
}

async function compareList({ metric, floor, product }: List, { invoices }: Sizes): Promise<Result> {
  const floors: number[] = []
  const products: number[] = []
  const slow: number[] = []
  await readAll(floor)
  await readAll(product)
  for (let round = 0; round < ROUNDS; round += 1) {
    floors.push(median(await readAll(floor)))
    const read = await readAll(product)
    products.push(median(read))
    slow.push(read.toSorted((a, b) => a - b)[Math.floor(read.length * 0.99)]!)
  }
  // Other work on the machine only ever makes a reading longer.
  const p99 = Math.min(...slow)
  const figures = compareTimes(floors, products)
  const late = p99 > SLOWEST_MS ? { ratio: 0 } : {}
  const note = `${invoices} invoices; p99 of the calmest round ${p99.toFixed(1)} ms`
  return { card: 'B5', metric, unit: 'ms', ...figures, ...late, gate: 0.25, goal: 0.67, note }
}

/** Milliseconds of each reading, one after the other. */
async function readAll(read: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < READS; index += 1) {
    const began = performance.now()
    await read(index)
    times.push(performance.now() - began)
  }
  return times
}

const invoiceId = (n: number): string => `inv_${String(n).padStart(26, '0')}`

/** Five documents a customer; one in fifty is open, and the others were taken back. */
async function generate(floor: pg.Pool, { customers, invoices }: Sizes): Promise<void> {
  await floor.query(
    `insert into customers (id, name, email, address_line1, postal_code, city, country, currency, locale, members_need_second_factor, auto_pay, created_at, updated_at)
    select 'cus_list_' || n, 'Customer ' || n, 'list-' || n || '@example.com', 'Street 1', '10115', 'Berlin', 'DE', 'EUR', 'en', false, true, now(), now()
    from generate_series(1, ${customers}) n`,
  )
  await floor.query(
    `insert into invoices (id, customer_id, legal_entity_id, state, purpose, currency, subtotal_minor, tax_minor, total_minor, paid_minor, credited_minor,
      seller, buyer, locale, due_at, due_on, created_at, updated_at)
    select 'inv_' || lpad(n::text, 26, '0'), 'cus_list_' || 1 + n % ${customers}, (select id from legal_entities limit 1),
      (case when n % 50 = 0 then 'open' else 'void' end)::invoice_state, 'renewal', 'EUR', 756, 144, 900, 0, 0,
      '{"name":"EZ Hosting GmbH","company":null,"address":"Musterstrasse 12","country":"DE","vatId":"DE123456789","email":"billing@example.com"}',
      '{"name":"Customer","company":null,"address":"Street 1","country":"DE","vatId":null,"email":"list@example.com"}',
      'en', now(), current_date, now(), now()
    from generate_series(1, ${invoices}) n`,
  )
  await floor.query('vacuum analyze invoices, customers')
}

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { buildCustomer, buildPaidOrder, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { checkLedgerBalances } from './billing-checks.ts'
import { type Posting, post } from './ledger.ts'

const app = await createTestApp()
after(() => app.close())

async function posting(reference: string, overrides: Partial<Posting> = {}): Promise<Posting> {
  const { customer } = await buildCustomer(app)
  const entries = { clearing: 900n, credit: -900n }
  return { kind: 'payment', reference, customerId: customer.id, currency: 'EUR', entries, ...overrides }
}
const write = (...postings: Posting[]): Promise<void> => app.transaction(tester, (tx) => post(tx, postings))
const transactionsOf = (reference: string) =>
  app.db.selectFrom('ledgerTransactions').selectAll().where('reference', '=', reference).execute()
const entriesOf = (transactionId: string) =>
  app.db
    .selectFrom('ledgerEntries')
    .select(['account', 'currency', 'amountMinor'])
    .where('transactionId', '=', transactionId)
    .orderBy('account')
    .execute()

test('a sale is what the customer owed, what we earned and the tax, and its payment settles the debt', async () => {
  const { invoice, payment } = await buildPaidOrder(app)
  const [earned] = await transactionsOf(invoice.id)
  const [received] = await transactionsOf(payment.id)
  assert.deepEqual(await entriesOf(earned!.id), [
    { account: 'receivable', currency: 'EUR', amountMinor: 900n },
    { account: 'revenue', currency: 'EUR', amountMinor: -756n },
    { account: 'tax', currency: 'EUR', amountMinor: -144n },
  ])
  assert.deepEqual(await entriesOf(received!.id), [
    { account: 'clearing', currency: 'EUR', amountMinor: 900n },
    { account: 'receivable', currency: 'EUR', amountMinor: -900n },
  ])
  assert.deepEqual(await checkLedgerBalances(app), [])
})

test('a movement that does not sum to zero is refused, and the one beside it is not written either', async () => {
  const good = await posting('pay_good')
  const bad = await posting('pay_bad', { entries: { clearing: 900n, credit: -899n } })
  await assert.rejects(write(good, bad), /sum to 1/)
  assert.deepEqual(await transactionsOf('pay_good'), [])
  assert.deepEqual(await transactionsOf('pay_bad'), [])
})

test('a fact is posted once, even when two try at the same time', async () => {
  const fact = await posting('pay_once')
  const outcomes = await Promise.allSettled([write(fact), write(fact)])
  assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')
  assert.equal(
    (refused?.reason as { constraint?: string } | undefined)?.constraint,
    'ledger_transactions_kind_reference_key',
  )
  assert.equal((await transactionsOf('pay_once')).length, 1)
})

test('accounts that a movement does not touch get no entry', async () => {
  await write(await posting('inv_free', { kind: 'invoice', entries: { receivable: 900n, revenue: -900n, tax: 0n } }))
  const [written] = await transactionsOf('inv_free')
  assert.deepEqual(
    (await entriesOf(written!.id)).map(({ account }) => account),
    ['receivable', 'revenue'],
  )
})

test('nothing in the ledger can be changed or deleted, by SQL neither', async () => {
  await write(await posting('pay_final'))
  for (const change of [
    sql`update ledger_entries set amount_minor = amount_minor + 1`,
    sql`delete from ledger_entries`,
    sql`update ledger_transactions set reference = 'pay_other'`,
    sql`delete from ledger_transactions`,
  ])
    await assert.rejects(change.execute(app.db), /is append-only/)
})

test('an unbalanced movement written past the program is found by the check', async () => {
  await write(await posting('pay_forged'))
  const [written] = await transactionsOf('pay_forged')
  await sql`insert into ledger_entries (transaction_id, account, currency, amount_minor) values (${written!.id}, 'revenue', 'EUR', -5)`.execute(
    app.db,
  )
  const [finding] = await checkLedgerBalances(app)
  assert.equal(finding?.subjectId, written!.id)
  assert.match(finding.message, /-5 EUR/)
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { staffAs } from '#test/support/actors.ts'
import { buildPaidAgreement, goTo, listDocuments, passNight, payByTransfer } from '#test/support/billing-builders.ts'
import { buildCustomer, buildPaidOrder } from '#test/support/builders.ts'
import { changeTo } from '#test/support/change-builders.ts'
import { readCsv } from '#test/support/read-csv.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { grantCredit, withdrawCredit } from './grant-credit.ts'
import { listCredit } from './list-credit.ts'
import { balanceOf, readStatement } from './read-statement.ts'
import { refundPayment } from './refund-payment.ts'
import { renderStatementCsv, renderStatementPdf, statementDocument } from './statement-file.ts'
import { topUp } from './top-up.ts'

const app = await createTestApp()
after(() => app.close())

const START = Temporal.PlainDate.from('2027-01-10')
const clerk = staffAs('billing')

/** Half a year in which everything happens that moves money: order, credit, renewals, a change, a top-up, refunds. */
async function liveThrough() {
  goTo(app, START)
  const bought = await buildPaidOrder(app)
  const customerId = bought.customer.id
  goTo(app, START.add({ days: 20 }))
  await grantCredit(app, clerk, { customerId, currency: 'EUR', amountMinor: 333n, note: 'Sorry' })
  const unused = await grantCredit(app, clerk, { customerId, currency: 'USD', amountMinor: 100n, note: 'Wrong' })
  await withdrawCredit(app, clerk, { grantId: unused.id, note: 'Wrong currency' })
  for (const month of [1, 2]) {
    goTo(app, START.add({ months: month }).subtract({ days: 14 }))
    await passNight(app)
    goTo(app, START.add({ months: month }))
    await passNight(app)
  }
  goTo(app, START.add({ months: 2, days: 9 }))
  await changeTo(app, bought, { options: [{ code: 'backups', quantity: 1 }] })
  goTo(app, START.add({ months: 2, days: 12 }))
  await changeTo(app, bought, { options: [] })
  const credit = await topUp(app, bought.actor, { currency: 'EUR', amountMinor: 5_000n })
  // More than was asked for is credit.
  await payByTransfer(app, credit.id, 5_250n)
  goTo(app, START.add({ months: 3, days: 2 }))
  await passNight(app)
  const { id: paymentId } = bought.payment
  await refundPayment(app, clerk, {
    paymentId,
    currency: 'EUR',
    amountMinor: 250n,
    reason: 'A day was lost',
    service: 'keep',
    destination: 'gateway',
  })
  await app.work()
  return bought
}

test('the closing balance of every span is the opening of the next, and movements make the one from the other', async () => {
  const bought = await liveThrough()
  const days = [0, 3, 20, 21, 31, 45, 59, 68, 71, 72, 90, 92, 120].map((add) => START.add({ days: add }))
  for (const currency of ['EUR', 'USD']) {
    let before = 0n
    for (const [index, from] of days.slice(0, -1).entries()) {
      const span = await readStatement(app, bought.actor, { currency, from, until: days[index + 1]! })
      assert.equal(balanceOf(span.opening), before, `${currency} on ${from.toString()}`)
      const moved = span.rows.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
      assert.equal(balanceOf(span.closing), before + moved)
      assert.equal(
        Object.values(span.sums).reduce((a, b) => a + b, 0n),
        moved,
      )
      assert.equal(span.rows.at(-1)?.balanceMinor ?? before, balanceOf(span.closing))
      before = balanceOf(span.closing)
    }
    const whole = await readStatement(app, bought.actor, { currency, from: days[0]!, until: days.at(-1)! })
    assert.equal(balanceOf(whole.closing), before)
    const credit = (await listCredit(app, bought.actor)).find((each) => each.currency === currency)?.amountMinor ?? 0n
    assert.equal(whole.closing.creditMinor, credit, 'the credit of the statement is the customer’s credit')
  }
  const all = await readStatement(app, bought.actor, { currency: 'EUR', from: days[0]!, until: days.at(-1)! })
  const paid = (await listDocuments(app, bought.customer.id))
    .filter(({ invoice }) => invoice.state === 'paid' && invoice.purpose !== 'topup' && invoice.currency === 'EUR')
    .reduce((sum, { invoice }) => sum + invoice.totalMinor, 0n)
  assert.equal(all.sums.documents, paid)
  assert.deepEqual(all.currencies, ['EUR', 'USD'])
  assert.ok(all.rows.some(({ kind }) => kind === 'refunds') && all.rows.some(({ kind }) => kind === 'credit_notes'))
})

test('a statement leaves as a file for people and one for spreadsheets, in both languages', async () => {
  goTo(app, START)
  const agreed = await buildPaidAgreement(app)
  const span = { currency: 'EUR', from: START.with({ day: 1 }), until: START.with({ day: 1 }).add({ months: 1 }) }
  const statement = await readStatement(app, agreed.actor, span)
  const rows = readCsv(renderStatementCsv(statement, 'en').slice(1))
  assert.equal(rows.length, statement.rows.length + 3)
  assert.equal(rows[1]![1], 'Opening balance')
  assert.equal(rows.at(-1)![5], '0.00')
  for (const [locale, words] of [
    ['en', ['Account statement', 'Opening balance', 'Payment']],
    ['de', ['Kontoauszug', 'Anfangssaldo', 'Zahlung']],
  ] as const) {
    const text = JSON.stringify(statementDocument(statement, locale))
    for (const word of words) assert.ok(text.includes(word), word)
  }
  assert.equal(new TextDecoder().decode((await renderStatementPdf(statement, 'de')).slice(0, 5)), '%PDF-')
})

test('nobody reads another’s account, and staff read it by name', async () => {
  const agreed = await buildPaidAgreement(app)
  const other = await buildCustomer(app)
  const span = { currency: 'EUR', from: START, until: START.add({ years: 1 }) }
  const asked = await readStatement(app, other.actor, { ...span, customerId: agreed.customer.id })
  assert.equal(asked.customerId, other.customer.id)
  assert.deepEqual(asked.rows, [])
  const seen = await readStatement(app, clerk, { ...span, customerId: agreed.customer.id })
  assert.equal(seen.rows.length, 2)
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buildCustomer, buildPaymentPage, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { getInvoice, lockInvoice } from './billing-queries.ts'
import { expireTopUps } from './expire-top-ups.ts'
import { listCredit } from './list-credit.ts'
import { topUp } from './top-up.ts'
import { noteTransferChosen } from './transfer.ts'
import { voidInvoice } from './void-invoice.ts'

const app = await createTestApp()
after(() => app.close())

test('credit that nobody pays is given up after a day, or when the promised transfer is over; money that comes later is credit', async () => {
  const { signal } = new AbortController()
  const { actor } = await buildCustomer(app)
  const ask = () => topUp(app, actor, { currency: 'EUR', amountMinor: 2_500n })
  const stateOf = async (id: string) => (await getInvoice(app, actor, id)).state
  const sweep = async () => {
    await expireTopUps.run(app, {}, signal)
    await app.work()
  }
  const [left, paidLate, promised] = [await ask(), await ask(), await ask()]
  const page = await buildPaymentPage(app, { actor, invoice: paidLate })
  await app.transaction(tester, async (tx) => noteTransferChosen(tx, await lockInvoice(tx, promised.id)))
  app.advance({ hours: 23 })
  await sweep()
  assert.equal(await stateOf(left.id), 'open')
  app.advance({ hours: 2 })
  app.stripe.pay(page.sessionId)
  await sweep()
  assert.deepEqual(
    [await stateOf(left.id), await stateOf(paidLate.id), await stateOf(promised.id)],
    ['void', 'paid', 'open'],
  )
  app.advance({ days: 14 })
  await sweep()
  assert.equal(await stateOf(promised.id), 'void')
  assert.deepEqual(await listCredit(app, actor), [{ currency: 'EUR', amountMinor: 2_500n }])
  const late = await ask()
  const open = await buildPaymentPage(app, { actor, invoice: late })
  await app.transaction(tester, async (tx) => {
    await voidInvoice(tx, await lockInvoice(tx, late.id))
  })
  app.stripe.pay(open.sessionId)
  await app.work()
  assert.deepEqual(await listCredit(app, actor), [{ currency: 'EUR', amountMinor: 5_000n }])
})

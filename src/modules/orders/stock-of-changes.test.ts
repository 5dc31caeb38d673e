import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { runChecks } from '#app/checks.ts'
import { acceptChange } from '#modules/billing/accept-change.ts'
import { listChangeChoices } from '#modules/billing/list-change-choices.ts'
import { quoteChange } from '#modules/billing/quote-change.ts'
import { withdrawChange } from '#modules/billing/withdraw-change.ts'
import { setStock } from '#modules/catalog/set-stock.ts'
import { getStock } from '#modules/catalog/stock-queries.ts'
import { staffAs } from '#test/support/actors.ts'
import { isProblem } from '#platform/problem.ts'
import { buildItem, buildPaidOrder, tester } from '#test/support/builders.ts'
import { agreementOf, buildChangeQuote, changeTo } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

const planId = async (slug: string) =>
  (await app.db.selectFrom('plans').select('id').where('slug', '=', slug).executeTakeFirstOrThrow()).id
const [starter, professional] = [await planId('vps-starter'), await planId('vps-professional')]
const taken = async () => [
  (await getStock(app, tester, starter)).taken,
  (await getStock(app, tester, professional)).taken,
]
const limit = async (plan: string, quantity: number | null) => {
  const [all] = (await getStock(app, tester, plan)).lines
  await setStock(app, staffAs('billing'), { planId: plan, limits: [{ regionId: null, was: all!.quantity, quantity }] })
}

test('a change of plan takes its place when it is accepted, gives it back when it is taken back, and moves it when it holds', async () => {
  const bought = await buildPaidOrder(app)
  assert.deepEqual(await taken(), [1, 0])
  await limit(professional, 1)
  // Without a way to pay the change waits for its money.
  await app.db.updateTable('customers').set({ autoPay: false }).where('id', '=', bought.customer.id).execute()
  const quote = await buildChangeQuote(app, bought, { plan: 'vps-professional' })
  await acceptChange(app, bought.actor, { changeId: quote.id })
  assert.deepEqual(await taken(), [1, 1], 'both are held until one of them holds')
  const other = await buildPaidOrder(app)
  await assert.rejects(buildChangeQuote(app, other, { plan: 'vps-professional' }), (error: unknown) => {
    assert.ok(isProblem(error))
    assert.match(error.issues[0]!.message, /sold out where your server stands/)
    return true
  })
  assert.deepEqual(await runChecks(app), [])
  await withdrawChange(app, bought.actor, { changeId: quote.id })
  assert.deepEqual(await taken(), [2, 0])
  await app.db.updateTable('customers').set({ autoPay: true }).where('id', '=', bought.customer.id).execute()
  const applied = await changeTo(app, bought, { plan: 'vps-professional' })
  assert.equal(applied.state, 'applied')
  assert.deepEqual(await taken(), [1, 1])
  assert.deepEqual(await runChecks(app), [])
  await limit(professional, null)
})

test('of two who accept the last place one gets it, and the other is told', async () => {
  const [first, second] = [await buildPaidOrder(app), await buildPaidOrder(app)]
  const [, held] = await taken()
  await limit(professional, held! + 1)
  const quotes = [
    await buildChangeQuote(app, first, { plan: 'vps-professional' }),
    await buildChangeQuote(app, second, { plan: 'vps-professional' }),
  ]
  await acceptChange(app, first.actor, { changeId: quotes[0]!.id })
  await assert.rejects(acceptChange(app, second.actor, { changeId: quotes[1]!.id }), { code: 'sold_out' })
  await app.work()
  assert.deepEqual((await taken())[1], held! + 1)
  assert.deepEqual(await runChecks(app), [])
  await limit(professional, null)
})

test('nobody changes to more of a plan than a customer may have', async () => {
  const buyer = await buildPaidOrder(app)
  await changeTo(app, buyer, { plan: 'vps-professional' })
  const again = await buildPaidOrder(app, { buyer })
  await sql`update plans set max_per_customer = 1 where slug = 'vps-professional'`.execute(app.db)
  const { subscriptionId } = await app.db
    .selectFrom('orderItems')
    .select('subscriptionId')
    .where('orderId', '=', again.order.id)
    .executeTakeFirstOrThrow()
  const choices = await listChangeChoices(app, again.actor, subscriptionId!)
  assert.equal(choices.basis.held.get(professional), 1)
  await assert.rejects(quoteChange(app, again.actor, { subscriptionId: subscriptionId!, plan: 'vps-professional' }), {
    code: 'configuration_invalid',
  })
  await sql`update plans set max_per_customer = null`.execute(app.db)
})

test('who has a plan that is sold no longer is offered the others, and keeps the options that are retired', async () => {
  const bought = await buildPaidOrder(app, {
    items: [buildItem({ options: [{ code: 'backups', quantity: 1 }] })],
  })
  await sql`update plans set state = 'retired', successor_id = ${professional} where id = ${starter}`.execute(app.db)
  await sql`update plan_options set active = false where code = 'backups'`.execute(app.db)
  const { id } = await agreementOf(app, bought)
  const { plans, options } = await listChangeChoices(app, bought.actor, id)
  assert.deepEqual(
    plans.map(({ slug, current, successor }) => [slug, current, successor]),
    [
      ['vps-professional', false, true],
      ['vps-enterprise', false, false],
    ],
  )
  assert.deepEqual(
    options.filter(({ held }) => held > 0).map(({ code, kind, prices }) => [code, kind, prices]),
    [['backups', 'switch', { month: 200n }]],
  )
  await assert.rejects(buildChangeQuote(app, bought, { options: [] }), { code: 'configuration_invalid' })
  const change = await changeTo(app, bought, {
    plan: 'vps-professional',
    options: [{ code: 'backups', quantity: 1 }],
  })
  assert.equal(change.state, 'applied')
  assert.equal((await agreementOf(app, bought)).amountMinor, 3_100n)
  assert.deepEqual(await runChecks(app), [])
})

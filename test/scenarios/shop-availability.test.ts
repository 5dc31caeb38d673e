import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

test('pages of products say before anybody orders where something is sold out and what a product does not come with', async () => {
  const visitor = createVisitor(app)
  let look = 0
  // Pages for everybody are kept for a minute by their address.
  const shown = async (path: string) =>
    (await visitor.open(`${path}?look=${(look += 1)}`)).html.replaceAll(/<[^>]+>/g, ' ')
  assert.doesNotMatch(await shown('/products/vps'), /[Ss]old out/)
  await sql`insert into plan_stock (id, plan_id, region_id, quantity)
    select 'stk_one', p.id, r.id, (select count(*) from stock_holdings h where h.plan_id = p.id and h.region_id = r.id and h.released_at is null)
    from plans p, regions r where p.slug = 'vps-starter' and r.slug = 'hel1'`.execute(app.db)
  assert.match(await shown('/products/vps'), /Sold out in Helsinki.*Starter: sold out/s)
  assert.match(await shown('/pricing'), /Sold out in Helsinki/)
  assert.match(await shown('/products/vps-starter'), /Sold out in Helsinki.*Order Starter/s)
  await sql`update products set region_ids = (select array_agg(id) from regions where slug = 'hel1'),
    image_ids = (select array_agg(id) from images where slug = 'debian-13')`.execute(app.db)
  const starter = await shown('/products/vps-starter')
  assert.match(starter, /Sold out/)
  assert.doesNotMatch(starter, /Order Starter|Falkenstein|Ubuntu/)
})

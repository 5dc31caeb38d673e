import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import fc from 'fast-check'
import { buyerIn } from '#modules/billing/tax.ts'
import { newId } from '#platform/ids.ts'
import { isProblem } from '#platform/problem.ts'
import { buildItem } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import type { ItemConfiguration } from './item-configuration.ts'
import { computeQuote, type Quote, requireFreshQuote } from './quote.ts'

const app = await createTestApp()
after(() => app.close())

const quoteOf = (item: Partial<ItemConfiguration> = {}, currency = 'EUR', country: string | null = 'DE') =>
  computeQuote(app, { currency, items: [buildItem(item)], buyer: buyerIn(country) })

/** Which fields are marked, and with which words. */
async function marked(given: Promise<Quote>): Promise<string[]> {
  const refused = await given.then(
    () => assert.fail('it was quoted'),
    (error: unknown) => error,
  )
  assert.ok(isProblem(refused) && refused.code === 'configuration_invalid')
  return refused.issues.map((issue) => `${issue.path}: ${issue.message}`)
}

/** Changes what is for sale, looks, and puts it back. */
async function withOffer<T>(
  change: ReturnType<typeof sql>,
  restore: ReturnType<typeof sql>,
  look: () => Promise<T>,
): Promise<T> {
  await change.execute(app.db)
  try {
    return await look()
  } finally {
    await restore.execute(app.db)
  }
}

test('a quote is the plan and its options for one period, with the tax that is in it', async () => {
  const options = [
    { code: 'backups', quantity: 1 },
    { code: 'extra-addresses', quantity: 3 },
  ]
  const quote = await quoteOf({ options })
  assert.deepEqual(
    quote.items[0]!.lines.map(({ kind, quantity, unitMinor, amountMinor }) => [kind, quantity, unitMinor, amountMinor]),
    [
      ['plan', 1, 900n, 900n],
      ['option', 1, 200n, 200n],
      ['option', 3, 300n, 900n],
    ],
  )
  assert.deepEqual([quote.totalMinor, quote.taxMinor, quote.subtotalMinor], [2_000n, 319n, 1_681n])
  assert.equal((await quoteOf({ period: 'year' })).totalMinor, 8_600n)
  assert.equal((await quoteOf({ options: [{ code: 'backups', quantity: 0 }] })).totalMinor, 900n, 'none of it is none')
})

test('what is not for sale is marked at its field, all at once', async () => {
  const items = [
    buildItem({ plan: 'vps-imperial' }),
    buildItem({ region: 'moon1', image: 'windows-95' }),
    buildItem({
      options: [
        { code: 'extra-addresses', quantity: 9 },
        { code: 'free-beer', quantity: 1 },
      ],
    }),
  ]
  assert.deepEqual(await marked(computeQuote(app, { currency: 'EUR', items, buyer: buyerIn(null) })), [
    'items.0.plan: This plan is not for sale. Choose another.',
    'items.1.region: Choose one of our regions.',
    'items.1.image: Choose one of our systems.',
    'items.2.options: free-beer cannot be ordered with this plan.',
    'items.2.options: Extra IPv4 addresses: at most 8.',
  ])
})

test('a currency or period without a price means not for sale, never free', async () => {
  assert.deepEqual(await marked(quoteOf({}, 'GBP')), [
    'items.0.period: This plan is not for sale in GBP for this period.',
  ])
  const noYears = sql`update prices set active = false where interval_unit = 'year' and currency = 'USD'`
  const years = sql`update prices set active = true where interval_unit = 'year' and currency = 'USD'`
  await withOffer(noYears, years, async () => {
    assert.match((await marked(quoteOf({ period: 'year' }, 'USD'))).join(), /not for sale in USD for this period/)
    assert.equal((await quoteOf({ period: 'year' }, 'EUR')).totalMinor, 8_600n)
  })
  const priceless = sql`update option_prices set currency = 'CHF' where currency = 'USD'`
  await withOffer(priceless, sql`update option_prices set currency = 'USD' where currency = 'CHF'`, async () => {
    const options = [{ code: 'backups', quantity: 1 }]
    assert.deepEqual(await marked(quoteOf({ options }, 'USD')), [
      'items.0.options: backups cannot be ordered with this plan.',
    ])
  })
})

test('an option of another product cannot be ordered', async () => {
  const [product, option] = [newId('prd'), newId('opt')]
  const words = JSON.stringify({ en: 'Web', de: 'Web' })
  await sql`insert into products (id, slug, kind, state, name, summary, position, region_ids, image_ids, dispute_policy)
    values (${product}, 'other', 'vps', 'published', ${words}, ${words}, 9, '{}', '{}', 'seller')`.execute(app.db)
  await sql`insert into plan_options (id, product_id, code, kind, name, summary, min_quantity, max_quantity, step, position, active)
    values (${option}, ${product}, 'snapshots', 'switch', ${words}, ${words}, 0, 1, 1, 0, true)`.execute(app.db)
  await sql`insert into option_prices values (${option}, 'EUR', 'month', 1, 0, 0, true)`.execute(app.db)
  const options = [{ code: 'snapshots', quantity: 1 }]
  assert.deepEqual(await marked(quoteOf({ options })), ['items.0.options: snapshots cannot be ordered with this plan.'])
})

test('what was taken off sale, a plan, a region or a system, is gone from the next quote on', async () => {
  await quoteOf()
  const off: [ReturnType<typeof sql>, ReturnType<typeof sql>, string][] = [
    [
      sql`update plans set state = 'retired' where slug = 'vps-starter'`,
      sql`update plans set state = 'published'`,
      'items.0.plan',
    ],
    [
      sql`update regions set active = false where slug = 'fsn1'`,
      sql`update regions set active = true`,
      'items.0.region',
    ],
    [
      sql`update images set active = false where slug = 'debian-13'`,
      sql`update images set active = true`,
      'items.0.image',
    ],
  ]
  for (const [change, restore, field] of off)
    await withOffer(change, restore, async () => assert.ok((await marked(quoteOf()))[0]?.startsWith(field)))
  await quoteOf()
})

test('a quote holds for 15 minutes and not a moment longer', async () => {
  const quote = await quoteOf()
  const until = (offset: Temporal.DurationLike) => () =>
    requireFreshQuote(app, quote, quote.token, quote.expiresAt.add(offset))
  assert.equal(Math.round(quote.expiresAt.since(app.clock.now()).total('minutes')), 15)
  assert.doesNotThrow(until({ milliseconds: -1 }))
  assert.throws(until({ milliseconds: 0 }), { code: 'quote_stale', message: /has expired/ })
})

test('a quote holds for exactly what was shown: another choice, currency, price or tax is another quote', async () => {
  const shown = await quoteOf()
  const now = app.clock.now()
  const stale = (quote: Quote) =>
    assert.throws(() => requireFreshQuote(app, quote, shown.token, now), {
      code: 'quote_stale',
      message: /price has changed/,
    })
  requireFreshQuote(app, await quoteOf(), shown.token, now)
  for (const other of [
    quoteOf({ hostname: 'web2' }),
    quoteOf({ period: 'year' }),
    quoteOf({}, 'USD'),
    quoteOf({ options: [{ code: 'backups', quantity: 1 }] }),
  ])
    stale(await other)
  await withOffer(
    sql`update prices set amount_minor = amount_minor + 1 where amount_minor = 900`,
    sql`update prices set amount_minor = 900 where amount_minor = 901`,
    async () => stale(await quoteOf()),
  )
  await withOffer(
    sql`update tax_rules set rate_basis_points = 2000 where country is null`,
    sql`update tax_rules set rate_basis_points = 1900 where country is null`,
    async () => stale(await quoteOf()),
  )
})

test('a token that was changed or made up is as good as none', async () => {
  const quote = await quoteOf()
  const now = app.clock.now()
  const refuses = (token: string) =>
    assert.throws(() => requireFreshQuote(app, quote, token, now), { code: 'quote_stale' }, token)
  const [until = '', digest = '', signature = ''] = quote.token.split('.')
  refuses('')
  refuses(`${Number(until) + 86_400_000}.${digest}.${signature}`)
  refuses(`${until}.${digest}.`)
  refuses(`${until}.${digest}`)
  refuses(`Infinity.${digest}.${signature}`)
  fc.assert(
    fc.property(fc.nat({ max: quote.token.length - 1 }), fc.constantFrom('x', '.', 'A', '0'), (at, letter) => {
      fc.pre(quote.token[at] !== letter)
      refuses(`${quote.token.slice(0, at)}${letter}${quote.token.slice(at + 1)}`)
    }),
  )
})

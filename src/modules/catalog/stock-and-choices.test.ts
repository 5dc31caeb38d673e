import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { listEvents } from '#modules/accounts/list-events.ts'
import { staffAs } from '#test/support/actors.ts'
import { listDocuments, passNight } from '#test/support/billing-builders.ts'
import { buildCustomer, buildItem, buildOrder, buildPaidOrder, quoted, tester } from '#test/support/builders.ts'
import { agreementOf, buildChangeQuote } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import type { CatalogDocument, DocumentChoice, DocumentOption } from './catalog-document.ts'
import { countChoiceHolders } from './choice-holders.ts'
import { beginDraft, saveDraft } from './edit-draft.ts'
import { listOffer } from './list-offer.ts'
import { makePreview, readPreview } from './preview-catalog.ts'
import { publishVersion, rollBackTo } from './publish-version.ts'
import { setStock, type StockLimit } from './set-stock.ts'
import { getStock, listStock } from './stock-queries.ts'
import { getProductEntry, getVersion } from './versions-queries.ts'

const app = await createTestApp()
after(() => app.close())

const editor = staffAs('operations')
const publisher = staffAs('billing')
const productId = (await app.db.selectFrom('products').select('id').executeTakeFirstOrThrow()).id

async function draft(change: (document: CatalogDocument) => CatalogDocument): Promise<string> {
  const { id, document, revision } = await beginDraft(app, editor, { productId })
  await saveDraft(app, editor, { versionId: id, revision, document: change(document) })
  return id
}
async function publish(change: (document: CatalogDocument) => CatalogDocument): Promise<string> {
  const versionId = await draft(change)
  await publishVersion(app, publisher, { versionId })
  return versionId
}
const withOption =
  (code: string, change: (option: DocumentOption) => DocumentOption) =>
  (document: CatalogDocument): CatalogDocument => ({
    ...document,
    options: document.options.map((option) => (option.code === code ? change(option) : option)),
  })

const monthly = (amountMinor: string, setupMinor = '0') => ({
  currency: 'EUR',
  intervalUnit: 'month' as const,
  intervalCount: 1,
  amountMinor,
  setupMinor,
  trialDays: null,
})
const choice = (code: string, position: number, amountMinor: string, setupMinor = '0'): DocumentChoice => ({
  id: `och_${code}`,
  code,
  name: { en: code.toUpperCase(), de: `${code.toUpperCase()} (de)` },
  position,
  active: true,
  prices: [monthly(amountMinor, setupMinor)],
})
const care: DocumentOption = {
  id: 'opt_care',
  code: 'care',
  kind: 'choice',
  name: { en: 'Care', de: 'Betreuung' },
  summary: { en: 'Who looks after it', de: 'Wer sich kümmert' },
  minQuantity: 0,
  maxQuantity: 1,
  step: 1,
  position: 9,
  active: true,
  prices: [],
  choices: [choice('gold', 0, '700', '300'), choice('silver', 1, '400')],
}
const careOf = (document: CatalogDocument | undefined) => document?.options.find(({ code }) => code === 'care')
const wanting = (code: string) => buildItem({ options: [{ code: 'care', quantity: 1, choice: code }] })

test('an option with choices is made in a draft, seen in its preview, and ordered at the price of the choice', async () => {
  const versionId = await draft((document) => ({ ...document, options: [...document.options, care] }))
  const { differences, faults } = await getVersion(app, editor, versionId)
  assert.deepEqual(faults, [])
  assert.deepEqual(
    differences.map(({ of, name, change }) => [of, name.en, change.kind]),
    [
      ['option', 'Care', 'added'],
      ['choice', 'Care: GOLD', 'added'],
      ['choice', 'Care: GOLD', 'price'],
      ['choice', 'Care: SILVER', 'added'],
      ['choice', 'Care: SILVER', 'price'],
    ],
  )
  const preview = await readPreview(app, await makePreview(app, editor, { versionId }))
  const previewed = preview?.catalog.products[0]?.options.find(({ code }) => code === 'care')
  assert.deepEqual(
    previewed?.choices.map((each) => [each.code, each.prices[0]?.amountMinor]),
    [
      ['gold', 700n],
      ['silver', 400n],
    ],
  )
  await publishVersion(app, publisher, { versionId })
  const { invoice } = await buildOrder(app, { items: [wanting('gold')] })
  assert.equal(invoice.totalMinor, 900n + 700n + 300n)
  assert.deepEqual(await runChecks(app), [])
})

test('an option that lets choose from nothing cannot be published, and a choice that people have cannot be taken out', async () => {
  const bought = await buildPaidOrder(app, { items: [wanting('silver')] })
  assert.equal((await agreementOf(app, bought)).amountMinor, 1_300n)
  assert.deepEqual([...(await countChoiceHolders(app, editor, { productId }))], [['och_silver', 1]])
  const { id: versionId, document, revision } = await beginDraft(app, editor, { productId })
  const save = (change: (option: DocumentOption) => DocumentOption, at: number) =>
    saveDraft(app, editor, { versionId, revision: at, document: withOption('care', change)(document) })
  await assert.rejects(
    save((option) => ({ ...option, choices: option.choices.filter(({ code }) => code !== 'silver') }), revision),
    { code: 'choice_in_use' },
  )
  await save((option) => ({ ...option, choices: option.choices.map((each) => ({ ...each, active: false })) }), revision)
  const faults = async () => (await getVersion(app, editor, versionId)).faults.map(({ code }) => code)
  assert.deepEqual(await faults(), ['choice_empty'])
  await save(
    (option) => ({ ...option, choices: option.choices.map((each) => ({ ...each, code: `${each.code}-new` })) }),
    revision + 1,
  )
  assert.deepEqual(await faults(), ['code_changed', 'code_changed'])

  // Retired and dearer: who has it keeps it and the price, and nobody else gets it.
  await save(
    (option) => ({
      ...option,
      name: { en: 'Support', de: 'Betreuung' },
      choices: option.choices.map((each) =>
        each.code === 'silver'
          ? { ...each, active: false, prices: [monthly('500')] }
          : { ...each, prices: [monthly('900')] },
      ),
    }),
    revision + 2,
  )
  await publishVersion(app, publisher, { versionId })
  const buyer = await buildCustomer(app)
  await assert.rejects(quoted(app, buyer, { items: [wanting('silver')] }), { code: 'configuration_invalid' })
  app.advance({ days: 18 })
  await passNight(app)
  const documents = await listDocuments(app, bought.customer.id)
  const renewal = documents.find(({ invoice }) => invoice.purpose === 'renewal')?.invoice
  assert.equal(renewal?.totalMinor, 1_300n)
  await app.work()
  const [bigger] = [await buildChangeQuote(app, bought, { plan: 'vps-professional' })]
  assert.deepEqual(
    (bigger.items as { code: string | null; choice: string | null }[]).map((item) => [item.code, item.choice]),
    [
      [null, null],
      ['care', 'silver'],
    ],
    'a change of plan leaves the choice as it is',
  )
})

test('a new price of an option ends the one before, which staff still see, and what was for sale comes back with its choices', async () => {
  await publish(withOption('backups', (option) => ({ ...option, prices: [monthly('999')] })))
  const prices = await app.db
    .selectFrom('optionPrices')
    .innerJoin('planOptions', 'planOptions.id', 'optionPrices.optionId')
    .select(['amountMinor', 'optionPrices.active'])
    .where('code', '=', 'backups')
    .where('currency', '=', 'EUR')
    .where('intervalUnit', '=', 'month')
    .orderBy('optionPrices.active')
    .execute()
  assert.deepEqual(
    prices.map(({ active, amountMinor }) => [active, amountMinor]),
    [
      [false, 200n],
      [true, 999n],
    ],
  )
  const offer = await listOffer(app, tester)
  const gold = offer.products[0]?.options
    .find(({ code }) => code === 'care')
    ?.choices.find(({ code }) => code === 'gold')
  assert.deepEqual(
    gold?.prices.map(({ amountMinor, active }) => [amountMinor, active]),
    [
      ['700', false],
      ['900', true],
    ],
  )
  const { versions } = await getProductEntry(app, editor, productId)
  const withBoth = versions.find(({ number }) => number === 2)!
  await rollBackTo(app, publisher, { versionId: withBoth.id })
  const { live } = await getProductEntry(app, editor, productId)
  assert.deepEqual(careOf(live), careOf(withBoth.document))
  // What was for sale before there was such an option switches it off, with its choices as they are.
  await rollBackTo(app, publisher, { versionId: versions.find(({ number }) => number === 1)!.id })
  const off = careOf((await getProductEntry(app, editor, productId)).live)
  assert.deepEqual([off?.active, off?.choices.length], [false, 2])
  assert.deepEqual(await runChecks(app), [])
})

test('limits per customer, trial days and setup fees are set in a draft, and hold from its publication on', async () => {
  await publish((document) => ({
    ...document,
    plans: document.plans.map((plan) =>
      plan.slug === 'vps-professional'
        ? {
            ...plan,
            maxPerCustomer: 1,
            prices: plan.prices.map((price) =>
              price.intervalUnit === 'year' ? { ...price, setupMinor: '500' } : { ...price, trialDays: 7 },
            ),
          }
        : plan,
    ),
  }))
  const buyer = await buildCustomer(app)
  const item = (period: 'month' | 'year') => buildItem({ plan: 'vps-professional', period })
  const yearly = await buildOrder(app, { items: [item('year')] })
  const setups = await app.db
    .selectFrom('invoiceLines')
    .select('description')
    .where('invoiceId', '=', yearly.invoice.id)
    .where('kind', '=', 'setup')
    .execute()
  assert.deepEqual(
    setups.map(({ description }) => description),
    ['Setup: VPS Professional · web1'],
  )
  assert.equal((await buildOrder(app, { buyer, items: [item('month')] })).invoice.totalMinor, 0n)
  await assert.rejects(quoted(app, buyer, { items: [item('month')] }), { code: 'plan_limit_reached' })
})

const starter = async () => {
  const { rows } = await listStock(app, tester, { limit: 50, search: 'vps-starter' })
  return rows[0]!
}
const regionId = (await app.db.selectFrom('regions').select('id').where('slug', '=', 'fsn1').executeTakeFirstOrThrow())
  .id
const limit = (was: number | null, quantity: number | null, region: string | null = null): StockLimit => ({
  regionId: region,
  was,
  quantity,
})

test('staff say how many of a plan there are, in a region and in all; nobody buys more, and nothing sold is taken away', async () => {
  const { id: planId, taken } = await starter()
  assert.ok(taken > 0, 'what was sold before is counted without a limit, too')
  const set = (...limits: StockLimit[]) => setStock(app, publisher, { planId, limits })
  await assert.rejects(setStock(app, editor, { planId, limits: [limit(null, 9)] }), { code: 'permission_denied' })
  await assert.rejects(set(limit(null, taken - 1)), { code: 'stock_below_taken' })
  await set(limit(null, taken + 1), limit(null, taken, regionId))
  const buyer = await buildCustomer(app)
  await assert.rejects(quoted(app, buyer), { code: 'sold_out' })
  await buildOrder(app, { items: [buildItem({ region: 'hel1' })] })
  await assert.rejects(quoted(app, buyer, { items: [buildItem({ region: 'hel1' })] }), { code: 'sold_out' })
  const views = async (view: 'limited' | 'sold_out' | 'unlimited') =>
    (await listStock(app, tester, { limit: 50, view })).rows.map(({ slug }) => slug).includes('vps-starter')
  assert.deepEqual([await views('limited'), await views('sold_out'), await views('unlimited')], [true, true, false])

  await assert.rejects(set(limit(null, 50)), { code: 'stock_changed' }, 'a form from before the limit')
  await set(limit(taken + 1, null), limit(taken, taken + 5, regionId))
  assert.deepEqual(
    (await getStock(app, tester, planId)).lines
      .filter((line) => line.regionId === null || line.regionId === regionId)
      .map(({ quantity, taken: held }) => [quantity, held]),
    [
      [null, taken + 1],
      [taken + 5, taken],
    ],
  )
  await quoted(app, buyer)
  const { rows } = await listEvents(app, tester, { limit: 5, subjectId: planId, name: 'plan_stock.changed' })
  assert.deepEqual(rows.map(({ before, after: now }) => [before, now])[0], [
    { all: taken + 1, [regionId]: taken },
    { all: null, [regionId]: taken + 5 },
  ])
  assert.deepEqual(await runChecks(app), [])
})

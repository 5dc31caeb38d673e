import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { staffAs } from '#test/support/actors.ts'
import { buildOrder, SSH_KEY, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import type { CatalogDocument, DocumentPlan } from './catalog-document.ts'
import { beginDraft, createProduct, discardDraft, saveDraft } from './edit-draft.ts'
import { makePreview } from './preview-catalog.ts'
import { cancelPublication, planPublication, publishPlanned, publishVersion, rollBackTo } from './publish-version.ts'
import { getProductEntry, getVersion, listProductEntries } from './versions-queries.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const editor = staffAs('operations')
const publisher = staffAs('billing')
const page = async (path: string, cookie = ''): Promise<string> =>
  (await fetch(app.origin + path, { headers: { cookie }, redirect: 'manual' })).text()
const productId = (await app.db.selectFrom('products').select('id').executeTakeFirstOrThrow()).id

/** A draft of the demo's product, changed and saved. */
async function draft(change: (document: CatalogDocument) => CatalogDocument): Promise<string> {
  const { id, document, revision } = await beginDraft(app, editor, { productId })
  await saveDraft(app, editor, { versionId: id, revision, document: change(document) })
  return id
}

const withPlan = (slug: string, change: (plan: DocumentPlan) => DocumentPlan) => (document: CatalogDocument) => ({
  ...document,
  plans: document.plans.map((plan) => (plan.slug === slug ? change(plan) : plan)),
})
const priced = (amountMinor: string) =>
  withPlan('vps-starter', (plan) => ({
    ...plan,
    prices: plan.prices.map((price) =>
      price.currency === 'EUR' && price.intervalUnit === 'month' ? { ...price, amountMinor } : price,
    ),
  }))
const starterPrices = () =>
  app.db
    .selectFrom('prices')
    .innerJoin('plans', 'plans.id', 'prices.planId')
    .select(['prices.id', 'prices.amountMinor', 'prices.active'])
    .where('plans.slug', '=', 'vps-starter')
    .where('currency', '=', 'EUR')
    .where('intervalUnit', '=', 'month')
    .orderBy('prices.id')
    .execute()

test('a draft changes nothing that visitors see; publishing it shows at once, and ends the old price instead of writing over it', async () => {
  const [before] = await starterPrices()
  assert.match(await page('/de/pricing?currency=EUR'), /9,00/)
  const versionId = await draft(priced('1100'))
  assert.match(await page('/de/pricing?currency=EUR'), /9,00/)
  const { differences } = await getVersion(app, editor, versionId)
  assert.deepEqual(
    differences.map(({ change }) =>
      change.kind === 'price'
        ? { ...change, before: change.before?.amountMinor, after: change.after?.amountMinor }
        : change,
    ),
    [
      {
        kind: 'price',
        price: { currency: 'EUR', intervalUnit: 'month', intervalCount: 1 },
        before: '900',
        after: '1100',
      },
    ],
  )

  await publishVersion(app, publisher, { versionId })
  // Whoever publishes does so by a form, after which this process looks again.
  await fetch(`${app.origin}/login`, { method: 'POST', body: new URLSearchParams(), headers: { origin: app.origin } })
  const shown = await page('/de/pricing?currency=EUR')
  assert.match(shown, /11,00/)
  const prices = await starterPrices()
  assert.deepEqual(
    prices.map(({ amountMinor, active }) => [amountMinor, active]),
    [
      [900n, false],
      [1_100n, true],
    ],
  )
  assert.equal(prices[0]?.id, before?.id)
  const { versions } = await getProductEntry(app, editor, productId)
  assert.deepEqual(
    versions.map(({ number, state }) => [number, state]),
    [
      [2, 'live'],
      [1, 'superseded'],
    ],
  )
  assert.deepEqual(await runChecks(app), [])
})

test('what was for sale before comes back as a new version, while a draft stays as it is; plans that came since are retired', async () => {
  const added = await draft((document) => ({
    ...document,
    plans: [...document.plans, { ...document.plans[0]!, id: 'pln_new', slug: 'vps-new', position: 9 }],
  }))
  await publishVersion(app, publisher, { versionId: added })
  const open = await draft((document) => document)
  const { versions } = await getProductEntry(app, editor, productId)
  const first = versions.find(({ number }) => number === 1)!
  const restored = await rollBackTo(app, publisher, { versionId: first.id })
  assert.equal(restored.restores, first.id)
  const { live } = await getProductEntry(app, editor, productId)
  assert.deepEqual(
    live?.plans.filter(({ slug }) => slug !== 'vps-new'),
    first.document.plans,
  )
  assert.equal(live.plans.find(({ slug }) => slug === 'vps-new')?.state, 'retired')
  assert.equal((await getVersion(app, editor, open)).version.state, 'draft')
  // Ended prices are not begun again: the same amount is a price of its own.
  assert.deepEqual(
    (await starterPrices()).map(({ amountMinor, active }) => [amountMinor, active]),
    [
      [900n, false],
      [1_100n, false],
      [900n, true],
    ],
  )
  await discardDraft(app, editor, { versionId: open })
  assert.deepEqual(await runChecks(app), [])
})

test('a draft is published at the beginning of its day where the seller is, unless that is taken back', async () => {
  const versionId = await draft(priced('1200'))
  const today = app.clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate()
  await assert.rejects(planPublication(app, publisher, { versionId, on: today }), { code: 'publish_day_past' })
  await planPublication(app, publisher, { versionId, on: today.add({ days: 2 }) })
  await assert.rejects(
    saveDraft(app, editor, {
      versionId,
      revision: 2,
      document: (await getVersion(app, editor, versionId)).version.document,
    }),
    {
      code: 'catalog_version_planned',
    },
  )
  await cancelPublication(app, publisher, { versionId })
  await planPublication(app, publisher, { versionId, on: today.add({ days: 3 }) })
  const active = async () => (await starterPrices()).find((price) => price.active)?.amountMinor
  const run = () => publishPlanned.run(app, {}, new AbortController().signal)
  app.advance({ days: 2 })
  await run()
  assert.equal(await active(), 900n)
  app.advance({ days: 1 })
  await run()
  assert.equal(await active(), 1_200n)
})

test('two colleagues do not write over each other, and only whoever may publishes', async () => {
  const versionId = await draft((document) => document)
  const { version } = await getVersion(app, editor, versionId)
  const { revision, document } = version
  await saveDraft(app, editor, { versionId, revision, document })
  await assert.rejects(saveDraft(app, editor, { versionId, revision, document }), { code: 'draft_changed' })
  await assert.rejects(publishVersion(app, publisher, { versionId, revision }), { code: 'draft_changed' })
  await assert.rejects(publishVersion(app, editor, { versionId }), { code: 'permission_denied' })
  await assert.rejects(beginDraft(app, staffAs('support'), { productId }), { code: 'permission_denied' })
  await assert.rejects(beginDraft(app, editor, { productId }), { code: 'catalog_version_draft' })
  await discardDraft(app, editor, { versionId })
})

test('a plan that people have keeps its size and cannot vanish; retired, its page leads to its successor', async () => {
  await buildOrder(app)
  const bigger = await draft(withPlan('vps-starter', (plan) => ({ ...plan, cores: 64 })))
  const { faults } = await getVersion(app, editor, bigger)
  assert.deepEqual(faults, [{ code: 'size_changed', about: 'Starter' }])
  await assert.rejects(publishVersion(app, publisher, { versionId: bigger }), { code: 'catalog_version_unfit' })
  await discardDraft(app, editor, { versionId: bigger })

  const retiring = await draft((document) => {
    const successor = document.plans.find(({ slug }) => slug === 'vps-professional')!
    return withPlan('vps-starter', (plan) => ({ ...plan, state: 'retired', successorId: successor.id }))(document)
  })
  const { affected } = await getVersion(app, editor, retiring)
  assert.deepEqual(
    affected.map(({ retires }) => retires),
    [],
  )
  await publishVersion(app, publisher, { versionId: retiring })
  const shown = await page('/products/vps-starter')
  assert.match(shown, /href="\/products\/vps-professional/)
  await rollBackTo(app, publisher, {
    versionId: (await getProductEntry(app, editor, productId)).versions.find(({ number }) => number === 1)!.id,
  })
  assert.deepEqual(await runChecks(app), [])
})

test('whoever has its link sees the shop with a draft and can order nothing in it, until the link ends', async () => {
  const { id, document, revision } = await createProduct(app, editor, {
    slug: 'storage',
    name: { en: 'Storage servers', de: 'Speicherserver' },
    summary: { en: 'Much room', de: 'Viel Platz' },
  })
  assert.deepEqual((await getVersion(app, editor, id)).faults, [{ code: 'nothing_for_sale', about: 'Storage servers' }])
  const plan: DocumentPlan = {
    ...(await getProductEntry(app, editor, productId)).live!.plans[0]!,
    id: 'pln_storage',
    slug: 'storage-s',
    name: { en: 'Depot', de: 'Depot' },
  }
  await saveDraft(app, editor, { versionId: id, revision, document: { ...document, plans: [plan] } })
  const { rows } = await listProductEntries(app, tester, { limit: 10, view: 'draft' })
  assert.deepEqual(
    rows.map(({ slug, open }) => [slug, open?.state]),
    [['storage', 'draft']],
  )

  const token = await makePreview(app, editor, { versionId: id })
  const entered = await fetch(`${app.origin}/preview/${token}`, { redirect: 'manual' })
  assert.equal(entered.headers.get('location'), '/products/storage')
  const cookie = entered.headers.get('set-cookie')!.split(';')[0]!
  assert.match(await page('/products/storage', cookie), /Preview: Storage servers, version 1/)
  assert.match(await page('/pricing', cookie), /Depot/)
  const configure = await fetch(`${app.origin}/order/storage-s?currency=EUR`, { headers: { cookie } })
  assert.equal(configure.headers.get('cache-control'), 'private, no-store')
  assert.match(await configure.text(), /9\.00/)
  assert.doesNotMatch(await page('/pricing'), /Depot/)
  assert.equal((await fetch(`${app.origin}/products/storage`)).status, 404)

  const asked = await fetch(`${app.origin}/order/storage-s`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: app.origin, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({
      currency: 'EUR',
      plan: 'storage-s',
      period: 'month',
      region: 'fsn1',
      image: 'debian-13',
      hostname: 'a1',
      sshKey: SSH_KEY,
    }),
  })
  assert.equal(asked.status, 409)
  assert.match(await asked.text(), /This is a preview/)

  assert.equal((await fetch(`${app.origin}/preview/${token}x`, { redirect: 'manual' })).status, 404)
  app.advance({ days: 8 })
  assert.equal((await fetch(`${app.origin}/preview/${token}`, { redirect: 'manual' })).status, 404)
  assert.doesNotMatch(await page('/pricing', cookie), /Depot/)
})

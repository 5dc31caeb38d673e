import { sql } from 'kysely'
import type { Database } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { Schema } from '#platform/schema.ts'
import { seedTaxRules } from './seed-demo-tax.ts'
import type { LocalizedText } from '#modules/catalog/localized-text.ts'

const text = (en: string, de: string): string => JSON.stringify({ en, de } satisfies LocalizedText)

/** name, cores, MB, GB, TB, monthly, yearly: amounts in cents, the same figure in USD and EUR. */
const PLANS = [
  {
    slug: 'vps-starter',
    name: 'Starter',
    cores: 1,
    memoryMb: 1_024,
    diskGb: 20,
    trafficTb: 2,
    month: 900n,
    year: 8_600n,
    popular: false,
    summary: text('For a first project or a small site', 'Für ein erstes Projekt oder eine kleine Website'),
  },
  {
    slug: 'vps-professional',
    name: 'Professional',
    cores: 2,
    memoryMb: 4_096,
    diskGb: 80,
    trafficTb: 5,
    month: 2_900n,
    year: 27_800n,
    trialDays: 7,
    popular: true,
    summary: text('For shops and apps with regular visitors', 'Für Shops und Anwendungen mit regelmäßigen Besuchern'),
  },
  {
    slug: 'vps-enterprise',
    name: 'Enterprise',
    cores: 4,
    memoryMb: 8_192,
    diskGb: 200,
    trafficTb: 10,
    month: 9_900n,
    year: 95_000n,
    setup: 4_900n,
    popular: false,
    summary: text('For busy production with room to grow', 'Für viel Betrieb mit Raum zum Wachsen'),
  },
]

const FEATURES = [
  text('Full root access', 'Voller Root-Zugriff'),
  text('A public IPv4 address', 'Eine öffentliche IPv4-Adresse'),
  text('Own firewall against address spoofing', 'Eigene Firewall gegen gefälschte Adressen'),
  text('Ready in about a minute', 'In etwa einer Minute bereit'),
]

const OPTIONS = [
  {
    code: 'backups',
    kind: 'switch' as const,
    maxQuantity: 1,
    month: 200n,
    year: 1_900n,
    name: text('Daily backups', 'Tägliche Backups'),
    summary: text('Kept for seven days', 'Sieben Tage aufbewahrt'),
  },
  {
    code: 'extra-addresses',
    kind: 'quantity' as const,
    maxQuantity: 8,
    month: 300n,
    year: 2_900n,
    name: text('Extra IPv4 addresses', 'Zusätzliche IPv4-Adressen'),
    summary: text('For each further address', 'Für jede weitere Adresse'),
  },
]

const IMAGES = [
  { slug: 'debian-13', family: 'Debian', name: 'Debian 13', loginUser: 'debian', templateVmId: 9_000 },
  { slug: 'ubuntu-26.04', family: 'Ubuntu', name: 'Ubuntu 26.04 LTS', loginUser: 'ubuntu', templateVmId: 9_001 },
  { slug: 'rocky-10', family: 'Rocky Linux', name: 'Rocky Linux 10', loginUser: 'rocky', templateVmId: 9_002 },
  { slug: 'alma-10', family: 'AlmaLinux', name: 'AlmaLinux 10', loginUser: 'almalinux', templateVmId: 9_003 },
]

const REGIONS = [
  {
    slug: 'fsn1',
    country: 'DE',
    name: text('Falkenstein, Germany', 'Falkenstein, Deutschland'),
    nodes: ['fsn1-pve1', 'fsn1-pve2'],
    network: '203.0.113',
    gateway: '203.0.113.1',
  },
  {
    slug: 'hel1',
    country: 'FI',
    name: text('Helsinki, Finland', 'Helsinki, Finnland'),
    nodes: ['hel1-pve1'],
    network: '198.51.100',
    gateway: '198.51.100.1',
  },
]

const CURRENCIES = ['USD', 'EUR']

/** Fills an empty catalogue with what the demo sells. A catalogue that holds anything is left alone. Gives whether it did. */
export async function seedDemo(database: Database): Promise<boolean> {
  return database.db.transaction().execute(async (db) => {
    await sql`select pg_advisory_xact_lock(hashtext('seed-demo'))`.execute(db)
    if (await db.selectFrom('products').select('id').limit(1).executeTakeFirst()) return false
    await seedSeller(db)
    await seedProduct(db)
    await db
      .insertInto('images')
      .values(IMAGES.map((image, position) => ({ id: newId('img'), ...image, position, active: true })))
      .execute()
    for (const [position, region] of REGIONS.entries()) await seedRegion(db, region, position)
    return true
  })
}

type Db = Database['db']

async function seedSeller(db: Db): Promise<void> {
  const seller = newId('ent')
  await db
    .insertInto('legalEntities')
    .values({
      id: seller,
      name: 'EZ Solutions Demo GmbH',
      address: 'Musterstraße 1\n10115 Berlin',
      country: 'DE',
      vatId: 'DE000000000',
      email: 'billing@ez.localhost',
      timeZone: 'Europe/Berlin',
      seriesPrefix: 'EZ',
      invoiceFormat: '{PREFIX}-{YYYY}-{NNNNNN}',
      creditNoteFormat: '{PREFIX}-CN-{YYYY}-{NNNNNN}',
      finalBackupDays: 30,
      invoiceFooter: text('', ''),
      pricesIncludeTax: true,
      renewalLeadDays: 14,
      couponsPerOrder: 1,
      latePeriodFromPayment: true,
      disputeSuspends: false,
      downgradeAtPeriodEnd: false,
      priceNoticeDays: 30,
      trialNeedsMethod: false,
      bankTransferDays: 14,
      bankHolder: 'EZ Solutions Demo GmbH',
      // The example of the registry of IBANs, which belongs to nobody.
      bankIban: 'DE89370400440532013000',
      bankBic: 'COBADEFFXXX',
    })
    .execute()
  await seedTaxRules(db, seller)
}

async function seedProduct(db: Db): Promise<void> {
  const productId = newId('prd')
  await db
    .insertInto('products')
    .values({
      id: productId,
      slug: 'vps',
      kind: 'vps',
      state: 'published',
      position: 0,
      regionIds: [],
      imageIds: [],
      disputePolicy: 'seller',
      name: text('Virtual servers', 'Virtuelle Server'),
      summary: text(
        'A Linux server of your own, on fast NVMe storage, ready in about a minute.',
        'Ein eigener Linux-Server auf schnellem NVMe-Speicher, in etwa einer Minute bereit.',
      ),
    })
    .execute()
  for (const [position, { month, year, name, setup = 0n, trialDays = null, ...plan }] of PLANS.entries()) {
    const planId = newId('pln')
    await db
      .insertInto('plans')
      .values({ id: planId, productId, state: 'published', position, name: text(name, name), ...plan })
      .execute()
    await db
      .insertInto('planFeatures')
      .values(FEATURES.map((feature, index) => ({ planId, position: index, text: feature })))
      .execute()
    await db
      .insertInto('prices')
      .values(
        pricesOf({ month, year }).map((price) => ({
          id: newId('pri'),
          planId,
          active: true,
          ...price,
          // Whoever pays by the year gets the setup for nothing, and nothing to try.
          ...(price.intervalUnit === 'month' && { setupMinor: setup, trialDays }),
        })),
      )
      .execute()
  }
  for (const [position, { month, year, ...option }] of OPTIONS.entries()) {
    const optionId = newId('opt')
    await db
      .insertInto('planOptions')
      .values({ id: optionId, productId, position, minQuantity: 0, step: 1, active: true, ...option })
      .execute()
    await db
      .insertInto('optionPrices')
      .values(pricesOf({ month, year }).map((price) => ({ optionId, active: true, ...price })))
      .execute()
  }
}

const pricesOf = (amounts: {
  month: bigint
  year: bigint
}): Pick<Schema['prices'], 'currency' | 'intervalUnit' | 'intervalCount' | 'amountMinor' | 'setupMinor'>[] =>
  CURRENCIES.flatMap((currency) =>
    (['month', 'year'] as const).map((intervalUnit) => ({
      currency,
      intervalUnit,
      intervalCount: 1,
      amountMinor: amounts[intervalUnit],
      setupMinor: 0n,
    })),
  )

async function seedRegion(
  db: Db,
  { nodes, network, gateway, ...region }: (typeof REGIONS)[number],
  position: number,
): Promise<void> {
  const regionId = newId('reg')
  const poolId = newId('apl')
  await db
    .insertInto('regions')
    .values({ id: regionId, position, active: true, ...region })
    .execute()
  await db
    .insertInto('nodes')
    .values(nodes.map((name) => ({ name, regionId, active: true })))
    .execute()
  await db
    .insertInto('addressPools')
    .values({ id: poolId, regionId, family: 4, gateway, prefix: 24, nameServers: ['9.9.9.9', '1.1.1.1'] })
    .execute()
  const hosts = Array.from({ length: 245 }, (_each, index) => ({ address: `${network}.${index + 10}`, poolId }))
  await db.insertInto('addresses').values(hosts).execute()
}

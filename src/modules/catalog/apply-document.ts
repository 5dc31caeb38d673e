import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'
import type { CatalogDocument, DocumentOption } from './catalog-document.ts'

/**
 * Makes the tables say what a document says, within the caller's transaction. What was ever for sale stays a row, and the
 * document names it (withAllThatWas): a plan is retired, an option switched off, and a price that changes is ended, with a new
 * one beside it.
 */
export async function applyDocument(db: App['db'], productId: string, document: CatalogDocument): Promise<void> {
  const { plans, options, ...product } = document
  await saveProduct(db, productId, product)
  await savePlans(db, productId, plans)
  await savePrices(db, plans)
  await saveOptions(db, productId, options)
}

async function saveProduct(
  db: App['db'],
  id: string,
  { name, summary, ...product }: Omit<CatalogDocument, 'plans' | 'options'>,
): Promise<void> {
  const values = { ...product, name: JSON.stringify(name), summary: JSON.stringify(summary) }
  await db
    .insertInto('products')
    .values({ id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
}

async function savePlans(db: App['db'], productId: string, plans: CatalogDocument['plans']): Promise<void> {
  const rows = JSON.stringify(plans)
  // A plan's size belongs to its id: only of one that nobody has does the row change in it, which validation sees to.
  await sql`
    insert into plans (id, product_id, slug, state, name, summary, popular, cores, memory_mb, disk_gb, traffic_tb, max_per_customer,
      position)
    select id, ${productId}, slug, state, name, summary, popular, cores, "memoryMb", "diskGb", "trafficTb", "maxPerCustomer", position
    from jsonb_to_recordset(${rows}::jsonb) as p (id text, slug text, state product_state, name jsonb, summary jsonb, popular boolean,
      cores int, "memoryMb" int, "diskGb" int, "trafficTb" int, "maxPerCustomer" int, position int)
    on conflict (id) do update set state = excluded.state, name = excluded.name, summary = excluded.summary, popular = excluded.popular,
      cores = excluded.cores, memory_mb = excluded.memory_mb, disk_gb = excluded.disk_gb, traffic_tb = excluded.traffic_tb, max_per_customer = excluded.max_per_customer,
      position = excluded.position`.execute(db)
  // Once all of them are there, so that one may point at another.
  await sql`
    update plans l set successor_id = p."successorId"
    from jsonb_to_recordset(${rows}::jsonb) as p (id text, "successorId" text)
    where p.id = l.id and l.successor_id is distinct from p."successorId"`.execute(db)
  await sql`delete from plan_features where plan_id in (select id from plans where product_id = ${productId})`.execute(
    db,
  )
  await sql`
    insert into plan_features (plan_id, position, text)
    select p.id, f.n - 1, f.text from jsonb_to_recordset(${rows}::jsonb) as p (id text, features jsonb),
      jsonb_array_elements(p.features) with ordinality as f (text, n)`.execute(db)
}

/** Prices that stay as they are keep their rows; all others are ended, and new ones begin. */
async function savePrices(db: App['db'], plans: CatalogDocument['plans']): Promise<void> {
  const wanted = plans.flatMap((plan) => plan.prices.map((price) => ({ id: newId('pri'), planId: plan.id, ...price })))
  const rows = sql`jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w (id text, "planId" text, currency text,
    "intervalUnit" interval_unit, "intervalCount" int, "amountMinor" bigint, "setupMinor" bigint, "trialDays" int)`
  const same = sql`p.plan_id = w."planId" and p.currency = w.currency and p.interval_unit = w."intervalUnit"
    and p.interval_count = w."intervalCount" and p.amount_minor = w."amountMinor"
    and p.setup_minor = w."setupMinor" and p.trial_days is not distinct from w."trialDays"`
  const planIds = plans.map(({ id }) => id)
  await sql`update prices p set active = false where p.active and p.plan_id = any(${planIds}::text[])
    and not exists (select from ${rows} where ${same})`.execute(db)
  await sql`
    insert into prices (id, plan_id, currency, interval_unit, interval_count, amount_minor, setup_minor, trial_days, active)
    select w.id, w."planId", w.currency, w."intervalUnit", w."intervalCount", w."amountMinor", w."setupMinor", w."trialDays", true from ${rows}
    where not exists (select from prices p where p.active and ${same})`.execute(db)
}

async function saveOptions(db: App['db'], productId: string, options: CatalogDocument['options']): Promise<void> {
  const rows = JSON.stringify(options)
  await sql`
    insert into plan_options (id, product_id, code, kind, name, summary, min_quantity, max_quantity, step, position, active)
    select id, ${productId}, code, kind, name, summary, "minQuantity", "maxQuantity", step, position, active
    from jsonb_to_recordset(${rows}::jsonb) as o (id text, code text, kind option_kind, name jsonb, summary jsonb, "minQuantity" int, "maxQuantity" int, step int,
      position int, active boolean)
    on conflict (id) do update set name = excluded.name, summary = excluded.summary, min_quantity = excluded.min_quantity,
      max_quantity = excluded.max_quantity, step = excluded.step,
      position = excluded.position, active = excluded.active`.execute(db)
  await saveOptionPrices(db, options)
  await saveChoices(db, options)
}

async function saveChoices(db: App['db'], options: CatalogDocument['options']): Promise<void> {
  const choices = options.flatMap((option) => option.choices.map((choice) => ({ optionId: option.id, ...choice })))
  await sql`
    insert into option_choices (id, option_id, code, name, position, active)
    select id, "optionId", code, name, position, active
    from jsonb_to_recordset(${JSON.stringify(choices)}::jsonb) as c (id text, "optionId" text, code text, name jsonb, position int, active boolean)
    on conflict (id) do update set name = excluded.name, position = excluded.position, active = excluded.active`.execute(
    db,
  )
  await savePartPrices(db, { table: 'choice_prices', of: 'choice_id' }, choices)
}

const saveOptionPrices = (db: App['db'], options: CatalogDocument['options']): Promise<void> =>
  savePartPrices(db, { table: 'option_prices', of: 'option_id' }, options)

/** The same for options and choices: what is agreed names its amount itself, and what was asked before can still be read. */
async function savePartPrices(
  db: App['db'],
  { table, of }: { table: 'option_prices' | 'choice_prices'; of: string },
  parts: readonly Pick<DocumentOption, 'id' | 'prices'>[],
): Promise<void> {
  const [prices, part] = [sql.table(table), sql.ref(`p.${of}`)]
  const wanted = parts.flatMap(({ id, prices: its }) => its.map((price) => ({ partId: id, ...price })))
  const rows = sql`jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w ("partId" text, currency text,
    "intervalUnit" interval_unit, "intervalCount" int, "amountMinor" bigint, "setupMinor" bigint)`
  const same = sql`${part} = w."partId" and p.currency = w.currency and p.interval_unit = w."intervalUnit"
    and p.interval_count = w."intervalCount" and p.amount_minor = w."amountMinor" and p.setup_minor = w."setupMinor"`
  const ids = parts.map(({ id }) => id)
  await sql`update ${prices} p set active = false where p.active and ${part} = any(${ids}::text[])
    and not exists (select from ${rows} where ${same})`.execute(db)
  await sql`
    insert into ${prices} (${sql.ref(of)}, currency, interval_unit, interval_count, amount_minor, setup_minor, active)
    select w."partId", w.currency, w."intervalUnit", w."intervalCount", w."amountMinor", w."setupMinor", true from ${rows}
    where not exists (select from ${prices} p where p.active and ${same})`.execute(db)
}

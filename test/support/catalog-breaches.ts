import { sql } from 'kysely'
import type { breaches } from './breaches.ts'

/** Breaches of the promises about the catalogue and new prices, seeded around a sale that was paid and delivered. */
export function catalogBreaches(breach: ReturnType<typeof breaches>['breach'], of: { serviceId: string }): void {
  const live = sql`
    insert into catalog_versions (id, product_id, number, state, document, revision, published_at, created_at, updated_at)
    select 'cve_odd', p.id, 1, 'live', jsonb_build_object('slug', p.slug, 'kind', p.kind, 'state', p.state, 'name', p.name, 'summary', p.summary,
      'position', p.position, 'regionIds', p.region_ids, 'imageIds', p.image_ids, 'plans', '[]'::jsonb, 'options', '[]'::jsonb), 1, now(), now(), now()
    from products p`
  breach('a product that is sold otherwise than it was published', { invariant: 'I35', subject: 'cve_odd' }, live)

  const repricing = sql`
    insert into repricings (id, legal_entity_id, state, plan_id, currency, interval_unit, interval_count, amount_minor, effective_on, notice_days,
      announced_at, created_at, updated_at)
    select 'rpr_odd', s.legal_entity_id, 'announced', s.plan_id, s.currency, s.interval_unit, s.interval_count, 1100, s.current_period_end, 0, now(), now(), now()
    from subscriptions s join services v on v.subscription_id = s.id where v.id = ${of.serviceId}`
  const item = (columns: string, values: string) => sql`
    insert into repricing_items (id, repricing_id, customer_id, subscription_id, old_minor, new_minor, first_on, told_at, earliest_on${sql.raw(columns)})
    select 'rpi_odd', 'rpr_odd', s.customer_id, s.id, 900, 1100, s.current_period_end, now(), s.current_period_end${sql.raw(values)}
    from subscriptions s join services v on v.subscription_id = s.id where v.id = ${of.serviceId}`
  const asked = sql`
    update invoice_lines l set reasons = jsonb_build_object('repricing', 'rpi_odd')
    from services v where v.id = ${of.serviceId} and l.subscription_id = v.subscription_id and l.kind = 'plan'`
  const unguarded = sql`alter table invoice_lines disable trigger user`
  breach(
    'a document that asks for a new price before its day',
    { invariant: 'I36', subject: 'rpi_odd' },
    unguarded,
    repricing,
    item('', ''),
    asked,
  )
  breach(
    'a document that asks for a new price that was taken back',
    { invariant: 'I36', subject: 'rpi_odd' },
    unguarded,
    repricing,
    item(', dropped_at, spared_at', ', now(), now()'),
    asked,
  )
  breach(
    'a new price that holds before its notice is over',
    { invariant: 'I36', subject: 'rpi_odd' },
    repricing,
    item('', ''),
    sql`update repricings set notice_days = 300 where id = 'rpr_odd'`,
  )
  breach(
    'a new price that holds for a period which began before it',
    { invariant: 'I36', subject: 'rpi_odd' },
    repricing,
    item(', applied_at', ', now()'),
  )
}

import { isIP } from 'node:net'
import { type ExpressionBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import { mayOnService, servicesWith } from '#modules/accounts/permissions.ts'
import { LocalizedText } from '#modules/catalog/localized-text.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { Schema, ServiceState } from '#platform/schema.ts'
import type { ServiceAddress } from './address.ts'
import { listServiceAddresses } from './list-service-addresses.ts'
import { serviceNotFound } from './lock-service.ts'
import { findCurrentProcedure, type ProcedureProgress, withoutHostWords } from './procedure-queries.ts'
import { powerActions, type PowerAction, type Service } from './service.ts'
import type { Suspension } from './suspension.ts'

/** Another customer's service does not exist: `service_not_found`. */
export async function getService(app: App, actor: Actor, serviceId: string): Promise<Service> {
  const { customerId, serviceIds } = servicesWith(actor, 'service.read')
  return app.db
    .selectFrom('services')
    .selectAll()
    .where('id', '=', serviceId)
    .$if(customerId !== undefined, (query) => query.where('customerId', '=', customerId!))
    .$if(serviceIds !== undefined, (query) => query.where('id', 'in', serviceIds!))
    .executeTakeFirstOrThrow(serviceNotFound)
}

export type ServiceFilter = PageFilter & {
  oldestFirst?: boolean | undefined
  /** A part of a hostname, the beginning of an address, or an id. */
  search?: string | undefined
  state?: ServiceState | undefined
  /** Those that could not be given yet what was agreed. */
  changeFailed?: boolean | undefined
  /** Those that were not ended, since their last backup failed. */
  backupFailed?: boolean | undefined
  customerId?: string | undefined
}

/** A service as lists show it. */
export type ServiceSummary = Service & {
  planName: LocalizedText
  regionName: LocalizedText
  imageName: string
  customerName: string
  /** IPv4 first. */
  addresses: string[]
}

/** Newest first unless told. Users see their own alone. */
export async function listServices(app: App, actor: Actor, filter: ServiceFilter): Promise<Page<ServiceSummary>> {
  const scope = servicesWith(actor, 'service.read')
  const owner = scope.customerId ?? filter.customerId
  const search = filter.search?.trim().toLowerCase()
  const rows = await summaries(app)
    .$if(owner !== undefined, (query) => query.where('services.customerId', '=', owner!))
    .$if(scope.serviceIds !== undefined, (query) => query.where('services.id', 'in', scope.serviceIds!))
    .$if(filter.state !== undefined, (query) => query.where('services.state', '=', filter.state!))
    .$if(filter.changeFailed === true, (query) => query.where('services.changeFailedAt', 'is not', null))
    .$if(filter.backupFailed === true, (query) => query.where(isBackupFailed))
    .$if(Boolean(search), (query) => query.where((where) => matches(where, search!)))
    .$if(filter.after !== undefined, (query) =>
      query.where('services.id', filter.oldestFirst ? '>' : '<', filter.after!),
    )
    .orderBy('services.id', filter.oldestFirst ? 'asc' : 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows.map(summaryOf), filter.limit)
}

/** Once it is ended, or ended anew, what failed before is over. */
const isBackupFailed = sql<boolean>`services.state <> 'terminated' and exists (select from final_backups b
  where b.service_id = services.id and b.state = 'failed'
    and b.id = (select max(id) from final_backups l where l.service_id = services.id))`

const summaries = (app: App) =>
  app.db
    .selectFrom('services')
    .innerJoin('plans', 'plans.id', 'services.planId')
    .innerJoin('regions', 'regions.id', 'services.regionId')
    .innerJoin('images', 'images.id', 'services.imageId')
    .innerJoin('customers', 'customers.id', 'services.customerId')
    .selectAll('services')
    .select([
      'plans.name as planName',
      'regions.name as regionName',
      'images.name as imageName',
      'customers.name as customerName',
      sql<string[]>`array(select host(address) from addresses where service_id = services.id
        order by family(address), address)`.as('addresses'),
    ])

const summaryOf = <R extends { planName: unknown; regionName: unknown }>(row: R) => ({
  ...row,
  planName: LocalizedText.parse(row.planName),
  regionName: LocalizedText.parse(row.regionName),
})

function matches(where: ExpressionBuilder<Schema, 'services'>, search: string) {
  if (/^svc_[0-9a-z]{26}$/.test(search)) return where('services.id', '=', search)
  const literal = search.replaceAll(/[\\%_]/g, String.raw`\$&`)
  const byHostname = where('services.hostname', 'like', `%${literal}%`)
  if (!/^[0-9a-f:.]+$/.test(search)) return byHostname
  const found = isIP(search) ? sql`address = ${search}::inet` : sql`host(address) like ${`${literal}%`}`
  const byAddress = sql<boolean>`services.id in (select service_id from addresses where service_id is not null and ${found})`
  return where.or([byHostname, byAddress])
}

/** Everything a service's page shows. */
export type ServiceDetail = {
  service: Service
  plan: { id: string; slug: string; name: LocalizedText; trafficTb: number }
  region: { id: string; slug: string; name: LocalizedText; country: string }
  image: { id: string; slug: string; family: string; name: string; loginUser: string }
  customer: { id: string; name: string }
  addresses: ServiceAddress[]
  /** Reasons that hold it suspended now, oldest first. */
  suspensions: Suspension[]
  /** What works on it now, or did last, with every step. */
  procedure: ProcedureProgress | undefined
  /** The power actions to offer: none unless active and at rest, and the actor may ask for them. */
  powerActions: PowerAction[]
}

/** Another customer's service does not exist: `service_not_found`. */
export async function getServiceDetail(app: App, actor: Actor, serviceId: string): Promise<ServiceDetail> {
  const service = await getService(app, actor, serviceId)
  const [{ plan, region, image, customer }, addresses, suspensions, current] = await Promise.all([
    readWhatItIs(app, service),
    listServiceAddresses(app.db, serviceId),
    app.db
      .selectFrom('serviceSuspensions')
      .selectAll()
      .where('serviceId', '=', serviceId)
      .where('liftedAt', 'is', null)
      .orderBy('id')
      .execute(),
    findCurrentProcedure(app, serviceId),
  ])
  return {
    service,
    plan,
    region,
    image,
    customer,
    addresses,
    suspensions,
    procedure: current && (actor.kind === 'user' ? withoutHostWords(current) : current),
    powerActions: current?.live || !mayOnService(actor, serviceId, 'service.operate') ? [] : powerActions(service),
  }
}

type WhatItIs = Pick<ServiceDetail, 'plan' | 'region' | 'image' | 'customer'>

async function readWhatItIs(app: App, { id }: Service): Promise<WhatItIs> {
  const { rows } = await sql<WhatItIs>`
    select jsonb_build_object('id', p.id, 'slug', p.slug, 'name', p.name, 'trafficTb', p.traffic_tb) as plan,
      jsonb_build_object('id', r.id, 'slug', r.slug, 'name', r.name, 'country', r.country) as region,
      jsonb_build_object('id', i.id, 'slug', i.slug, 'family', i.family, 'name', i.name, 'loginUser', i.login_user) as image,
      jsonb_build_object('id', c.id, 'name', c.name) as customer
    from services s join plans p on p.id = s.plan_id join regions r on r.id = s.region_id
      join images i on i.id = s.image_id join customers c on c.id = s.customer_id
    where s.id = ${id}`.execute(app.db)
  const { plan, region, image, customer } = rows[0]!
  return {
    plan: { ...plan, name: LocalizedText.parse(plan.name) },
    region: { ...region, name: LocalizedText.parse(region.name) },
    image,
    customer,
  }
}

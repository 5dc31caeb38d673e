import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { machineTag } from './machine-tag.ts'
import { findOrphans } from './orphans.ts'
import { ASTRAY } from './repeat-suspensions.ts'
import { VM_ID_REST } from './vm-id.ts'
import type { Machine } from './vps-host.ts'

/**
 * I11: every active or suspended service has exactly one machine, which carries its tag, and no machine of ours is
 * without an owner for ten minutes. What the host's lagging list seems to show wrong is looked at afresh.
 */
export async function checkMachines(app: App): Promise<Finding[]> {
  const machines = await app.vpsHost.listMachines()
  const services = await app.db
    .selectFrom('services')
    .select(['id', 'hostname', 'state', 'vmId'])
    .where('state', 'in', ['active', 'suspended'])
    .where(
      sql<boolean>`not exists (select from procedures p where p.subject_id = services.id and p.state in ('running', 'compensating', 'stuck'))`,
    )
    .orderBy('id')
    .execute()
  const listed = new Map(machines.map((machine) => [machine.vmId, machine]))
  const findings: Finding[] = []
  for (const service of services) {
    const message = await whatIsWrong(app, service, service.vmId === null ? undefined : listed.get(service.vmId))
    if (message) findings.push({ invariant: 'I11', subjectId: service.id, message: `${service.hostname} ${message}` })
  }
  for (const { vmId, node, serviceId } of await findOrphans(app, machines))
    findings.push({
      invariant: 'I11',
      subjectId: serviceId,
      message: `Machine ${vmId} on ${node} carries the tag of ${serviceId}, which does not own it.`,
    })
  return findings
}

async function whatIsWrong(
  app: App,
  service: { id: string; state: string; vmId: number | null },
  listed: Machine | undefined,
): Promise<string | undefined> {
  if (service.vmId === null) return `is ${service.state} and has no machine.`
  const tag = machineTag(service.id)
  if (listed?.tags.includes(tag)) return undefined
  if (!(await app.vpsHost.findMachine(service.vmId)))
    return `is ${service.state}, but the host has no machine ${service.vmId}.`
  if (!(await app.vpsHost.isOurs(service.vmId, tag)))
    return `has machine ${service.vmId}, which does not carry its tag.`
  return undefined
}

/**
 * I12: a service that has a machine holds the addresses it bought and nobody else holds any; addresses go back only after
 * the machine is gone, and then rest for 24 hours.
 */
export async function checkAddresses(app: App): Promise<Finding[]> {
  const held = await sql<Problematic>`
    select s.id as subject_id, s.hostname || ' is ' || s.state || ' and holds ' || count(a.address) || ' of '
      || s.address_count || ' IPv4 addresses.' as message
    from services s left join (addresses a join address_pools p on p.id = a.pool_id and p.family = 4) on a.service_id = s.id
    where not exists (select from procedures r where r.subject_id = s.id and r.state in ('running', 'compensating', 'stuck'))
    group by s.id
    having count(a.address) <> case when s.state in ('active', 'suspended') then s.address_count else 0 end
    order by s.id`.execute(app.db)
  const early = await sql<Problematic>`
    select host(a.address) as subject_id, 'Address ' || host(a.address) || ' was to rest until '
      || to_char(r.until at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
      || case when a.service_id is null then ', but is free before.' else ', but was given to ' || a.service_id || ' before.' end as message
    from addresses a cross join lateral (
      select (e.after->>'quarantinedUntil')::timestamptz as until from events e
      where e.subject_id = host(a.address) and e.name = 'address.released' order by e.sequence desc limit 1) r
    where (a.service_id is not null and a.allocated_at < r.until)
      or (a.service_id is null and a.quarantined_until is distinct from r.until and r.until > ${app.clock.now()})
    order by a.address`.execute(app.db)
  return [...held.rows, ...early.rows].map((row) => ({ invariant: 'I12', ...row }))
}

/** I13: machine numbers come from our range, each service's is the one it was given, and none is used again within 30 days. */
export async function checkVmIds(app: App): Promise<Finding[]> {
  const { min, max } = app.config.proxmox.vmIds
  const given = await sql<Problematic>`
    select s.id as subject_id, s.hostname || ' has machine number ' || s.vm_id
      || case when v.vm_id is null then ', which it was not given.' else ', which is outside our range.' end as message
    from services s left join vm_ids v on v.vm_id = s.vm_id and v.service_id = s.id
    where s.vm_id is not null and (v.vm_id is null or s.vm_id not between ${min} and ${max}) order by s.id`.execute(
    app.db,
  )
  const idle = await sql<Problematic>`
    select s.id as subject_id, s.hostname || ' is ' || s.state || ' and keeps machine number ' || v.vm_id || '.' as message
    from vm_ids v join services s on s.id = v.service_id
    where s.state in ('failed', 'terminated') or s.vm_id is distinct from v.vm_id and s.state in ('active', 'suspended')
    order by s.id`.execute(app.db)
  const reused = await sql<Problematic>`
    select id as subject_id, 'Number ' || substr(id, 4) || ' was given again after less than 30 days.' as message
    from (select subject_id as id, name, created_at,
      lag(name) over each as name_before, lag(created_at) over each as before
      from events where name in ('vm_id.allocated', 'vm_id.released') window each as (partition by subject_id order by sequence)) e
    where name = 'vm_id.allocated' and (name_before = 'vm_id.allocated'
      or created_at < before + make_interval(secs => ${Temporal.Duration.from(VM_ID_REST).total('seconds')}))
    order by id`.execute(app.db)
  return [...given.rows, ...idle.rows, ...reused.rows].map((row) => ({ invariant: 'I13', ...row }))
}

/**
 * I43: what has a reason to be suspended is suspended, and what has none is not, an hour after the reason came or went; what the
 * host refuses is asked for again meanwhile.
 */
export async function checkSuspensions(app: App): Promise<Finding[]> {
  const { rows } = await sql<Problematic>`
    with astray as (${ASTRAY})
    select s.id as subject_id, s.hostname || case s.state when 'suspended' then ' is suspended without a reason.'
      else ' is active, though it is to be suspended.' end as message
    from services s join astray on astray.id = s.id
    where ${app.clock.now().subtract({ hours: 1 })} > coalesce(
        (select max(coalesce(o.lifted_at, o.created_at)) from service_suspensions o where o.service_id = s.id), s.updated_at)
      and not exists (select from procedures p where p.subject_id = s.id and p.state in ('running', 'compensating', 'stuck'))
    order by s.id`.execute(app.db)
  return rows.map((row) => ({ invariant: 'I43', ...row }))
}

type Problematic = { subjectId: string; message: string }

/** What `ez check` asks of provisioning. */
export const provisioningChecks: readonly ((app: App) => Promise<Finding[]>)[] = [
  checkMachines,
  checkAddresses,
  checkVmIds,
  checkSuspensions,
]

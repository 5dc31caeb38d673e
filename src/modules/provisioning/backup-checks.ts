import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'

/** So long, in business time, the job that deletes may take. */
const GRACE: Temporal.DurationLike = { hours: 1 }

type Problematic = { subjectId: string; message: string }

/**
 * I47: a server that has ended has its last backup, or the reason why there is none; no backup is kept beyond its day; and what is
 * said to be kept lies at the host, as nothing does that is said to be deleted.
 */
export async function checkBackups(app: App): Promise<Finding[]> {
  const now = app.clock.now()
  const { rows } = await sql<Problematic>`
    select s.id as subject_id, s.hostname || ' has ended, and nothing says what became of its last backup.' as message
    from services s where s.state = 'terminated'
      and not exists (select from final_backups b where b.service_id = s.id and b.state in ('kept', 'deleting', 'deleted', 'skipped'))
    union all
    select b.service_id, 'The last backup ' || b.id || ' was to be kept until '
      || to_char(b.kept_until at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') || ' and is not deleted.'
    from final_backups b where b.state in ('kept', 'deleting') and b.kept_until < ${now.subtract(GRACE)}
    order by 1`.execute(app.db)
  return [...rows, ...(await compareWithHost(app))].map((row) => ({ invariant: 'I47', ...row }))
}

/** A storage that is no longer ours is not asked. */
async function compareWithHost(app: App): Promise<Problematic[]> {
  const storage = app.config.proxmox.backupStorage
  if (storage === undefined) return []
  const there = await app.vpsHost.listBackups({ storage })
  const { rows } = await sql<Problematic>`
    select b.service_id as subject_id, 'The last backup ' || b.id || ' is said to be kept, but the host has no ' || b.volume_id || '.' as message
    from final_backups b where b.state = 'kept' and b.storage = ${storage}
      and b.volume_id <> all (${there.map(({ volumeId }) => volumeId)}::text[])
    union all
    select b.service_id, 'The last backup ' || b.id || ' is said to be deleted, but the host has ' || h.volume_id || '.'
    from unnest(${there.map(({ note }) => note)}::text[], ${there.map(({ volumeId }) => volumeId)}::text[]) as h (note, volume_id)
      join final_backups b on b.id = h.note and b.state = 'deleted'
    order by 1`.execute(app.db)
  return rows
}

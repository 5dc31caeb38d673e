import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { requirePermission } from './permissions.ts'

/** Staff: forgets one of them, once its cause is mended; it comes back when it happens again. Throws `csp_report_not_found`. */
export async function clearCspReport(app: App, actor: Actor, input: { reportId: string }): Promise<void> {
  requirePermission(actor, 'event.read')
  await app.transaction(actor, async (tx) => {
    const gone = await tx.db
      .deleteFrom('cspReports')
      .where('id', '=', input.reportId)
      .returning(['directive', 'blocked', 'page', 'count'])
      .executeTakeFirst()
    if (!gone) throw new Problem('not_found', 'csp_report_not_found', 'It is not there any more.')
    await tx.emit('csp_report.cleared', input.reportId, { before: gone })
  })
}

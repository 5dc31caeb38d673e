import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'

/** Staff: writes to the log that figures were taken along, and which. Throws `permission_denied`. */
export async function recordReportExport(
  app: App,
  actor: Actor,
  { report, ...asked }: { report: string; format: string; query: string },
): Promise<void> {
  requirePermission(actor, 'report.read')
  await app.transaction(actor, (tx) => tx.emit('report.exported', report, { after: asked }))
}

import { customerNotice } from './notify-of-event.ts'
import { staffNotice } from './staff-notice.ts'

/** `service.change_failed` → to colleagues who may try again. */
export const notifyStaffChangeFailed = staffNotice(
  'notify-staff-change-failed',
  'staff-change-failed',
  'procedure.retry',
)

/** `service.backup_failed` → to colleagues who may decide whether the server is ended without one. */
export const notifyStaffBackupFailed = staffNotice(
  'notify-staff-backup-failed',
  'staff-backup-failed',
  'service.terminate',
)

/** `service.failed` → the truth about a server that could not be set up. */
export const notifyServiceFailed = customerNotice('notify-service-failed', () => 'service-failed')

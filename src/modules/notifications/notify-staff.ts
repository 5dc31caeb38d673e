import { userNotice } from './notify-of-event.ts'

/** `staff.…` → what colleagues are told about themselves: the link to join by, and what others changed. */
export const notifyStaffInvited = userNotice('notify-staff-invited', 'staff-invitation')
export const notifyStaffRoleChanged = userNotice('notify-staff-role-changed', 'staff-role-changed')
export const notifyStaffEnded = userNotice('notify-staff-ended', 'staff-ended')
export const notifyStaffSecondFactorReset = userNotice('notify-staff-second-factor-reset', 'staff-second-factor-reset')

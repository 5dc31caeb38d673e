import { userNotice } from './notify-of-event.ts'

/** `user.password_reset_requested` → the link that sets a new password. */
export const notifyUserPasswordResetRequested = userNotice('notify-user-password-reset-requested', 'reset-password')

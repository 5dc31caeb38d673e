import { userNotice } from './notify-of-event.ts'

/** `user.password_changed` → so that a stranger's change does not go unseen. */
export const notifyUserPasswordChanged = userNotice('notify-user-password-changed', 'password-changed')

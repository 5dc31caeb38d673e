import { userNotice } from './notify-of-event.ts'

/** `user.registered` → the link that verifies the address. */
export const notifyUserRegistered = userNotice('notify-user-registered', 'verify-email')

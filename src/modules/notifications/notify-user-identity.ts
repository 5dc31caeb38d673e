import { userNotice } from './notify-of-event.ts'

/** `user.identity_connected` and its opposite → so that a stranger's change does not go unseen. */
export const notifyUserIdentityConnected = userNotice('notify-user-identity-connected', 'identity-connected')
export const notifyUserIdentityDisconnected = userNotice('notify-user-identity-disconnected', 'identity-disconnected')

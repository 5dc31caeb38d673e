import { userNotice } from './notify-of-event.ts'

/** `user.passkey_added` and its like → so that a stranger's change does not go unseen. */
export const notifyUserPasskeyAdded = userNotice('notify-user-passkey-added', 'passkey-added')
export const notifyUserPasskeyRemoved = userNotice('notify-user-passkey-removed', 'passkey-removed')
export const notifyUserPasskeyFactorEnabled = userNotice('notify-user-passkey-factor-enabled', 'passkey-factor-enabled')
export const notifyUserPasskeyFactorDisabled = userNotice(
  'notify-user-passkey-factor-disabled',
  'passkey-factor-disabled',
)

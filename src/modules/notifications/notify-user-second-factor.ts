import { userNotice } from './notify-of-event.ts'

/** `user.second_factor_enabled` and `…_disabled` → so that a stranger's change does not go unseen. */
export const notifyUserSecondFactorEnabled = userNotice('notify-user-second-factor-enabled', 'second-factor-enabled')
export const notifyUserSecondFactorDisabled = userNotice('notify-user-second-factor-disabled', 'second-factor-disabled')

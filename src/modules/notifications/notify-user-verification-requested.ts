import { userNotice } from './notify-of-event.ts'

/** `user.verification_requested` → the link that verifies the address, once more. */
export const notifyUserVerificationRequested = userNotice('notify-user-verification-requested', 'verify-email')

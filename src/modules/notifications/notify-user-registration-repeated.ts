import { userNotice } from './notify-of-event.ts'

/** `user.registration_repeated` → tells the owner of the address what the page must not. */
export const notifyUserRegistrationRepeated = userNotice('notify-user-registration-repeated', 'already-registered')

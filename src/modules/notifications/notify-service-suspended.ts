import { customerNotice } from './notify-of-event.ts'

/** `service.suspended` → that the server is paused, and why. */
export const notifyServiceSuspended = customerNotice('notify-service-suspended', () => 'service-suspended')

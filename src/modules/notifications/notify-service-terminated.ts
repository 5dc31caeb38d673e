import { customerNotice } from './notify-of-event.ts'

/** `service.terminated` → that the server has ended. */
export const notifyServiceTerminated = customerNotice('notify-service-terminated', () => 'service-terminated')

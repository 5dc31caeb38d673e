import { customerNotice } from './notify-of-event.ts'

/** `service.failed` → the truth about a server that could not be set up. */
export const notifyServiceFailed = customerNotice('notify-service-failed', () => 'service-failed')

import { z } from 'zod'
import { customerNotice } from './notify-of-event.ts'

const Before = z.object({ state: z.string() })

/** `service.active` → your server is ready; or, when it was suspended before, it runs again. */
export const notifyServiceActive = customerNotice('notify-service-active', ({ before }) =>
  Before.safeParse(before).data?.state === 'suspended' ? 'service-resumed' : 'service-ready',
)

import { z } from 'zod'
import { job } from '#platform/queue.ts'
import { rotateKeys } from './signing-key.ts'

/** Once an hour: the next signing key, and the end of those before. */
export const rotateSigningKeys = job({
  name: 'maintenance.rotate-signing-keys',
  queue: 'maintenance',
  payload: z.object({}),
  run: (app) => rotateKeys(app),
})

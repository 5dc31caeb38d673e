import { z } from 'zod'
import { type Procedure, procedure } from '#platform/procedure.ts'
import { transition } from '#platform/state-machine.ts'
import { lockService } from './lock-service.ts'
import { serviceMachine } from './service.ts'
import { startMachine } from './start-machine.ts'

/** Starts the machine of a suspended service and then calls the service active again. */
export const resumeVps: Procedure<Record<string, never>, object> = procedure<Record<string, never>, object>({
  name: 'provisioning.resume-vps',
  input: z.strictObject({}),
  steps: [{ name: 'start machine', do: startMachine }],
  async onCompleted(tx, { subjectId }) {
    const service = await lockService(tx, subjectId)
    await transition(tx, serviceMachine, service, 'resume', { power: 'running', powerSeenAt: tx.now })
  },
  async onCompensated(tx, { subjectId, error }) {
    const { customerId } = await lockService(tx, subjectId)
    await tx.emit('service.action_failed', subjectId, { customerId, after: { action: 'resume', error } })
  },
})

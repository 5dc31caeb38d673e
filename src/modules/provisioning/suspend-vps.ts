import { z } from 'zod'
import { type Procedure, procedure } from '#platform/procedure.ts'
import { can, transition } from '#platform/state-machine.ts'
import { lockService } from './lock-service.ts'
import { recordPower } from './record-power.ts'
import { serviceMachine } from './service.ts'
import { bringMachine, confirmService } from './service-step.ts'

const Input = z.strictObject({ pullPlug: z.boolean() })
type Input = z.output<typeof Input>

/** Switches the machine of a service off and then calls the service suspended, never before. */
export const suspendVps: Procedure<Input, object> = procedure<Input, object>({
  name: 'provisioning.suspend-vps',
  input: Input,
  steps: [
    {
      name: 'switch machine off',
      do: async (step) =>
        bringMachine(step, await confirmService(step, 'running'), {
          note: 'The server is being switched off.',
          reached: ({ power }) => power === 'stopped',
          act: ({ node, vmId, power }) =>
            step.input.pullPlug || power === 'paused'
              ? step.app.vpsHost.stop(node, vmId)
              : step.app.vpsHost.shutdown(node, vmId, true),
        }),
    },
  ],
  async onCompleted(tx, { subjectId }) {
    const service = await lockService(tx, subjectId)
    // A service that is suspended already was found running, and is only switched off again.
    if (!can(serviceMachine, service, 'suspend')) return recordPower(tx, service, 'stopped')
    await transition(tx, serviceMachine, service, 'suspend', { power: 'stopped', powerSeenAt: tx.now })
  },
  async onCompensated(tx, { subjectId, error }) {
    const { customerId } = await lockService(tx, subjectId)
    await tx.emit('service.action_failed', subjectId, { customerId, after: { action: 'suspend', error } })
  },
})

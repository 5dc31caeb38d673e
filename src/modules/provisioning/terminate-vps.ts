import { z } from 'zod'
import { revokeEntitlements } from '#modules/entitlements/revoke-entitlements.ts'
import { system } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { type Procedure, procedure, type StepContext } from '#platform/procedure.ts'
import { transition } from '#platform/state-machine.ts'
import { markAddressesUsed, releaseAddresses } from './allocate-address.ts'
import { releaseVmId } from './allocate-vm-id.ts'
import { backUpMachine, giveUpBackup } from './back-up-machine.ts'
import { destroyMachine } from './destroy-machine.ts'
import { lockService } from './lock-service.ts'
import { resumePaid } from './resume-paid.ts'
import { serviceMachine } from './service.ts'
import { lockUnpaid } from './suspend-unpaid.ts'

const Input = z.strictObject({
  /** The unpaid document it is ended for: money that comes while the backup is made wins. */
  invoiceId: z.string().optional(),
  /** A person's word that it is ended although no backup could be made. */
  withoutBackup: z.boolean().optional(),
})
type Input = z.output<typeof Input>

const HOURS_FOR_BACKUP = 12
const CALLED_OFF = 'termination_called_off'

/**
 * Ends a service for good: its disks are copied, its machine is destroyed if it carries our tag, and only then its addresses and its
 * number are taken back to rest, and its entitlements end. What is destroyed cannot be undone, so a failure leaves it as it is; and
 * nothing is destroyed while its backup has failed.
 */
export const terminateVps: Procedure<Input, object> = procedure<Input, object>({
  name: 'provisioning.terminate-vps',
  input: Input,
  steps: [
    { name: 'final backup', do: backUpMachine, patienceSeconds: HOURS_FOR_BACKUP * 3600 },
    { name: 'look once more', do: confirmTermination },
    { name: 'destroy machine', do: (step) => destroyMachine(step, 'running'), patienceSeconds: 900 },
  ],
  async onCompleted(tx, { subjectId }) {
    const service = await lockService(tx, subjectId)
    const { id: serviceId, customerId, subscriptionId } = service
    if (service.vmId !== null) await markAddressesUsed(tx, serviceId)
    await releaseAddresses(tx, { serviceId, customerId })
    await releaseVmId(tx, { serviceId })
    await revokeEntitlements(tx, { subscriptionId })
    const gone = { node: null, vmId: null, power: null, powerSeenAt: null }
    await transition(tx, serviceMachine, service, 'terminate', { ...gone, terminatedAt: tx.now })
  },
  async onCompensated(tx, { procedureId, subjectId, error, code }) {
    const { customerId, subscriptionId } = await lockService(tx, subjectId)
    const isOff = code === CALLED_OFF
    await giveUpBackup(tx, { procedureId, error, isOff })
    await tx.emit('service.action_failed', subjectId, { customerId, after: { action: 'terminate', error } })
    // Whoever paid waited for this run to end.
    if (isOff) await tx.enqueue(resumePaid, { eventId: procedureId, subjectId: subscriptionId })
  },
})

/** Step: the last look before what cannot be undone, since a backup may have taken hours. Throws `termination_called_off`. */
async function confirmTermination({ app, input: { invoiceId } }: StepContext<Input, object>): Promise<void> {
  if (invoiceId === undefined) return
  const isUnpaid = await app.transaction(system('provisioning'), (tx) => lockUnpaid(tx, invoiceId))
  if (!isUnpaid) throw new Problem('conflict', CALLED_OFF, 'It was paid for meanwhile, so it is not ended.')
}

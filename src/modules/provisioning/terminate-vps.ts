import { z } from 'zod'
import { revokeEntitlements } from '#modules/entitlements/revoke-entitlements.ts'
import { type Procedure, procedure } from '#platform/procedure.ts'
import { transition } from '#platform/state-machine.ts'
import { markAddressesUsed, releaseAddresses } from './allocate-address.ts'
import { releaseVmId } from './allocate-vm-id.ts'
import { destroyMachine } from './destroy-machine.ts'
import { lockService } from './lock-service.ts'
import { serviceMachine } from './service.ts'

/**
 * Ends a service for good: its machine is destroyed if it carries our tag, and only then its addresses and its number
 * are taken back to rest, and its entitlements end. What is destroyed cannot be undone, so a failure leaves it as it is.
 */
export const terminateVps: Procedure<Record<string, never>, object> = procedure<Record<string, never>, object>({
  name: 'provisioning.terminate-vps',
  input: z.strictObject({}),
  steps: [{ name: 'destroy machine', do: (step) => destroyMachine(step, 'running'), patienceSeconds: 900 }],
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
  async onCompensated(tx, { subjectId, error }) {
    const { customerId } = await lockService(tx, subjectId)
    await tx.emit('service.action_failed', subjectId, { customerId, after: { action: 'terminate', error } })
  },
})

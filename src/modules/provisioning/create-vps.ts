import { z } from 'zod'
import { procedure } from '#platform/procedure.ts'
import type { Locale } from '#platform/schema.ts'
import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { awaitClone, cloneTemplate, COPY_STEP } from './clone-template.ts'
import { configureMachine, growMachineDisk, protectMachineNetwork } from './configure-machine.ts'
import { destroyMachine } from './destroy-machine.ts'
import { lockService } from './lock-service.ts'
import {
  chooseServiceNode,
  forgetServiceNode,
  releaseNumber,
  reserveAddresses,
  reserveNumber,
  returnAddresses,
} from './place-service.ts'
import { serviceMachine } from './service.ts'
import { failureMessage } from './service-failure.ts'
import { awaitAnswer, startMachine } from './start-machine.ts'
import type { HostTask } from './vps-host.ts'

type Memory = { cloneTask: HostTask }

/** Builds a service's machine. Whatever fails, nothing is left behind, and the customer is told. */
export const createVps = procedure<Record<string, never>, Memory>({
  name: 'provisioning.create-vps',
  input: z.strictObject({}),
  steps: [
    { name: 'choose node', do: chooseServiceNode, undo: forgetServiceNode, patienceSeconds: 900 },
    { name: 'reserve number', do: reserveNumber, undo: releaseNumber },
    // A pool that is dry does not fill by waiting.
    { name: 'reserve addresses', do: reserveAddresses, undo: returnAddresses, patienceSeconds: 2 },
    {
      name: 'clone template',
      do: cloneTemplate,
      undo: (step) => destroyMachine(step, 'compensating'),
      patienceSeconds: 3_600,
    },
    { name: COPY_STEP, do: (step) => awaitClone(step, step.memory.cloneTask), patienceSeconds: 1_800 },
    { name: 'configure machine', do: (step) => configureMachine(step) },
    { name: 'grow disk', do: growMachineDisk },
    { name: 'protect network', do: protectMachineNetwork },
    { name: 'start machine', do: startMachine },
    { name: 'wait until it answers', do: awaitAnswer },
  ],
  async onCompleted(tx, { subjectId }) {
    const service = await lockService(tx, subjectId)
    await transition(tx, serviceMachine, service, 'activate', {
      activatedAt: tx.now,
      power: 'running',
      powerSeenAt: tx.now,
      failure: null,
    })
  },
  async onCompensated(tx, { subjectId, code }) {
    const service = await lockService(tx, subjectId)
    const failure = failureMessage(code, await localeOf(tx, service.customerId))
    await transition(tx, serviceMachine, service, 'fail', { failure })
  },
})

async function localeOf(tx: Tx, customerId: string): Promise<Locale> {
  const { locale } = await tx.db
    .selectFrom('customers')
    .select('locale')
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  return locale
}

import { z } from 'zod'
import { Problem } from '#platform/problem.ts'
import { type Procedure, procedure, type StepContext, type Wait } from '#platform/procedure.ts'
import { allocateAddresses, restAddresses } from './allocate-address.ts'
import { configureMachine, growMachineDisk, protectMachineNetwork } from './configure-machine.ts'
import { listServiceAddresses } from './list-service-addresses.ts'
import { lockService } from './lock-service.ts'
import { chooseNode, type Promised } from './placement.ts'
import { recordPower } from './record-power.ts'
import type { Service } from './service.ts'
import { bringMachine, confirmService, stepTransaction } from './service-step.ts'
import { startMachine } from './start-machine.ts'

/** Memory in MiB, disk in GiB. */
const Size = z.strictObject({
  planId: z.string(),
  cores: z.int(),
  memoryMb: z.int(),
  diskGb: z.int(),
  addressCount: z.int(),
})
type Size = z.output<typeof Size>
const Input = z.strictObject({
  wanted: Size,
  before: Size,
  /** The addresses it had, IPv4 first and in order. */
  addresses: z.array(z.strictObject({ address: z.string(), family: z.union([z.literal(4), z.literal(6)]) })),
  running: z.boolean(),
})
type Input = z.output<typeof Input>
type Step = StepContext<Input, object>

/**
 * Gives a service's machine the size and the addresses that were agreed. A machine that runs is switched off for what its guest
 * sees only after a start, and started again. A disk only grows. Whatever fails, it goes on as it was.
 */
export const resizeVps: Procedure<Input, object> = procedure<Input, object>({
  name: 'provisioning.resize-vps',
  input: Input,
  steps: [
    { name: 'reserve room', do: reserveRoom, undo: returnRoom, patienceSeconds: 900 },
    { name: 'reserve more addresses', do: reserveMore, undo: returnMore, patienceSeconds: 2 },
    { name: 'switch machine off', do: switchOff, undo: switchOn },
    {
      name: 'configure machine',
      do: (step) => configureMachine(step, { keep: keptAddress(step.input) }),
      undo: configureBack,
    },
    { name: 'grow disk', do: growMachineDisk },
    { name: 'protect network', do: protectMachineNetwork },
    { name: 'start machine', do: switchOn },
  ],
  async onCompleted(tx, { subjectId, input }) {
    const service = await lockService(tx, subjectId)
    const { id: serviceId, customerId } = service
    await restAddresses(tx, { serviceId, customerId, addresses: leaving(input) })
    if (mustRestart(input)) await recordPower(tx, service, 'running')
    await tx.db
      .updateTable('services')
      .set({ changeFailedAt: null, updatedAt: tx.now })
      .where('id', '=', serviceId)
      .execute()
    await tx.emit('service.changed', serviceId, { customerId, before: input.before, after: input.wanted })
  },
  async onCompensated(tx, { subjectId, error }) {
    const { customerId } = await lockService(tx, subjectId)
    await tx.db
      .updateTable('services')
      .set({ changeFailedAt: tx.now, updatedAt: tx.now })
      .where('id', '=', subjectId)
      .execute()
    await tx.emit('service.change_failed', subjectId, { customerId, after: { error } })
  },
})

/** Only a start shows a guest other cores, other memory and other addresses. */
const mustRestart = ({ wanted, before, running }: Input): boolean =>
  running &&
  (wanted.cores !== before.cores || wanted.memoryMb !== before.memoryMb || wanted.addressCount !== before.addressCount)

/** The last of its IPv4 addresses, as many as were agreed away. */
const leaving = ({ wanted, addresses }: Input): string[] =>
  addresses
    .filter(({ family }) => family === 4)
    .slice(wanted.addressCount)
    .map(({ address }) => address)

function keptAddress(input: Input): (address: string) => boolean {
  const gone = new Set(leaving(input))
  return (address) => !gone.has(address)
}

/** Promises the new size, if the node the machine is on has room for what it grows by. Other machines wait meanwhile. */
async function reserveRoom(step: Step): Promise<void> {
  const { wanted, before } = step.input
  const capacities = await step.app.vpsHost.listNodes()
  await stepTransaction(step, 'running', async (tx, service) => {
    if (isOf(service, wanted)) return
    const node = service.node!
    await tx.db.selectFrom('nodes').select('name').where('name', '=', node).forUpdate().execute()
    const promised = await tx.db
      .selectFrom('services')
      .select(['node', 'memoryMb', 'diskGb'])
      .where('node', '=', node)
      .execute()
    const growth = {
      memoryMb: Math.max(0, wanted.memoryMb - before.memoryMb),
      diskGb: Math.max(0, wanted.diskGb - before.diskGb),
    }
    const grows = growth.memoryMb > 0 || growth.diskGb > 0
    if (grows && !chooseNode(capacities, new Set([node]), promised as Promised[], growth))
      throw new Problem('conflict', 'no_capacity', 'The node of this server has no room for its new size.')
    await tx.db
      .updateTable('services')
      .set({ ...wanted, updatedAt: tx.now })
      .where('id', '=', service.id)
      .execute()
  })
}

const isOf = (service: Service, size: Size): boolean =>
  Object.entries(size).every(([name, value]) => service[name as keyof Size] === value)

async function returnRoom(step: Step): Promise<void> {
  await stepTransaction(step, 'compensating', (tx, service) =>
    tx.db
      .updateTable('services')
      .set({ ...step.input.before, updatedAt: tx.now })
      .where('id', '=', service.id)
      .execute(),
  )
}

/** Takes the IPv4 addresses that are missing; what an earlier try took counts. */
async function reserveMore(step: Step): Promise<void> {
  await stepTransaction(step, 'running', async (tx, { id: serviceId, customerId, regionId, addressCount }) => {
    const held = await tx.db
      .selectFrom('addresses')
      .innerJoin('addressPools', 'addressPools.id', 'addresses.poolId')
      .select('addresses.address')
      .where('addresses.serviceId', '=', serviceId)
      .where('addressPools.family', '=', 4)
      .execute()
    const count = addressCount - held.length
    if (count > 0) await allocateAddresses(tx, { serviceId, customerId, regionId, count, v6Count: 0 })
  })
}

async function returnMore(step: Step): Promise<void> {
  const had = new Set(step.input.addresses.map(({ address }) => address))
  await stepTransaction(step, 'compensating', async (tx, { id: serviceId, customerId }) => {
    const held = await listServiceAddresses(tx.db, serviceId)
    const addresses = held.map(({ address }) => address).filter((address) => !had.has(address))
    await restAddresses(tx, { serviceId, customerId, addresses })
  })
}

async function switchOff(step: Step): Promise<Wait | undefined> {
  if (!mustRestart(step.input)) return undefined
  return bringMachine(step, await confirmService(step, 'running'), {
    note: 'The server is being switched off.',
    reached: ({ power }) => power === 'stopped',
    act: ({ node, vmId, power }) =>
      power === 'paused' ? step.app.vpsHost.stop(node, vmId) : step.app.vpsHost.shutdown(node, vmId, true),
  })
}

async function switchOn(step: Step): Promise<Wait | undefined> {
  return mustRestart(step.input) ? startMachine(step) : undefined
}

/** The machine as it was, with the addresses it had. */
async function configureBack(step: Step): Promise<void> {
  const had = new Set(step.input.addresses.map(({ address }) => address))
  const { cores, memoryMb } = step.input.before
  await configureMachine(step, { keep: (address) => had.has(address), size: { cores, memoryMb } })
  await protectMachineNetwork(step)
}

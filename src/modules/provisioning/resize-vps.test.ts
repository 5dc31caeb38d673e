import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startProcedure } from '#platform/procedure.ts'
import { everyStepTwice, failureAtEachStep, lostAnswerAtEachCall } from '#test/support/procedure-tests.ts'
import { buildActiveService, tester } from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { listServiceAddresses } from './list-service-addresses.ts'
import { getService } from './provisioning-queries.ts'
import { resizeVps } from './resize-vps.ts'

const app = await createTestApp()
after(() => app.close())

const plans = await app.db.selectFrom('plans').selectAll().orderBy('position').execute()
const [small, big] = [plans[0]!, plans[1]!]
const sizeOf = ({ id: planId, cores, memoryMb, diskGb }: typeof small, addressCount: number) => ({
  planId,
  cores,
  memoryMb,
  diskGb,
  addressCount,
})

/** A running server of the small plan that is about to become one of the big plan with two addresses more. */
async function begin(): Promise<{ procedureId: string; subjectId: string }> {
  const service = await buildActiveService(app)
  const addresses = await listServiceAddresses(app.db, service.id)
  const procedureId = await app.transaction(tester, (tx) =>
    startProcedure(tx, resizeVps, {
      subjectId: service.id,
      customerId: service.customerId,
      input: {
        wanted: sizeOf(big, 3),
        before: sizeOf(small, 1),
        addresses: addresses.map(({ address, family }) => ({ address, family })),
        running: true,
      },
    }),
  )
  return { procedureId, subjectId: service.id }
}

async function lookAt(serviceId: string) {
  const service = await getService(app, tester, serviceId)
  const machine = app.proxmox.machines().find(({ vmId }) => vmId === service.vmId)!
  const four = (await listServiceAddresses(app.db, serviceId)).filter(({ family }) => family === 4)
  return {
    agreed: [service.planId, service.cores, service.memoryMb, service.addressCount],
    machine: [machine.cores, machine.memoryBytes / 1_048_576, machine.status],
    addresses: [four.length, Object.keys(machine.config).filter((key) => key.startsWith('ipconfig')).length],
    diskGb: machine.diskBytes / 1_073_741_824,
  }
}

const GROWN = {
  agreed: [big.id, big.cores, big.memoryMb, 3],
  machine: [big.cores, big.memoryMb, 'running'],
  addresses: [3, 3],
  diskGb: big.diskGb,
}

test('a server grows, and every step may run twice', async () => {
  const serviceId = await everyStepTwice(app, resizeVps, begin)
  assert.deepEqual(await lookAt(serviceId), GROWN)
})

test('whatever fails, the server goes on at its old size with its old addresses', async () => {
  await failureAtEachStep(app, resizeVps, begin, async (serviceId, { step, acted }) => {
    const { diskGb: _grown, ...left } = await lookAt(serviceId)
    assert.deepEqual(
      left,
      {
        agreed: [small.id, small.cores, small.memoryMb, 1],
        machine: [small.cores, small.memoryMb, 'running'],
        addresses: [1, 1],
      },
      `failed ${acted ? 'after' : 'before'} "${step}"`,
    )
  })
})

test('an answer of the host that is lost anywhere changes nothing about the outcome', async () => {
  const lost = await lostAnswerAtEachCall(app, resizeVps, begin, 'completed', async (serviceId, what) => {
    assert.deepEqual(await lookAt(serviceId), GROWN, `lost ${what}`)
  })
  assert.ok(lost >= 5, 'off, configure, disk, network, on')
})

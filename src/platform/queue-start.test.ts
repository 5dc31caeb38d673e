import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '#test/support/test-app.ts'
import { createLog } from '#platform/log.ts'
import { createMetrics } from '#platform/metrics.ts'
import { openQueue } from '#platform/queue.ts'

const app = await createTestApp()
after(() => app.close())

test('many processes that start at one moment all find the queue ready', async () => {
  const { options } = app.database.pool
  const url = String(options.connectionString)
  for (let round = 0; round < 4; round += 1) {
    const open = () => openQueue({ url, log: createLog('silent'), metrics: createMetrics(), supervise: false })
    const opened = await Promise.allSettled(Array.from({ length: 6 }, open))
    for (const each of opened) if (each.status === 'fulfilled') await each.value.close()
    assert.deepEqual(
      opened.filter((each) => each.status === 'rejected').map(({ reason }) => String(reason)),
      [],
    )
  }
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { sql } from 'kysely'
import pg from 'pg'
import type { App } from '#app/app.ts'
import { type Config, readConfig } from '#app/config.ts'
import { createApp } from '#app/create-app.ts'
import { jobs } from '#app/jobs.ts'
import { createServer, type ServerParts } from '#app/create-server.ts'
import { type ProxmoxSimulator, proxmoxSimulator } from '#integrations/proxmox/proxmox-simulator.ts'
import { type MailSimulator, mailSimulator } from '#integrations/smtp/mailpit-simulator.ts'
import { type StripeSimulator, stripeSimulator } from '#integrations/stripe/stripe-simulator.ts'
import { viesSimulator, type ViesSimulator } from '#integrations/vies/vies-simulator.ts'
import { ensureDatabase } from '#platform/embedded-postgres.ts'
import { jobsByName, QUEUES, runQueuedJob, type WorkedQueue } from '#platform/queue.ts'
import { serveAssets } from '#web/assets.ts'
import { loadWeb } from '#web/load-web.ts'
import { buildWebIfStale } from '../../scripts/build-web.ts'
import { testServer } from './test-server.ts'

export type TestApp = App & {
  queue: WorkedQueue
  /** Where the API and the webhooks answer over real HTTP. */
  origin: string
  /** Answers a request in process, as the server would. */
  fetch(request: Request): Promise<Response>
  stripe: StripeSimulator
  proxmox: ProxmoxSimulator
  mail: MailSimulator
  vies: ViesSimulator
  /** Works every job until nothing is left to do, without waiting for pauses, tasks or deliveries. */
  work(): Promise<void>
  /** Moves business time forward. */
  advance(duration: Temporal.DurationLike): void
  /** Says that failed jobs are part of this test; otherwise closing fails on any. */
  expectFailedJobs(): void
  close(): Promise<void>
}

/** The whole product on a database of its own, with the vendors' simulators and a clock you move; with `web`, its pages too. With
 * `addresses` it knows who is connected, so that limits by address count. */
export async function createTestApp(
  environment: NodeJS.ProcessEnv = {},
  options: { web?: boolean; addresses?: boolean } = {},
): Promise<TestApp> {
  const { server, template } = await testServer()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const databaseUrl = await ensureDatabase(server, name, template)
  const mail = mailSimulator({ smtpPort: 0 })
  await mail.listen()
  const config: Config = readConfig(
    {
      LOG_LEVEL: 'silent',
      SIMULATOR_PORT: '1',
      PUBLIC_URL: 'http://localhost:8080',
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(mail.smtpPort),
      SMTP_SECURITY: 'none',
      ...environment,
    },
    'test-secret-key-of-at-least-32-characters',
  )
  const proxmox = proxmoxSimulator({
    tokenId: config.proxmox.tokenId,
    tokenSecret: config.proxmox.tokenSecret.reveal(),
    unauthorizedDelayMs: 0,
  })
  const listening = await listen()
  const stripe = stripeSimulator({
    secretKey: config.stripe.secretKey.reveal(),
    webhookSecret: config.stripe.webhookSecrets[0]!.reveal(),
    webhookUrl: `${listening.origin}/webhooks/stripe`,
    publicUrl: 'http://stripe.localhost',
  })
  const vies = viesSimulator()
  const app = await createApp(config, {
    databaseUrl,
    role: 'command',
    fetch: { stripe: stripe.fetch, proxmox: proxmox.fetch, vies: vies.fetch },
  })
  const http = createServer(app, options.web ? { web: await builtPages() } : {})
  listening.answerWith((request, connection) =>
    Promise.resolve(http.fetch(request, options.addresses ? connection : undefined)),
  )

  let failuresExpected = false
  const work = () => workUntilIdle({ ...app, proxmox, stripe })
  return {
    ...app,
    origin: listening.origin,
    fetch: (request) => Promise.resolve(http.fetch(request)),
    stripe,
    proxmox,
    mail,
    vies,
    work,
    advance: (duration) => {
      const seconds = Temporal.Duration.from(duration).total({
        unit: 'seconds',
        relativeTo: app.clock.now().toZonedDateTimeISO('UTC'),
      })
      app.clock.setOffsetSeconds(app.clock.offsetSeconds() + seconds)
    },
    expectFailedJobs: () => {
      failuresExpected = true
    },
    close: async () => {
      const failed = await sql<{ job: string; output: unknown }>`
        select data->>'job' as job, output from queue.job where state = 'failed'`.execute(app.db)
      await listening.close()
      await stripe.close()
      await proxmox.close()
      await vies.close()
      await app.close()
      await mail.close()
      await dropDatabase(server.url('postgres'), name)
      if (!failuresExpected) assert.deepEqual(failed.rows, [], 'no job may fail for good')
    },
  }
}

/** The pages as they are built, which happens here only when a single test file is run after a change. */
async function builtPages(): Promise<NonNullable<ServerParts['web']>> {
  await buildWebIfStale()
  const folder = join(import.meta.dirname, '../../build')
  const [createWeb, assets] = await Promise.all([loadWeb(folder), serveAssets(folder)])
  return { createWeb, assets }
}

type Answer = (request: Request, connection: object) => Promise<Response>

async function listen() {
  let answer: Answer | undefined
  const http = await new Promise<ReturnType<typeof serve>>((done) => {
    const opened = serve(
      {
        hostname: '127.0.0.1',
        port: 0,
        fetch: async (request, connection) => answer?.(request, connection) ?? new Response(null, { status: 503 }),
      },
      () => {
        done(opened)
      },
    )
  })
  const address = http.address()
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    answerWith: (next: Answer) => {
      answer = next
    },
    close: () =>
      new Promise<void>((done) => {
        http.close(() => {
          done()
        })
        if ('closeAllConnections' in http) http.closeAllConnections()
      }),
  }
}

/** Whoever works the queue; `fell` tells that they were killed since it was asked last, and another stands in their place. */
export type Worker = { app: App; fell(): Promise<boolean> }

/** Works every job until nothing is left to do, without waiting for pauses. What a killed worker held is tried again. */
export async function workUntilIdle(
  app: App & Pick<TestApp, 'queue' | 'proxmox' | 'stripe'>,
  worker: Worker = { app, fell: () => Promise.resolve(false) },
): Promise<void> {
  const known = jobsByName(jobs)
  const { boss } = app.queue
  const deadline = performance.now() + 20_000
  for (;;) {
    await app.stripe.settled()
    app.proxmox.finishTasks()
    // Pauses between tries and polls are the only thing a test does not wait for.
    const { rows } = await sql<{ name: string }>`
      with hurried as (update queue.job set start_after = now() where state in ('created', 'retry') and name <> 'dead' and start_after > now())
      select distinct name from queue.job where state in ('created', 'retry') and name <> 'dead'`.execute(app.db)
    const waiting = new Set(rows.map(({ name }) => name))
    let worked = 0
    for (const queue of Object.keys(QUEUES).filter((name) => waiting.has(name))) {
      const batch = await boss.fetch<object>(queue, { batchSize: 20, includeMetadata: true })
      for (const found of batch) {
        worked += 1
        const { signal } = new AbortController()
        const result = await runQueuedJob(worker.app, known, { ...found, signal }, app)
        if (await worker.fell()) await boss.fail(queue, found.id, { message: 'Its worker was killed' })
        else if (result.status === 'completed') await boss.complete(queue, found.id)
        else await boss.fail(queue, found.id, result.output as object)
      }
    }
    if (worked === 0) return
    assert.ok(performance.now() < deadline, 'the queue did not come to rest within 20 s')
  }
}

async function dropDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`drop database if exists ${name} with (force)`)
  await client.end()
}

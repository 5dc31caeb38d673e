import { readFileSync } from 'node:fs'
import type { App } from '#app/app.ts'
import { type Config, ConfigError } from '#app/config.ts'
import { forecastWorlds } from '#app/create-forecast-app.ts'
import { jobs } from '#app/jobs.ts'
import { procedures } from '#app/procedures.ts'
import { reactions } from '#app/reactions.ts'
import { schedule } from '#app/schedule.ts'
import { githubProvider } from '#integrations/github/github.ts'
import { googleVouchesFor } from '#integrations/oidc/google-vouches-for.ts'
import type { OidcConfig } from '#integrations/oidc/oidc.ts'
import { proxmoxHost } from '#integrations/proxmox/proxmox.ts'
import { smtpMailer } from '#integrations/smtp/smtp.ts'
import { endpointClass } from '#integrations/stripe/stripe-endpoint.ts'
import { stripeGateway } from '#integrations/stripe/stripe.ts'
import { viesRegistry } from '#integrations/vies/vies.ts'
import type { IdentityProvider } from '#modules/accounts/identity-provider.ts'
import { procedureRunner } from '#platform/advance-procedure.ts'
import { createClock } from '#platform/clock.ts'
import { followClock } from '#platform/clock-row.ts'
import { openDatabase } from '#platform/database.ts'
import { createEventFeed } from '#platform/event-feed.ts'
import { type Limits, memoryLimits, postgresLimits } from '#platform/limits.ts'
import { createLog, type Log } from '#platform/log.ts'
import { createMetrics } from '#platform/metrics.ts'
import { createOutbound, type Fetch } from '#platform/outbound.ts'
import { pacedFetch, postgresPace } from '#platform/pace.ts'
import { openQueue, type WorkedQueue } from '#platform/queue.ts'
import { createSecrets } from '#platform/secrets.ts'
import { transactions } from '#platform/transaction.ts'

export type RunningApp = App & {
  queue: WorkedQueue
  /** Begins to work the queue; only workers do. */
  work(): Promise<void>
  close(): Promise<void>
}

export type AppOptions = {
  databaseUrl: string
  /** Workers recover jobs of dead workers and run the schedule. */
  role: 'web' | 'worker' | 'command'
  log?: Log
  /** The way to vendors; by default the one outbound client. */
  fetch?: { stripe: Fetch; proxmox: Fetch; vies: Fetch }
}

/** Builds the App over a migrated database. The only place that chooses vendors. */
export async function createApp(config: Config, options: AppOptions): Promise<RunningApp> {
  const log = options.log ?? createLog(config.logLevel)
  const metrics = createMetrics()
  const clock = createClock()
  const database = openDatabase(
    options.databaseUrl,
    (error) => {
      log.warn({ err: error }, 'a database connection broke')
    },
    options.role === 'command' ? 4 : 16,
  )
  const queue = await openQueue({ url: options.databaseUrl, log, metrics, supervise: options.role === 'worker' })
  const stopClock = await followClock(database, clock, config.mode, log)
  // A command is over soon and keeps the time it began with; in tests, that is the time they set.
  if (options.role === 'command') stopClock()
  const events = createEventFeed(database, log)
  const limits = await createLimits(config, { database, clock, log })
  const vendors = await createVendors(config, { clock, database }, options.fetch)
  const app: App = {
    config,
    log,
    metrics,
    clock,
    database,
    db: database.db,
    queue,
    limits: limits.attempts,
    rates: limits.rates,
    secrets: createSecrets(config.secretKey, config.otherSecretKeys),
    transaction: transactions({ database, clock, queue, reactions }),
    events,
    advanceProcedure: procedureRunner(procedures),
    paymentGateway: vendors.paymentGateway,
    identityProviders: vendors.identities.providers,
    vpsHost: vendors.vpsHost,
    mailer: vendors.mailer,
    vatRegistry: vendors.vatRegistry,
    openForecastWorld: forecastWorlds(config, log, vendors.paymentGateway),
  }
  return {
    ...app,
    queue,
    work: () => queue.work(app, jobs, schedule),
    close: async () => {
      events.close()
      stopClock()
      await queue.close()
      await vendors.close()
      limits.close()
      await database.close()
    },
  }
}

/** Where people may sign in as whom they are there. Nothing is asked of a provider before somebody goes there. */
async function createIdentityProviders({ google, github, oidc }: Config['identities']): Promise<{
  providers: IdentityProvider[]
  close(): Promise<void>
}> {
  const trustedOrigins = [github?.baseUrl, github?.apiUrl, oidc?.issuer].flatMap((url) =>
    url === undefined ? [] : [new URL(url).origin],
  )
  const outbound = createOutbound({ trustedOrigins })
  const { fetch } = outbound
  const providers: IdentityProvider[] = []
  const openId = async (provider: Omit<OidcConfig, 'fetch'>): Promise<void> => {
    // Read only where it is used, as every start would wait for it.
    const { oidcProvider } = await import('#integrations/oidc/oidc.ts')
    providers.push(oidcProvider({ ...provider, fetch }))
  }
  if (google)
    await openId({
      name: 'google',
      label: 'Google',
      issuer: 'https://accounts.google.com',
      clientId: google.clientId,
      clientSecret: google.clientSecret.reveal(),
      vouchesFor: googleVouchesFor,
    })
  if (github) providers.push(githubProvider({ ...github, clientSecret: github.clientSecret.reveal(), fetch }))
  if (oidc) await openId({ ...oidc, name: 'oidc', clientSecret: oidc.clientSecret.reveal() })
  return { providers, close: () => outbound.close() }
}

/** Where attempts and requests are counted. */
async function createLimits(
  { limits: { store, redisUrl } }: Config,
  { database, clock, log }: Pick<App, 'database' | 'clock' | 'log'>,
): Promise<{ attempts: Limits; rates: Limits; close(): void }> {
  const nowMs = (): number => clock.wallClock().epochMilliseconds
  if (store === 'redis' && redisUrl !== undefined) {
    const { openRedisLimits } = await import('#platform/redis-limits.ts')
    const redis = await openRedisLimits(redisUrl, { log, nowMs })
    return { attempts: redis, rates: redis, close: () => redis.close() }
  }
  const rates = memoryLimits(nowMs)
  return { attempts: store === 'memory' ? rates : postgresLimits(database), rates, close: () => undefined }
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ConfigError(`The configuration has mistakes:\n  PROXMOX_CA_FILE: ${file} cannot be read`, { cause })
  }
}

async function createVendors(
  config: Config,
  { clock, database }: Pick<App, 'clock' | 'database'>,
  fetch: AppOptions['fetch'],
) {
  const { stripe, proxmox, smtp, vies } = config
  const toVies = createOutbound({ trustedOrigins: [new URL(vies.baseUrl).origin], timeoutMs: 30_000 })
  const toStripe = createOutbound({ trustedOrigins: stripe.apiBase ? [stripe.apiBase] : [] })
  const toProxmox = createOutbound({
    trustedOrigins: proxmox.urls,
    ...(proxmox.certificateFile ? { certificateAuthority: readCertificate(proxmox.certificateFile) } : {}),
    ...(proxmox.fingerprint ? { pinnedFingerprint: proxmox.fingerprint } : {}),
  })
  const identities = await createIdentityProviders(config.identities)
  const mailer = smtpMailer({
    host: smtp.host,
    port: smtp.port,
    security: smtp.security,
    from: smtp.from,
    clientName: new URL(config.publicUrl).hostname,
    ...(smtp.user && smtp.password ? { user: smtp.user, password: smtp.password.reveal() } : {}),
  })
  return {
    paymentGateway: stripeGateway({
      secretKey: stripe.secretKey.reveal(),
      mode: stripe.live ? 'live' : 'test',
      webhookSecrets: stripe.webhookSecrets.map((each) => each.reveal()),
      ...(stripe.apiBase ? { baseUrl: stripe.apiBase } : {}),
      ...(stripe.portalConfiguration ? { portalConfiguration: stripe.portalConfiguration } : {}),
      fetch: pacedFetch(fetch?.stripe ?? toStripe.fetch, {
        pace: postgresPace(database),
        perSecond: stripe.requestsPerSecond,
        keyOf: endpointClass,
      }),
      wallClockMs: () => clock.wallClock().epochMilliseconds,
    }),
    identities,
    vpsHost: proxmoxHost({
      urls: proxmox.urls,
      tokenId: proxmox.tokenId,
      tokenSecret: proxmox.tokenSecret.reveal(),
      storage: proxmox.storage,
      bridge: proxmox.bridge,
      ...(proxmox.pool ? { pool: proxmox.pool } : {}),
      fetch: fetch?.proxmox ?? toProxmox.fetch,
    }),
    mailer,
    vatRegistry: viesRegistry({ ...vies, fetch: fetch?.vies ?? toVies.fetch }),
    close: async () => {
      mailer.close()
      await Promise.all([toStripe.close(), toProxmox.close(), toVies.close(), identities.close()])
    },
  }
}

import type { Kysely } from 'kysely'
import type { Config } from '#app/config.ts'
import type { IdentityProvider } from '#modules/accounts/identity-provider.ts'
import type { OpenForecastWorld } from '#modules/billing/forecasts/forecast-world.ts'
import type { Catalog } from '#modules/catalog/plan.ts'
import type { PaymentGateway } from '#modules/billing/payment-gateway.ts'
import type { Mailer } from '#modules/notifications/mailer.ts'
import type { VpsHost } from '#modules/provisioning/vps-host.ts'
import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/database.ts'
import type { EventFeed } from '#platform/event-feed.ts'
import type { Limits } from '#platform/limits.ts'
import type { Log } from '#platform/log.ts'
import type { Metrics } from '#platform/metrics.ts'
import type { VatRegistry } from '#modules/billing/vat-registry.ts'
import type { Queue } from '#platform/queue.ts'
import type { Schema } from '#platform/schema.ts'
import type { Secrets } from '#platform/secrets.ts'
import type { RunTransaction } from '#platform/transaction.ts'

/** Everything a command may use. */
export type App = {
  config: Config
  log: Log
  metrics: Metrics
  clock: Clock
  database: Database
  /** For reading; writing happens in `transaction`. */
  db: Kysely<Schema>
  queue: Queue
  /** Attempts, such as to log in; counted by all processes together unless configured otherwise. */
  limits: Limits
  /** Requests: cheap enough to be counted at each. In the memory of this process unless there is a Redis. */
  rates: Limits
  secrets: Secrets
  transaction: RunTransaction
  events: EventFeed
  advanceProcedure(app: App, procedureId: string, signal: AbortSignal): Promise<void>
  paymentGateway: PaymentGateway
  /** Where people may sign in as whom they are there, in the order of their buttons. */
  identityProviders: readonly IdentityProvider[]
  vpsHost: VpsHost
  mailer: Mailer
  vatRegistry: VatRegistry
  /** The product over a copy of its database, for forecasts. */
  openForecastWorld: OpenForecastWorld
  /** The catalogue that a visitor of a preview sees in place of the one that is for sale. */
  previewed?: Catalog
}

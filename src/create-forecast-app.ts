import { randomBytes } from 'node:crypto'
import type { App } from '#app/app.ts'
import type { Config } from '#app/config.ts'
import { procedures } from '#app/procedures.ts'
import { reactions } from '#app/reactions.ts'
import { assumedGateway } from '#modules/billing/forecasts/assumed-gateway.ts'
import type { OpenForecastWorld } from '#modules/billing/forecasts/forecast-world.ts'
import { announceTrialEnds } from '#modules/billing/announce-trial-ends.ts'
import { applyRepricings } from '#modules/billing/apply-repricings.ts'
import { checkPendingPayments } from '#modules/billing/check-pending-payments.ts'
import { endSubscriptions } from '#modules/billing/end-subscriptions.ts'
import { wakeChanges } from '#modules/billing/expire-changes.ts'
import { numberCreditNotes } from '#modules/billing/number-credit-notes.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import type { PaymentGateway } from '#modules/billing/payment-gateway.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import { sendEmail } from '#modules/notifications/send-email.ts'
import { assumedHost } from '#modules/provisioning/assumed-host.ts'
import { procedureRunner } from '#platform/advance-procedure.ts'
import { createSetClock } from '#platform/clock.ts'
import { openDatabase } from '#platform/database.ts'
import { createEventFeed } from '#platform/event-feed.ts'
import { memoryLimits } from '#platform/limits.ts'
import type { Log } from '#platform/log.ts'
import { createMemoryQueue } from '#platform/memory-queue.ts'
import { createMetrics } from '#platform/metrics.ts'
import { Problem } from '#platform/problem.ts'
import type { Scheduled } from '#platform/queue.ts'
import { createSecrets, Secret } from '#platform/secrets.ts'
import { transactions } from '#platform/transaction.ts'

/** What the clock starts in a forecast, in the order of the schedule. Orders, refunds and what the outside says are left out. */
const DAY: readonly Scheduled['job'][] = [
  wakeChanges,
  endSubscriptions,
  renewSubscriptions,
  checkPendingPayments,
  applyRepricings,
  runDunning,
  announceTrialEnds,
  numberInvoices,
  numberCreditNotes,
]
const HANDS = 6
/** What is done may make more fall due the same day; a day that does not come to rest is left after so many rounds. */
const ROUNDS = 20
const GIVEN_UP_LOGGED = 20

/**
 * Builds the product over a copy of its database for a forecast: everything as in createApp but the vendors, none of whom is
 * asked, and the clock, which stands wherever the forecast is. It has keys of its own and can open nobody's secrets.
 */
export const forecastWorlds =
  (config: Config, log: Log, { leastMinor }: Pick<PaymentGateway, 'leastMinor'>): OpenForecastWorld =>
  async ({ databaseUrl, cards, start }) => {
    const clock = createSetClock(start)
    const database = openDatabase(
      databaseUrl,
      (error) => log.warn({ err: error }, 'a connection of a forecast broke'),
      HANDS + 2,
    )
    let leftOut = 0
    const queue = createMemoryQueue({
      clock,
      hands: HANDS,
      // A mail is written down as a notification; nobody reads it, so it needs no words.
      skips: new Set([sendEmail.name]),
      onGivenUp: (job, error) => {
        leftOut += 1
        if (leftOut <= GIVEN_UP_LOGGED) log.warn({ job, err: error }, 'left out of a forecast')
      },
    })
    const events = createEventFeed(database, log)
    const limits = memoryLimits(() => clock.now().epochMilliseconds)
    const app: App = {
      config,
      log,
      metrics: createMetrics(),
      clock,
      database,
      db: database.db,
      queue,
      limits,
      rates: limits,
      secrets: createSecrets(new Secret(randomBytes(32).toString('hex'))),
      transaction: transactions({ database, clock, queue, reactions }),
      events,
      advanceProcedure: procedureRunner(procedures),
      paymentGateway: await assumedGateway({
        db: database.db,
        cards,
        live: config.stripe.live,
        now: () => clock.now(),
        leastMinor,
      }),
      identityProviders: [],
      vpsHost: await assumedHost(database.db),
      mailer: { send: () => Promise.reject(new Problem('conflict', 'mail_refused', 'A forecast sends nothing.')) },
      vatRegistry: { check: () => Promise.resolve({ outcome: 'unknown', errorCode: 'FORECAST' }) },
      openForecastWorld: () => Promise.reject(new Error('There is no forecast within a forecast')),
    }
    return {
      db: database.db,
      leftOut: () => leftOut,
      pass: async (moment, until, signal) => {
        await queue.drain(app, moment, signal)
        clock.goTo(moment)
        for (let round = 0; round < ROUNDS && !signal.aborted; round += 1) {
          let worked = 0
          for (const job of DAY) {
            await job.run(app, {}, signal)
            worked += await queue.drain(app, clock.now(), signal)
          }
          if (worked === 0) break
        }
        await queue.drain(app, until, signal)
      },
      close: async () => {
        events.close()
        await database.close()
      },
    }
  }

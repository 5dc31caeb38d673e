import type { RouterContextProvider } from 'react-router'
import { countQueuedJobs, listQueuedJobs } from '#modules/accounts/queued-jobs.ts'
import { listGatewaySubscriptions } from '#modules/billing/adoption/adoption-queries.ts'
import { listGatewayEvents, sumMoneyReceived } from '#modules/billing/billing-figures.ts'
import { listRefunds, listUrgentDisputes } from '#modules/billing/money-queries.ts'
import { getProofStanding } from '#modules/billing/proof-queries.ts'
import { countOrders } from '#modules/orders/orders-figures.ts'
import { listOrders } from '#modules/orders/orders-queries.ts'
import { findCurrentProcedure, listProcedures } from '#modules/provisioning/procedure-queries.ts'
import { countLiveProcedures, countServices, listNodeStandings } from '#modules/provisioning/provisioning-figures.ts'
import { listServices, type ServiceFilter } from '#modules/provisioning/provisioning-queries.ts'
import { requestContext } from '../context.ts'
import { staffScope, type StaffScope } from './access.ts'
import { standingView } from './proof-view.ts'
import { iso } from './view.ts'

/** One card of the board: read, not readable just now, or (undefined) not for this role. */
export type Part<T> = { read: true; value: T } | { read: false } | undefined

const FEW = { limit: 5 }

/** Everything the board shows. A source that fails takes its own card along and no other. */
export async function readBoard(context: Readonly<RouterContextProvider>) {
  const scope = staffScope(context)
  const { app, may } = scope
  const { requestId, timeZone } = context.get(requestContext)
  const midnight = app.clock.now().toZonedDateTimeISO(timeZone).startOfDay().toInstant()

  const part: ReadPart = async (name, allowed, read) => {
    if (!allowed) return undefined
    try {
      return { read: true, value: await read() }
    } catch (error) {
      app.log.warn({ err: error, requestId, part: name }, 'a card of the board could not be read')
      return { read: false }
    }
  }

  const [needs, ordersToday, money, services, procedures, queues, nodes] = await Promise.all([
    readNeeds(scope, part),
    part('orders today', may('order.read'), () => countOrders(app, scope.actor, midnight)),
    part('money today', may('invoice.read'), () => sumMoneyReceived(app, scope.actor, midnight)),
    part('services', may('service.read'), () => countServices(app, scope.actor)),
    part('procedures', may('procedure.read'), () => countLiveProcedures(app, scope.actor)),
    part('queues', may('job.read'), () => countQueuedJobs(app, scope.actor)),
    part('nodes', may('service.read'), () => listNodeStandings(app, scope.actor)),
  ])
  return {
    needs,
    figures: { ordersToday, money, services, procedures },
    queues,
    nodes,
    may: { retry: may('procedure.retry'), retryJob: may('job.retry'), reports: may('report.read') },
  }
}

type ReadPart = <T>(name: string, allowed: boolean, read: () => Promise<T>) => Promise<Part<T>>

/** What waits for a person, the worst first. */
async function readNeeds(scope: StaffScope, part: ReadPart) {
  const { may } = scope
  const [failedServices, failedChanges, failedBackups, stuck, jobs, disputes, refunds, proof, late, suspense, orders] =
    await Promise.all([
      part('failed services', may('service.read'), () => readFailedServices(scope)),
      part('failed changes', may('service.read'), () => readFailedChanges(scope)),
      part('failed backups', may('service.read'), () => readFailedBackups(scope)),
      part('stuck procedures', may('procedure.read'), () => readStuck(scope)),
      part('jobs set aside', may('job.read'), () => readDeadJobs(scope)),
      part('urgent disputes', may('payment.read'), () => readUrgentDisputes(scope)),
      part('refunds for a person', may('payment.read'), () => readUndecidedRefunds(scope)),
      part('proof of money', may('payment.read'), () => readProof(scope)),
      part('adopted subscriptions', may('payment.read'), () => readLate(scope)),
      part('gateway events', may('payment.read'), () => readSuspense(scope)),
      part('unpaid orders', may('order.read'), () => readUnpaidOrders(scope)),
    ])
  return { failedServices, failedChanges, failedBackups, stuck, jobs, disputes, refunds, proof, late, suspense, orders }
}

const readFailedServices = (scope: StaffScope) => readTroubled(scope, { state: 'failed' })
const readFailedBackups = (scope: StaffScope) => readTroubled(scope, { backupFailed: true })
const readFailedChanges = (scope: StaffScope) => readTroubled(scope, { changeFailed: true })

async function readTroubled(
  { app, actor }: StaffScope,
  which: Pick<ServiceFilter, 'state' | 'changeFailed' | 'backupFailed'>,
) {
  const { rows, next } = await listServices(app, actor, { ...FEW, ...which })
  // What the customer was told helps nobody here; the procedure has the host's own words.
  const runs = await Promise.all(rows.map(({ id }) => findCurrentProcedure(app, id)))
  return {
    more: next !== undefined,
    rows: rows.map(({ id, hostname, customerName, updatedAt }, index) => ({
      id,
      hostname,
      customerName,
      error: runs[index]?.error,
      at: iso(updatedAt),
    })),
  }
}

async function readStuck({ app, actor }: StaffScope) {
  const { rows, next } = await listProcedures(app, actor, { ...FEW, state: 'stuck' })
  return {
    more: next !== undefined,
    rows: rows.map(({ id, name, hostname, error, updatedAt }) => ({ id, name, hostname, error, at: iso(updatedAt) })),
  }
}

async function readDeadJobs({ app, actor }: StaffScope) {
  const { rows, next } = await listQueuedJobs(app, actor, { ...FEW, view: 'dead' })
  return {
    more: next !== undefined,
    rows: rows.map(({ id, job, error, createdAt }) => ({ id, job, error, at: iso(createdAt) })),
  }
}

async function readUrgentDisputes({ app, actor }: StaffScope) {
  const { rows, next } = await listUrgentDisputes(app, actor, { ...FEW, withinDays: 7 })
  return {
    more: next !== undefined,
    rows: rows.map(({ id, customerName, amountMinor, currency, evidenceDueAt }) => ({
      id,
      customerName,
      amountMinor,
      currency,
      at: iso(evidenceDueAt!),
    })),
  }
}

async function readUndecidedRefunds({ app, actor }: StaffScope) {
  const { rows, next } = await listRefunds(app, actor, { ...FEW, states: ['needs_person'] })
  return {
    more: next !== undefined,
    rows: rows.map(({ id, customerName, amountMinor, currency, createdAt }) => ({
      id,
      customerName,
      amountMinor,
      currency,
      at: iso(createdAt),
    })),
  }
}

/** What the gateway bills and is not paid for: it asks the customer by itself, and nothing is suspended here. */
async function readLate({ app, actor }: StaffScope) {
  const { rows, next } = await listGatewaySubscriptions(app, actor, { ...FEW, view: 'adopted', late: true })
  return {
    more: next !== undefined,
    rows: rows.map(({ id, subscriptionId, customerName, amountMinor, currency }) => ({
      id,
      subscriptionId,
      customerName,
      amountMinor,
      currency,
    })),
  }
}

async function readSuspense({ app, actor }: StaffScope) {
  const { rows, next } = await listGatewayEvents(app, actor, { ...FEW, state: 'suspense' })
  return {
    more: next !== undefined,
    rows: rows.map(({ id, type, note, receivedAt }) => ({ id, type, note, at: iso(receivedAt) })),
  }
}

/** Said only when something differs or the last proof is too old to count. */
async function readProof({ app, actor }: StaffScope) {
  const { word, open, at } = standingView(await getProofStanding(app, actor), app.clock.now())
  return { more: false, rows: word === 'red' || word === 'old' ? [{ word, open, at }] : [] }
}

async function readUnpaidOrders({ app, actor }: StaffScope) {
  const { rows, next } = await listOrders(app, actor, { ...FEW, state: 'pending', oldestFirst: true })
  return {
    more: next !== undefined,
    rows: rows.map(({ id, customerName, totalMinor, currency, expiresAt, createdAt }) => ({
      id,
      customerName,
      totalMinor,
      currency,
      expiresAt: iso(expiresAt),
      at: iso(createdAt),
    })),
  }
}

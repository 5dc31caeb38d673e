import assert from 'node:assert/strict'
import { decideRefund } from '#modules/billing/decide-refund.ts'
import { refundPayment } from '#modules/billing/refund-payment.ts'
import { resumeService } from '#modules/provisioning/resume-service.ts'
import { staffAs } from '#test/support/actors.ts'
import type { TestApp } from '#test/support/test-app.ts'
import { type Member, note } from './member.ts'
import { type CardPayment, least, type ModelRefund } from './model.ts'
import { contest, decide, giveUp, lift, mostOf, reserve, succeed } from './model-returns.ts'
import type { Outside } from './outside.ts'
import type { Random } from './random.ts'

type Day = { outside: Outside; today: Temporal.PlainDate }

/** Money goes back to a card: staff send it, by choice with the end of the server, or somebody does at the gateway. */
export async function refundSome(app: TestApp, random: Random, member: Member, day: Day): Promise<void> {
  const { model } = member
  const paid = model.payments.filter(
    (payment) =>
      payment.document &&
      payment.refundedMinor < payment.amountMinor &&
      !payment.dispute &&
      !day.outside.isUntold(payment),
  )
  if (paid.length === 0) return
  const payment = random.pick(paid)
  const left = payment.amountMinor - payment.refundedMinor
  const amountMinor = random.chance(0.4) ? left : least(left, BigInt(random.whole(1, Number(left))))
  const { id, gatewayPaymentId } = await findPayment(app, member, payment)
  if (random.chance(0.3)) {
    app.stripe.dashboard.refund(gatewayPaymentId, Number(amountMinor))
    note(member, day.today, `${amountMinor} of ${keyOf(payment).join(' ')} goes back at the gateway`)
    return day.outside.happened(payment, () => {
      const about = { amountMinor, service: 'keep', sentOn: day.today } as const
      succeed(model, reserve(model, payment, about), day.today)
    })
  }
  const service = random.pick(['keep', 'keep', 'keep', 'suspend', 'terminate'] as const)
  const about = { amountMinor, currency: payment.currency, reason: 'Sorry', destination: 'gateway', service } as const
  const asked = refundPayment(app, staffAs('admin'), { paymentId: id, ...about })
  if (amountMinor > mostOf(model, payment)) return assert.rejects(asked, { code: 'refund_too_high' })
  await asked
  note(member, day.today, `staff refund ${amountMinor} of ${keyOf(payment).join(' ')}: ${service}`)
  const refund = reserve(model, payment, { amountMinor, service, sentOn: day.today })
  await app.work()
  settle(app, member, { refund, gatewayPaymentId, today: day.today })
}

/** Whether the money has left is known at the gateway, whatever became of its answer. */
function settle(
  app: TestApp,
  { model }: Member,
  { refund, gatewayPaymentId, today }: { refund: ModelRefund; gatewayPaymentId: string; today: Temporal.PlainDate },
): void {
  const there = app.stripe.dashboard.payments().find(({ id }) => id === gatewayPaymentId)!
  if (BigInt(there.refunded) === refund.payment.refundedMinor) succeed(model, refund, today)
}

/** Staff send a refund again that never came to the gateway, or give it up. */
export async function decideUnknown(app: TestApp, random: Random, member: Member, { today }: Day): Promise<void> {
  const refund = member.model.refunds.find(({ state }) => state === 'needs_person')
  if (!refund) return
  const { id: paymentId, gatewayPaymentId } = await findPayment(app, member, refund.payment)
  const { id: refundId } = await app.db
    .selectFrom('refunds')
    .select('id')
    .where('paymentId', '=', paymentId)
    .where('state', '=', 'needs_person')
    .executeTakeFirstOrThrow()
  const choice = random.chance(0.7) ? 'send_again' : 'give_up'
  await decideRefund(app, staffAs('admin'), { refundId, choice })
  await app.work()
  note(member, today, `staff ${choice} a refund of ${refund.amountMinor}`)
  if (choice === 'give_up') return giveUp(member.model, refund, today)
  refund.state = 'pending'
  refund.sentOn = today
  settle(app, member, { refund, gatewayPaymentId, today })
}

/** A customer contests what a card of theirs paid. */
export async function contestOne(app: TestApp, random: Random, member: Member, day: Day): Promise<void> {
  const { model } = member
  const paid = model.payments.filter(
    (payment) => payment.document && !payment.dispute && payment.refundedMinor === 0n && !day.outside.isUntold(payment),
  )
  if (paid.length === 0) return
  const payment = random.pick(paid)
  const { gatewayPaymentId } = await findPayment(app, member, payment)
  app.stripe.dashboard.openDispute(gatewayPaymentId)
  note(member, day.today, `contests ${keyOf(payment).join(' ')}`)
  await day.outside.happened(payment, () => {
    contest(model, payment)
  })
}

/** The bank decides about what is contested. */
export async function decideOne(app: TestApp, random: Random, member: Member, day: Day): Promise<void> {
  const { model } = member
  const payment = model.payments.find((each) => each.dispute === 'open' && !day.outside.isUntold(each))
  if (!payment) return
  const { gatewayPaymentId } = await findPayment(app, member, payment)
  const there = app.stripe.dashboard.payments().find(({ id }) => id === gatewayPaymentId)!
  const verdict = random.pick(['won', 'lost'] as const)
  app.stripe.dashboard.decideDispute(there.disputes[0]!.id, verdict)
  note(member, day.today, `the bank decides about ${keyOf(payment).join(' ')}: ${verdict}`)
  await day.outside.happened(payment, () => {
    decide(model, payment, verdict)
  })
}

/** Staff give a server back that they, or a dispute, had suspended. */
export async function liftOne(app: TestApp, random: Random, member: Member, { today }: Day): Promise<void> {
  const { buyer, model } = member
  const held = (['by_staff', 'dispute'] as const).filter((reason) => model.suspensions.has(reason))
  if (held.length === 0 || model.isTerminated) return
  const reason = random.pick(held)
  const { id: serviceId } = await app.db
    .selectFrom('services')
    .select('id')
    .where('customerId', '=', buyer.customer.id)
    .executeTakeFirstOrThrow()
  await resumeService(app, staffAs('admin'), { serviceId, reason })
  await app.work()
  note(member, today, `staff lift ${reason}`)
  lift(model, reason)
}

/** The payment as the product has it, by what it paid. */
async function findPayment(
  app: TestApp,
  { buyer, model }: Member,
  wanted: CardPayment,
): Promise<{ id: string; gatewayPaymentId: string }> {
  const { document, ...payment } = wanted
  const before = model.payments.slice(0, model.payments.indexOf(wanted))
  const alike = before.filter((each) => String(keyOf(each)) === String(keyOf(wanted)))
  const { id, gatewayPaymentId } = await app.db
    .selectFrom('payments')
    .innerJoin('invoices', 'invoices.id', 'payments.invoiceId')
    .select(['payments.id', 'payments.gatewayPaymentId'])
    .where('payments.customerId', '=', buyer.customer.id)
    .where('payments.state', '=', 'succeeded')
    .where('payments.gatewayPaymentId', 'is not', null)
    .where('payments.currency', '=', payment.currency)
    .where('payments.amountMinor', '=', payment.amountMinor)
    .where('payments.refundedMinor', '=', payment.refundedMinor)
    .where('invoices.purpose', '=', document!.purpose)
    .where('invoices.totalMinor', '=', document!.totalMinor)
    .where('invoices.creditedMinor', '=', document!.creditedMinor)
    .$if(document!.purpose === 'renewal', (query) => query.where('invoices.dueOn', '=', document!.dueOn))
    .orderBy('payments.id')
    .limit(1)
    .offset(alike.length)
    .executeTakeFirstOrThrow()
  return { id, gatewayPaymentId: gatewayPaymentId! }
}

/** By what payments are told apart. */
const keyOf = ({ currency, amountMinor, refundedMinor, document }: CardPayment): unknown[] => [
  currency,
  amountMinor,
  refundedMinor,
  document?.purpose,
  document?.totalMinor,
  document?.creditedMinor,
  document?.purpose === 'renewal' ? document.dueOn : '',
]

import { changeAutoPay } from '#modules/billing/change-payment-method.ts'
import { checkPendingPayments } from '#modules/billing/check-pending-payments.ts'
import { grantCredit } from '#modules/billing/grant-credit.ts'
import type { Invoice } from '#modules/billing/invoice.ts'
import { topUp } from '#modules/billing/top-up.ts'
import { staffAs } from '#test/support/actors.ts'
import { cardBecomes, payByTransfer } from '#test/support/billing-builders.ts'
import { buildPaymentPage } from '#test/support/builders.ts'
import type { TestApp } from '#test/support/test-app.ts'
import { cancelOrUndo, changeServer, patiently, settleServer } from './act-changes.ts'
import { contestOne, decideOne, decideUnknown, liftOne, refundSome } from './act-returns.ts'
import type { Member } from './member.ts'
import { isOpen, type ModelDocument, openRest } from './model.ts'
import { giveCredit, isTooSmall, payByCard, receive } from './model-money.ts'
import type { Outside } from './outside.ts'
import type { Random } from './random.ts'

const REFUSES = 'pm_card_chargeCustomerFail'
const FOR_EVER = 1_000_000

/** What a customer, the staff or the bank does on a day, in the product and in the model. */
export async function act(
  app: TestApp,
  random: Random,
  member: Member,
  day: { outside: Outside; today: Temporal.PlainDate },
): Promise<void> {
  const { today } = day
  await settleCard(app, member)
  settleServer(member)
  if (random.chance(0.06)) await changeCard(app, random, member)
  if (random.chance(0.03)) {
    member.model.autoPay = !member.model.autoPay
    await changeAutoPay(app, member.buyer.actor, { autoPay: member.model.autoPay })
  }
  if (random.chance(0.05)) await grant(app, random, member, today)
  if (random.chance(0.04)) await buyCredit(app, random, member, today)
  if (random.chance(0.08)) await changeServer(app, random, member, today)
  await payOne(app, random, member, today)
  if (random.chance(member.model.agreements.some(({ cancelOn }) => cancelOn) ? 0.04 : 0.02))
    await cancelOrUndo(app, random, member, today)
  if (random.chance(0.03)) await refundSome(app, random, member, day)
  if (random.chance(0.5)) await decideUnknown(app, random, member, day)
  if (random.chance(0.015)) await contestOne(app, random, member, day)
  if (random.chance(0.1)) await decideOne(app, random, member, day)
  if (random.chance(0.2)) await liftOne(app, random, member, day)
  await settleCard(app, member)
}

async function payOne(app: TestApp, random: Random, member: Member, today: Temporal.PlainDate): Promise<void> {
  const open = member.model.documents.filter((document) => isOpen(document) && !isTooSmall(document))
  if (open.length === 0) return
  if (!member.neglects && random.chance(0.08)) await payOnPage(app, member, random.pick(open), today)
  else if (random.chance(0.08)) await transfer(app, random, member, { document: random.pick(open), today })
}

/** A card that was to be refused some times only is good again once it was. */
export async function settleCard(app: TestApp, member: Member): Promise<void> {
  const wanted = member.model.refusals > 0 ? 'refuses' : 'good'
  if (wanted === member.card) return
  member.card = wanted
  // This is not a call of ours, and must not use up a failure that is meant for one.
  const planned = app.stripe.simulation.faults.splice(0)
  await cardBecomes(app, member.buyer.customer.id, wanted === 'good' ? 'pm_card_visa' : REFUSES)
  app.stripe.simulation.faults.push(...planned)
}

async function changeCard(app: TestApp, random: Random, member: Member): Promise<void> {
  const lapses = member.neglects || member.model.refusals === 0
  member.model.refusals = lapses ? (member.neglects ? FOR_EVER : random.pick([2, FOR_EVER])) : 0
  await settleCard(app, member)
}

async function grant(app: TestApp, random: Random, { buyer, model }: Member, today: Temporal.PlainDate): Promise<void> {
  const currency = random.pick(['EUR', 'USD', 'GBP'])
  const amountMinor = BigInt(random.whole(1, 40)) * 100n
  await grantCredit(app, staffAs('billing'), { customerId: buyer.customer.id, currency, amountMinor, note: 'Sorry' })
  await app.work()
  giveCredit(model, { currency, amountMinor }, today)
}

/** Credit is bought on a hosted page or by transfer, and pays what is open by itself. */
async function buyCredit(app: TestApp, random: Random, member: Member, today: Temporal.PlainDate): Promise<void> {
  const currency = random.pick(['EUR', 'USD', 'GBP'])
  const amountMinor = BigInt(random.whole(5, 40)) * 100n
  const invoice = await topUp(app, member.buyer.actor, { currency, amountMinor })
  if (random.chance(0.5)) await payByTransfer(app, invoice.id)
  else {
    await payAtGateway(app, member, invoice)
    const about = { document: undefined, correctedMinor: 0n, dispute: undefined }
    member.model.payments.push({ currency, amountMinor, refundedMinor: 0n, ...about })
  }
  await app.work()
  giveCredit(member.model, { currency, amountMinor }, today)
}

/** Pays all that is open on a hosted page, as often as it takes to have it opened; its message may come days later. */
async function payOnPage(
  app: TestApp,
  member: Member,
  document: ModelDocument,
  today: Temporal.PlainDate,
): Promise<void> {
  await payAtGateway(app, member, await findDocument(app, member, document))
  payByCard(member.model, document, today)
}

async function payAtGateway(app: TestApp, { buyer }: Member, invoice: Invoice): Promise<void> {
  const page = await patiently(() => buildPaymentPage(app, { actor: buyer.actor, invoice }))
  app.stripe.pay(page.sessionId)
  app.advance({ minutes: 3 })
  await checkPendingPayments.run(app, {}, new AbortController().signal)
  await app.work()
}

async function transfer(
  app: TestApp,
  random: Random,
  member: Member,
  { document, today }: { document: ModelDocument; today: Temporal.PlainDate },
): Promise<void> {
  const invoice = await findDocument(app, member, document)
  const open = openRest(document)
  const part = open > 200n ? 100n * BigInt(random.whole(1, Number(open / 100n) - 1)) : open
  if (member.neglects && part === open) return
  const amountMinor = member.neglects ? part : random.pick([part, open, open + 500n])
  await payByTransfer(app, invoice.id, amountMinor)
  receive(member.model, document, amountMinor, today)
  await app.work()
}

const findDocument = (app: TestApp, { buyer }: Member, document: ModelDocument): Promise<Invoice> =>
  app.db
    .selectFrom('invoices')
    .selectAll()
    .where('customerId', '=', buyer.customer.id)
    .where('purpose', '=', document.purpose)
    .where('state', '=', 'open')
    .where('currency', '=', document.currency)
    .$if(document.purpose === 'renewal', (query) => query.where('dueOn', '=', document.dueOn))
    .where('totalMinor', '=', document.totalMinor)
    .where('paidMinor', '=', document.paidMinor)
    .executeTakeFirstOrThrow()

import { formatDate, formatMoney, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  dispute: (amount: string, name: string) => `${name} disputes a payment of ${amount}`,
  inquiry: (amount: string, name: string) => `The bank of ${name} inquires about a payment of ${amount}`,
  disputePreheader: 'Evidence can be handed in at the gateway.',
  disputeIntro:
    'The bank holds the money until it has decided. Hand evidence in at the gateway’s dashboard before the day it is due. Nothing was suspended or refunded unless your policy says so.',
  inquiryIntro: 'No money has moved yet. A refund now usually settles it, or evidence at the gateway’s dashboard.',
  evidenceDue: 'Evidence due',
  customer: 'Customer',
  amount: 'Amount',
  reason: 'Reason',
  failed: (amount: string, name: string) => `A refund of ${amount} to ${name} failed`,
  failedPreheader: 'Where the money is now.',
  failedIntro: 'What the customer is owed of it is their credit now. They may want it by another way.',
  unknown: (amount: string, name: string) => `A refund of ${amount} to ${name} needs a decision`,
  unknownPreheader: 'Nobody knows whether the money left.',
  unknownIntro:
    'The gateway was asked a day ago and knows of no such refund. Look at its dashboard, then send it again or give it up.',
  unexplained: (amount: string, name: string) => `A refund of ${amount} to ${name} is more than was owed`,
  unexplainedPreheader: 'A part of it is explained by no document.',
  unexplainedIntro:
    'It was made at the gateway, and goes beyond what the documents of this payment explain. The rest counts as goodwill. Look whether it was meant.',
  open: 'Open it',
}
const de: typeof en = {
  dispute: (amount, name) => `${name} ficht eine Zahlung über ${amount} an`,
  inquiry: (amount, name) => `Die Bank von ${name} fragt nach einer Zahlung über ${amount}`,
  disputePreheader: 'Belege können beim Zahlungsdienst eingereicht werden.',
  disputeIntro:
    'Die Bank behält das Geld, bis sie entschieden hat. Reichen Sie Belege vor dem genannten Tag im Dashboard des Zahlungsdienstes ein. Es wurde nichts gesperrt oder erstattet, außer Ihre Einstellung will es so.',
  inquiryIntro:
    'Noch wurde kein Geld bewegt. Eine Erstattung erledigt das meist, sonst Belege im Dashboard des Zahlungsdienstes.',
  evidenceDue: 'Belege bis',
  customer: 'Kunde',
  amount: 'Betrag',
  reason: 'Grund',
  failed: (amount, name) => `Eine Erstattung über ${amount} an ${name} ist fehlgeschlagen`,
  failedPreheader: 'Wo das Geld jetzt ist.',
  failedIntro: 'Was wir dem Kunden davon schulden, ist jetzt sein Guthaben. Vielleicht möchte er es auf anderem Weg.',
  unknown: (amount, name) => `Eine Erstattung über ${amount} an ${name} braucht eine Entscheidung`,
  unknownPreheader: 'Niemand weiß, ob das Geld hinausging.',
  unknownIntro:
    'Der Zahlungsdienst wurde vor einem Tag gefragt und kennt keine solche Erstattung. Sehen Sie in dessen Dashboard nach, dann senden Sie sie noch einmal oder geben Sie sie auf.',
  unexplained: (amount, name) => `Eine Erstattung über ${amount} an ${name} ist mehr als geschuldet`,
  unexplainedPreheader: 'Einen Teil davon erklärt kein Beleg.',
  unexplainedIntro:
    'Sie wurde beim Zahlungsdienst gemacht und geht über das hinaus, was die Belege dieser Zahlung erklären. Der Rest gilt als Kulanz. Sehen Sie nach, ob das so gemeint war.',
  open: 'Öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** To colleagues: a charge is contested, until when evidence can be handed in, and what has not happened by itself. */
export const staffDispute: Template = async (app, disputeId, locale) => {
  const t = texts[locale]
  const dispute = await app.db
    .selectFrom('disputes as d')
    .innerJoin('customers as c', 'c.id', 'd.customerId')
    .select(['d.id', 'd.state', 'd.amountMinor', 'd.currency', 'd.reason', 'd.evidenceDueAt', 'c.name'])
    .where('d.id', '=', disputeId)
    .executeTakeFirstOrThrow()
  const amount = formatMoney(dispute.amountMinor, dispute.currency, locale)
  const isInquiry = dispute.state === 'warning' || dispute.state === 'warning_closed'
  const subject = isInquiry ? t.inquiry(amount, dispute.name) : t.dispute(amount, dispute.name)
  return {
    subject,
    preheader: t.disputePreheader,
    heading: subject,
    paragraphs: [isInquiry ? t.inquiryIntro : t.disputeIntro],
    facts: [
      { label: t.customer, value: dispute.name },
      { label: t.amount, value: amount },
      { label: t.reason, value: dispute.reason },
      ...(dispute.evidenceDueAt
        ? [{ label: t.evidenceDue, value: formatDate(dispute.evidenceDueAt.toString(), locale) }]
        : []),
    ],
    button: { label: t.open, url: mailLinks.staffDispute(app.config, dispute.id) },
  }
}

const aboutRefund =
  (what: 'failed' | 'unknown' | 'unexplained'): Template =>
  async (app, refundId, locale) => {
    const t = texts[locale]
    const refund = await app.db
      .selectFrom('refunds as r')
      .innerJoin('customers as c', 'c.id', 'r.customerId')
      .select(['r.paymentId', 'r.amountMinor', 'r.currency', 'r.reason', 'c.name'])
      .where('r.id', '=', refundId)
      .executeTakeFirstOrThrow()
    const amount = formatMoney(refund.amountMinor, refund.currency, locale)
    const subject = t[what](amount, refund.name)
    return {
      subject,
      preheader: t[`${what}Preheader`],
      heading: subject,
      paragraphs: [t[`${what}Intro`]],
      facts: [
        { label: t.customer, value: refund.name },
        { label: t.amount, value: amount },
        { label: t.reason, value: refund.reason },
      ],
      button: { label: t.open, url: mailLinks.staffPayment(app.config, refund.paymentId) },
    }
  }

/** To colleagues: a refund did not get through. */
export const staffRefundFailed = aboutRefund('failed')
/** To colleagues: money went back that no document explains. */
export const staffRefundUnexplained = aboutRefund('unexplained')
/** To colleagues: nobody knows what became of a refund. */
export const staffRefundUnknown = aboutRefund('unknown')

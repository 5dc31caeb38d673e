import { formatMoney, type Locale } from '#platform/i18n.ts'
import type { RefundDestination } from '#platform/schema.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (amount: string) => `Refund of ${amount}`,
  preheader: 'Your money is on its way.',
  heading: 'We refunded your payment',
  intro: (amount: string) => `We sent ${amount} back to you.`,
  to: {
    gateway: 'It goes to the card or account you paid with. Banks take up to ten days to show it.',
    credit: 'It is your credit with us and pays your next invoices by itself.',
    by_hand: 'It comes to your account by transfer.',
  } satisfies Record<RefundDestination, string>,
  amount: 'Amount',
  reason: 'Reason',
  reference: 'Reference',
  button: 'Open your invoices',
  returnedSubject: (amount: string) => `Your refund of ${amount} did not arrive`,
  returnedPreheader: 'It is your credit now.',
  returnedHeading: 'Your refund did not arrive',
  returned: (amount: string) =>
    `Your bank sent ${amount} back to us. It is not lost: it is your credit with us now and pays your next invoices.`,
  otherWay: 'If you would rather have it another way, please answer this mail.',
}
const de: typeof en = {
  subject: (amount) => `Erstattung über ${amount}`,
  preheader: 'Ihr Geld ist unterwegs.',
  heading: 'Wir haben Ihre Zahlung erstattet',
  intro: (amount) => `Wir haben Ihnen ${amount} zurückgesendet.`,
  to: {
    gateway: 'Es geht auf die Karte oder das Konto, womit Sie bezahlt haben. Banken brauchen bis zu zehn Tage dafür.',
    credit: 'Es ist Ihr Guthaben bei uns und bezahlt Ihre nächsten Rechnungen von selbst.',
    by_hand: 'Es kommt per Überweisung auf Ihr Konto.',
  },
  amount: 'Betrag',
  reason: 'Grund',
  reference: 'Referenz',
  button: 'Rechnungen öffnen',
  returnedSubject: (amount) => `Ihre Erstattung über ${amount} kam nicht an`,
  returnedPreheader: 'Der Betrag ist jetzt Ihr Guthaben.',
  returnedHeading: 'Ihre Erstattung kam nicht an',
  returned: (amount) =>
    `Ihre Bank hat uns ${amount} zurückgeschickt. Das Geld ist nicht verloren: Es ist jetzt Ihr Guthaben bei uns und bezahlt Ihre nächsten Rechnungen.`,
  otherWay: 'Wenn Sie es lieber auf anderem Weg hätten, antworten Sie bitte auf diese Mail.',
}
const texts: Record<Locale, typeof en> = { en, de }

/** That money goes back, how much, where to and why. */
export const refundMade: Template = async (app, refundId, locale) => {
  const t = texts[locale]
  const refund = await app.db.selectFrom('refunds').selectAll().where('id', '=', refundId).executeTakeFirstOrThrow()
  const amount = formatMoney(refund.amountMinor, refund.currency, locale)
  return {
    subject: t.subject(amount),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro(amount), t.to[refund.destination]],
    facts: [
      { label: t.amount, value: amount },
      { label: t.reason, value: refund.reason },
      ...(refund.reference === null ? [] : [{ label: t.reference, value: refund.reference }]),
    ],
    button: { label: t.button, url: mailLinks.invoices(app.config) },
  }
}

/** That the bank sent a refund back, and where the money is now. */
export const refundReturned: Template = async (app, refundId, locale) => {
  const t = texts[locale]
  const refund = await app.db.selectFrom('refunds').selectAll().where('id', '=', refundId).executeTakeFirstOrThrow()
  const amount = formatMoney(refund.amountMinor, refund.currency, locale)
  return {
    subject: t.returnedSubject(amount),
    preheader: t.returnedPreheader,
    heading: t.returnedHeading,
    paragraphs: [t.returned(amount), t.otherWay],
    button: { label: t.button, url: mailLinks.invoices(app.config) },
  }
}

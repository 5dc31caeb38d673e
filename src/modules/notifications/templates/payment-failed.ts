import { formatMoney, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (amount: string) => `We could not charge ${amount}`,
  preheader: 'Please pay in another way or with another card.',
  heading: 'Your card was not charged',
  intro: (amount: string, card: string) => `We tried to charge ${amount} to ${card}, and the bank refused.`,
  why: {
    insufficient_funds: 'The bank says that there is not enough money on the account.',
    expired_card: 'The bank says that the card has expired.',
    lost_card: 'The bank does not accept this card any more.',
    stolen_card: 'The bank does not accept this card any more.',
    authentication_required: 'The bank wants you to confirm this payment yourself. Open the payment page to do so.',
  } as Record<string, string>,
  next: 'We try again in the next days. To be done with it now, pay on this page.',
  final: 'The bank told us not to try this card again. Please use another one.',
  button: 'Pay now',
}
const de: typeof en = {
  subject: (amount) => `Wir konnten ${amount} nicht abbuchen`,
  preheader: 'Bitte zahlen Sie auf andere Weise oder mit einer anderen Karte.',
  heading: 'Ihre Karte wurde nicht belastet',
  intro: (amount, card) => `Wir wollten ${amount} von ${card} abbuchen, und die Bank hat abgelehnt.`,
  why: {
    insufficient_funds: 'Laut Bank ist nicht genug Geld auf dem Konto.',
    expired_card: 'Laut Bank ist die Karte abgelaufen.',
    lost_card: 'Die Bank nimmt diese Karte nicht mehr an.',
    stolen_card: 'Die Bank nimmt diese Karte nicht mehr an.',
    authentication_required:
      'Die Bank möchte, dass Sie diese Zahlung selbst bestätigen. Öffnen Sie dazu die Zahlungsseite.',
  },
  next: 'Wir versuchen es in den nächsten Tagen wieder. Wenn Sie es gleich erledigen möchten, zahlen Sie auf dieser Seite.',
  final: 'Die Bank hat uns gesagt, diese Karte nicht mehr zu versuchen. Bitte verwenden Sie eine andere.',
  button: 'Jetzt bezahlen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** That a saved card was refused, why as far as the bank says, and how to pay instead. */
export const paymentFailed: Template = async (app, paymentId, locale) => {
  const t = texts[locale]
  const payment = await app.db
    .selectFrom('payments as p')
    .leftJoin('paymentMethods as m', 'm.id', 'p.paymentMethodId')
    .select(['p.invoiceId', 'p.amountMinor', 'p.currency', 'p.failureCode', 'p.advice', 'm.brand', 'm.lastFour'])
    .where('p.id', '=', paymentId)
    .executeTakeFirstOrThrow()
  const amount = formatMoney(payment.amountMinor, payment.currency, locale)
  const card = `${(payment.brand ?? '').toUpperCase()} •••• ${payment.lastFour ?? ''}`
  const why = payment.failureCode === null ? undefined : new Map(Object.entries(t.why)).get(payment.failureCode)
  return {
    subject: t.subject(amount),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [
      t.intro(amount, card),
      ...(why ? [why] : []),
      payment.advice === 'do_not_try_again' ? t.final : t.next,
    ],
    button: {
      label: t.button,
      url: payment.invoiceId ? mailLinks.invoice(app.config, payment.invoiceId) : mailLinks.invoices(app.config),
    },
  }
}

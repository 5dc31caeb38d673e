import type { Locale } from '#platform/i18n.ts'
import { getMailedDocument, type MailedDocument } from './mailed-document.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

type Words = {
  subject: (document: MailedDocument) => string
  preheader: (document: MailedDocument) => string
  heading: string
  paragraphs: (document: MailedDocument) => string[]
}

const willCharge = {
  en: ({ charged, due }: MailedDocument) => `You need not do anything: we charge ${charged} on ${due}.`,
  de: ({ charged, due }: MailedDocument) => `Sie müssen nichts tun: Wir belasten ${charged} am ${due}.`,
}
const pleasePay = {
  en: ({ due }: MailedDocument) => `Please pay by ${due}. With a saved card this happens by itself next time.`,
  de: ({ due }: MailedDocument) =>
    `Bitte zahlen Sie bis zum ${due}. Mit einer gespeicherten Karte geschieht das künftig von selbst.`,
}
const button = { en: 'Open and pay', de: 'Öffnen und bezahlen' }

const renewal: Record<Locale, Words> = {
  en: {
    subject: ({ due }) => `Your renewal on ${due}`,
    preheader: ({ open }) => `${open} for the next period.`,
    heading: 'Your next period',
    paragraphs: (it) => ['This is what the next period costs.', it.charged ? willCharge.en(it) : pleasePay.en(it)],
  },
  de: {
    subject: ({ due }) => `Ihre Verlängerung am ${due}`,
    preheader: ({ open }) => `${open} für den nächsten Zeitraum.`,
    heading: 'Ihr nächster Zeitraum',
    paragraphs: (it) => ['So viel kostet der nächste Zeitraum.', it.charged ? willCharge.de(it) : pleasePay.de(it)],
  },
}

const comingReminder: Record<Locale, Words> = {
  en: {
    subject: ({ due }) => `Reminder: due on ${due}`,
    preheader: ({ open }) => `${open} to pay.`,
    heading: 'A payment is coming up',
    paragraphs: (it) => [`${it.open} is due on ${it.due}.`, it.charged ? willCharge.en(it) : pleasePay.en(it)],
  },
  de: {
    subject: ({ due }) => `Erinnerung: fällig am ${due}`,
    preheader: ({ open }) => `${open} zu zahlen.`,
    heading: 'Bald ist eine Zahlung fällig',
    paragraphs: (it) => [`Am ${it.due} sind ${it.open} fällig.`, it.charged ? willCharge.de(it) : pleasePay.de(it)],
  },
}

const lateReminder: Record<Locale, Words> = {
  en: {
    subject: ({ due }) => `Reminder: was due on ${due}`,
    preheader: ({ open }) => `${open} to pay.`,
    heading: 'A payment is overdue',
    paragraphs: ({ open, due, overdueDays }) => [
      `${open} was due on ${due}, ${overdueDays === 1 ? 'yesterday' : `${overdueDays} days ago`}, and has not arrived yet.`,
      'Please pay now. If your payment is on its way already, you need not do anything.',
    ],
  },
  de: {
    subject: ({ due }) => `Erinnerung: war am ${due} fällig`,
    preheader: ({ open }) => `${open} zu zahlen.`,
    heading: 'Eine Zahlung ist überfällig',
    paragraphs: ({ open, due, overdueDays }) => [
      `${open} waren am ${due} fällig, ${overdueDays === 1 ? 'also gestern' : `vor ${overdueDays} Tagen`}, und sind noch nicht eingegangen.`,
      'Bitte zahlen Sie jetzt. Ist Ihre Zahlung schon unterwegs, müssen Sie nichts tun.',
    ],
  },
}

const byHand: Record<Locale, Words> = {
  en: {
    subject: ({ open, due }) => `${open} due on ${due}`,
    preheader: () => 'What it is for stands in this mail.',
    heading: 'An invoice for you',
    paragraphs: (it) => ['This is what we ask you to pay for.', it.charged ? willCharge.en(it) : pleasePay.en(it)],
  },
  de: {
    subject: ({ open, due }) => `${open}, fällig am ${due}`,
    preheader: () => 'Wofür, steht in dieser Mail.',
    heading: 'Eine Rechnung für Sie',
    paragraphs: (it) => ['Das berechnen wir Ihnen.', it.charged ? willCharge.de(it) : pleasePay.de(it)],
  },
}

const warning: Record<Locale, Words> = {
  en: {
    subject: ({ open }) => `${open} is overdue`,
    preheader: () => 'Please pay today, so that your server keeps running.',
    heading: 'A payment is overdue',
    paragraphs: (it) => [
      `${it.open} was due on ${it.due} and has not arrived yet.`,
      'Please pay today. From tomorrow on, what this is for may be switched off; your data is kept.',
    ],
  },
  de: {
    subject: ({ open }) => `${open} sind überfällig`,
    preheader: () => 'Bitte zahlen Sie heute, damit Ihr Server weiterläuft.',
    heading: 'Eine Zahlung ist überfällig',
    paragraphs: (it) => [
      `${it.open} waren am ${it.due} fällig und sind noch nicht eingegangen.`,
      'Bitte zahlen Sie heute. Ab morgen kann abgeschaltet werden, wofür das ist; Ihre Daten bleiben erhalten.',
    ],
  },
}

const finalWarning: Record<Locale, Words> = {
  en: {
    subject: () => 'Your server will be deleted in a few days',
    preheader: ({ open }) => `Pay ${open} to keep it.`,
    heading: 'Last notice before deletion',
    paragraphs: (it) => [
      `${it.open} was due on ${it.due}. Your server is suspended since then.`,
      'In a few days it will be deleted with all its data. Once you pay, it is switched on again within a minute.',
      'If you do not need it any more, you need not do anything.',
    ],
  },
  de: {
    subject: () => 'Ihr Server wird in wenigen Tagen gelöscht',
    preheader: ({ open }) => `Zahlen Sie ${open}, um ihn zu behalten.`,
    heading: 'Letzte Nachricht vor der Löschung',
    paragraphs: (it) => [
      `${it.open} waren am ${it.due} fällig. Ihr Server ist seither gesperrt.`,
      'In wenigen Tagen wird er mit allen Daten gelöscht. Sobald Sie zahlen, läuft er binnen einer Minute wieder.',
      'Wenn Sie ihn nicht mehr brauchen, müssen Sie nichts tun.',
    ],
  },
}

const aboutDocument =
  (words: Record<Locale, Words> | ((document: MailedDocument) => Record<Locale, Words>)): Template =>
  async (app, invoiceId, locale) => {
    const document = await getMailedDocument(app, invoiceId, locale)
    const t = (typeof words === 'function' ? words(document) : words)[locale]
    return {
      subject: t.subject(document),
      preheader: t.preheader(document),
      heading: t.heading,
      paragraphs: t.paragraphs(document),
      facts: document.facts,
      button: { label: button[locale], url: mailLinks.invoice(app.config, document.id) },
    }
  }

/** What the next period costs, and whether anything is to be done about it. */
export const renewalInvoice = aboutDocument(renewal)
/** That a document is about to be due, or was and by how many days. */
export const invoiceReminder = aboutDocument(({ overdueDays }) => (overdueDays > 0 ? lateReminder : comingReminder))
/** That staff wrote an invoice, and until when it is to be paid. */
export const manualInvoice = aboutDocument(byHand)
/** That a document is overdue and what it is for may be suspended tomorrow. */
export const suspensionWarning = aboutDocument(warning)
/** That what is suspended will be deleted soon. */
export const terminationWarning = aboutDocument(finalWarning)

import type { App } from '#app/app.ts'
import { formatDate, formatMoney, type Locale } from '#platform/i18n.ts'
import type { MailContent } from './template.ts'

const en = { due: 'Due on', total: 'Total', paid: 'Paid already', open: 'To pay' }
const de: typeof en = { due: 'Fällig am', total: 'Summe', paid: 'Bereits bezahlt', open: 'Zu zahlen' }
const texts: Record<Locale, typeof en> = { en, de }

/** A document as mails about it need it. */
export type MailedDocument = {
  id: string
  /** The day it is due, as the reader writes it. */
  due: string
  /** How many days ago that was; 0 on the day itself and before. */
  overdueDays: number
  /** What is still to pay. */
  open: string
  /** The saved card that will be charged by itself, as people know it; undefined when nothing is charged. */
  charged: string | undefined
  facts: NonNullable<MailContent['facts']>
}

/** Reads a document with what is still open on it and what it will be paid with. Days are of the seller's time zone. */
export async function getMailedDocument(app: App, invoiceId: string, locale: Locale): Promise<MailedDocument> {
  const t = texts[locale]
  const { timeZone, ...invoice } = await app.db
    .selectFrom('invoices as i')
    .innerJoin('legalEntities as e', 'e.id', 'i.legalEntityId')
    .selectAll('i')
    .select('e.timeZone')
    .where('i.id', '=', invoiceId)
    .executeTakeFirstOrThrow()
  const today = app.clock.now().toZonedDateTimeISO(timeZone).toPlainDate()
  const [lines, method] = await Promise.all([
    app.db
      .selectFrom('invoiceLines')
      .select(['description', 'amountMinor', 'taxMinor'])
      .where('invoiceId', '=', invoiceId)
      .orderBy('position')
      .execute(),
    app.db
      .selectFrom('paymentMethods')
      .innerJoin('customers', 'customers.id', 'paymentMethods.customerId')
      .select(['brand', 'lastFour'])
      .where('customers.id', '=', invoice.customerId)
      .where('customers.autoPay', '=', true)
      .where('isDefault', '=', true)
      .where('forgottenAt', 'is', null)
      .executeTakeFirst(),
  ])
  const money = (minor: bigint): string => formatMoney(minor, invoice.currency, locale)
  const due = formatDate(`${invoice.dueOn.toString()}T12:00:00Z`, locale)
  const open = money(invoice.totalMinor - invoice.paidMinor)
  return {
    id: invoice.id,
    due,
    overdueDays: Math.max(0, invoice.dueOn.until(today).days),
    open,
    charged: method && `${method.brand.toUpperCase()} •••• ${method.lastFour}`,
    facts: [
      ...lines.map((line) => ({ label: line.description, value: money(line.amountMinor + line.taxMinor) })),
      { label: t.total, value: money(invoice.totalMinor) },
      ...(invoice.paidMinor > 0n
        ? [
            { label: t.paid, value: money(invoice.paidMinor) },
            { label: t.open, value: open },
          ]
        : []),
      { label: t.due, value: due },
    ],
  }
}

import type { Locale } from '#platform/i18n.ts'
import type { StatementKind } from './read-statement.ts'

const en = {
  title: 'Account statement',
  opening: 'Opening balance',
  closing: 'Closing balance',
  inFavour: 'in your favour',
  ofWhichCredit: 'Credit in it',
  day: 'Date',
  what: 'What',
  amount: 'Amount',
  balance: 'Balance',
  fromCredit: 'from credit',
  note: 'A document counts from the day it is paid. Amounts that lower what you owe have a minus.',
  empty: 'Nothing moved in these days.',
  kinds: {
    documents: 'Documents',
    payments: 'Payments',
    credit: 'Credit given or taken back',
    credit_notes: 'Credit notes',
    refunds: 'Refunds',
    other: 'Other',
  } satisfies Record<StatementKind, string>,
  postings: {
    invoice: 'Invoice',
    payment: 'Payment',
    credit_grant: 'Credit',
    credit_use: 'Credit used',
    credit_note: 'Credit note',
    refund: 'Refund',
    refund_failed: 'Refund that came back',
    dispute: 'Contested payment',
    write_off: 'Written off',
  } as Record<string, string>,
  page: (page: number, pages: number) => `Page ${page} of ${pages}`,
}

const de: typeof en = {
  title: 'Kontoauszug',
  opening: 'Anfangssaldo',
  closing: 'Endsaldo',
  inFavour: 'zu Ihren Gunsten',
  ofWhichCredit: 'Darin Guthaben',
  day: 'Datum',
  what: 'Was',
  amount: 'Betrag',
  balance: 'Saldo',
  fromCredit: 'aus Guthaben',
  note: 'Ein Dokument zählt ab dem Tag, an dem es bezahlt ist. Beträge, die mindern, was Sie schulden, haben ein Minus.',
  empty: 'In diesen Tagen bewegte sich nichts.',
  kinds: {
    documents: 'Dokumente',
    payments: 'Zahlungen',
    credit: 'Guthaben gegeben oder zurückgenommen',
    credit_notes: 'Gutschriften',
    refunds: 'Erstattungen',
    other: 'Anderes',
  },
  postings: {
    invoice: 'Rechnung',
    payment: 'Zahlung',
    credit_grant: 'Guthaben',
    credit_use: 'Guthaben verwendet',
    credit_note: 'Gutschrift',
    refund: 'Erstattung',
    refund_failed: 'Erstattung, die zurückkam',
    dispute: 'Angefochtene Zahlung',
    write_off: 'Ausgebucht',
  },
  page: (page, pages) => `Seite ${page} von ${pages}`,
}

/** The words of an account statement, on pages and in files. */
export const statementWords: Record<Locale, typeof en> = { en, de }

/** What a movement is called: `Payment`, or `Invoice EZ-2027-000001`. */
export const nameMovement = (row: { posting: string; number: string | null }, locale: Locale): string =>
  [statementWords[locale].postings[row.posting] ?? row.posting, row.number].filter(Boolean).join(' ')

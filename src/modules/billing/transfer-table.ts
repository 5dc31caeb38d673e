import type { Content } from 'pdfmake/interfaces.js'
import type { InvoiceWords } from './invoice-words.ts'
import type { TransferDetails } from './transfer.ts'

const MUTED = '#575e68'

/** Where to send the money of a printed document, as it is typed into a bank's form. */
export const transferTable = (
  transfer: TransferDetails,
  {
    words,
    money,
    date,
  }: { words: InvoiceWords; money: (minor: bigint) => string; date: (at: Temporal.Instant) => string },
): Content => ({
  stack: [
    { text: words.transfer, bold: true, margin: [0, 0, 0, 4] },
    {
      table: {
        widths: ['auto', '*'],
        body: [
          [words.transferHolder, transfer.holder],
          ['IBAN', transfer.iban.replaceAll(/(.{4})(?=.)/g, '$1 ')],
          ...(transfer.bic === null ? [] : [['BIC', transfer.bic]]),
          [words.transferReference, transfer.reference],
          [words.open, money(transfer.amountMinor)],
          [words.due, date(transfer.dueAt)],
        ].map(([label = '', value = '']) => [{ text: label, color: MUTED }, { text: value }]),
      },
      layout: 'noBorders',
    },
  ],
  unbreakable: true,
  margin: [0, 0, 0, 20],
})

import type { AdoptionDifference } from './adoption/adoption-proof-words.ts'
import type { DifferenceKind } from './proof-kinds.ts'
import type { DifferenceWords } from './proof-words.ts'

const COMPARE =
  'Compare the records named here with the log, then have the cause put right by whoever looks after the product.'

export const proofWordsEn: Record<Exclude<DifferenceKind, AdoptionDifference>, DifferenceWords> = {
  clearing_payment: {
    title: 'Ledger and gateway disagree on a payment',
    text: 'What our ledger says of this payment is not what the gateway captured, less what it sent back and what is disputed. Mostly a message of the gateway was missed.',
    left: 'Our ledger',
    right: 'Gateway',
    person: 'Open the payment here and at the gateway and compare their refunds and disputes.',
  },
  clearing_unknown: {
    title: 'The gateway took money that no payment of ours knows',
    text: 'A charge carries our mark, and none of our payments is it. Mostly the message about it was missed or is held.',
    left: 'Our ledger',
    right: 'Gateway',
    person: 'Find the charge in the gateway’s dashboard. Refund it there if it is for nobody.',
  },
  clearing_currency: {
    title: 'Ledger and gateway disagree in one currency',
    text: 'The sums differ, and no single payment explains it.',
    left: 'Our ledger',
    right: 'Gateway',
    person: 'Look for movements at the gateway that were made by hand in this currency.',
  },
  message_held: {
    title: 'A message of the gateway is held',
    text: 'It could not be matched with a payment of ours. Money may hang on it.',
    person: 'Look at it on the page of unmatched money; set it aside if it is not ours.',
  },
  message_lost: {
    title: 'A message of the gateway was received and never worked',
    text: 'It was stored and answered, and no job will work it.',
  },
  payment_twice: {
    title: 'One payment of the gateway counts twice',
    text: 'Two payments of ours name the same one at the gateway.',
    person: 'Find out which of the two it belongs to. The other one must not count as paid.',
  },
  payment_unbooked: {
    title: 'A payment succeeded and is not in the ledger',
    text: 'It counts as paid, but no money was booked for it.',
    left: 'Payment',
    right: 'Our ledger',
    person: COMPARE,
  },
  payment_overgiven: {
    title: 'A payment gave documents more than it brought',
    text: 'What its documents took of it is more than the payment, or it is over and still holds one.',
    left: 'Payment',
    right: 'Taken by documents',
    person: COMPARE,
  },
  books_unbalanced: {
    title: 'The books do not sum to zero',
    text: 'All entries of one currency must sum to zero.',
    left: 'Should be',
    right: 'Is',
    person: 'Stop corrections by hand and look for the unbalanced transaction listed beside this.',
  },
  ledger_unbalanced: {
    title: 'A ledger transaction does not balance',
    text: 'Its entries must sum to zero in each currency.',
    left: 'Should be',
    right: 'Is',
    person: 'Entries are never changed. A correcting transaction has to be written.',
  },
  ledger_empty: {
    title: 'A ledger transaction has no entries',
    text: 'It says that something happened, but no account moved.',
    person: COMPARE,
  },
  receivable_differs: {
    title: 'What a customer owes is not what their documents say',
    text: 'Their account in the ledger is not what they paid ahead or are owed.',
    left: 'Our ledger',
    right: 'Documents',
    person:
      'Go through the customer’s payments, credit notes and refunds for the one that is booked once too often or not at all.',
  },
  disputes_differ: {
    title: 'Contested money is booked differently from its dispute',
    text: 'What the bank holds or has taken is not what the ledger says.',
    left: 'Our ledger',
    right: 'Disputes',
    person: 'Compare the customer’s disputes with the gateway’s dashboard.',
  },
  invoice_unbooked: {
    title: 'A paid invoice is not in the ledger',
    text: 'It is paid, but nothing was earned for it in the books.',
    left: 'Invoice',
    right: 'Our ledger',
  },
  invoice_paid: {
    title: 'An invoice counts other money than was paid',
    text: 'What it counts as paid is not what payments and credit brought.',
    left: 'Counted as paid',
    right: 'Brought',
    person: COMPARE,
  },
  invoice_lines: {
    title: 'An invoice is not the sum of its lines',
    text: 'Its lines and their taxes sum to something else than its total.',
    left: 'Lines',
    right: 'Invoice',
    person: 'Do not send it. Void it if it is open, correct it by credit note if it is paid.',
  },
  invoice_taxes: {
    title: 'The tax of an invoice is not the sum of its taxes',
    text: 'The taxes by rate sum to something else than its tax.',
    left: 'By rate',
    right: 'Invoice',
    person: 'Do not send it. Void it if it is open, correct it by credit note if it is paid.',
  },
  invoice_missing: {
    title: 'Part of a document has lost what it belongs to',
    text: 'A line or a tax is of a document that is not there, or a document is of a seller that is not.',
    person: 'Someone wrote to the database past the product: restore the rows from a backup.',
  },
  transfer_waits: {
    title: 'A bank transfer is waited for in a way that cannot end well',
    text: 'The order waits for another day than its document, or the customer shall transfer money and no account is set.',
    person: 'Look at the order, and at the bank account in the settings of the seller.',
  },
  hold_overrun: {
    title: 'Something is to be suspended or ended although staff hold it',
    text: 'Staff said to wait until a later day, and the step is asked for now.',
    person: 'Set the hold again on the invoice: the step then waits for its day.',
  },
  money_under_way: {
    title: 'Money has been on its way for more than a month',
    text: 'A payment was begun, such as a direct debit, and the gateway tells neither that it came nor that it came back.',
    person: 'Look at the payment in the gateway’s dashboard.',
  },
  invoice_unnumbered: {
    title: 'A paid invoice has no number',
    text: 'It was paid more than an hour ago and still is a pro forma.',
  },
  credit_note_unnumbered: {
    title: 'A credit note has no number',
    text: 'It was made more than an hour ago, and the invoice it corrects has its number.',
  },
  number_gap: {
    title: 'A series of numbers has a gap or a repeat',
    text: 'Numbers must run without gap from one.',
    person:
      'Numbers are never given again. Write down the reason for your tax adviser and find out which document is missing.',
  },
  number_backwards: {
    title: 'A document is dated before the one it follows',
    text: 'Dates must not run backwards within a series, nor a credit note come before its invoice.',
    person: 'A numbered document cannot change. Write down the reason for your tax adviser.',
  },
  number_changed: {
    title: 'A numbered document was changed',
    text: 'It no longer says what it said when it took its number.',
    person: 'Somebody wrote to the database around the product. Compare with a backup and restore what was numbered.',
  },
  number_counter: {
    title: 'The next number does not follow the last',
    text: 'The counter of a series would skip or repeat a number.',
    person: 'No document of this series should be issued before the counter is put right.',
  },
  refund_count: {
    title: 'A payment counts other refunds than it has',
    text: 'What it counts as sent back is not what its refunds sum to.',
    left: 'Counted',
    right: 'Refunds',
    person: COMPARE,
  },
  refund_parts: {
    title: 'A refund is not the sum of its parts',
    text: 'Documents, credit and goodwill of it sum to something else, or a credit note is missing.',
    left: 'Refund',
    right: 'Parts',
    person: COMPARE,
  },
  invoice_credited: {
    title: 'An invoice counts other credit notes than it has',
    text: 'What it counts as credited is not what its credit notes sum to.',
    left: 'Counted',
    right: 'Credit notes',
    person: COMPARE,
  },
  credit_left: {
    title: 'Credit is not what was given less what was used',
    text: 'What is left of this credit does not follow from its uses.',
    left: 'Left',
    right: 'Given less used',
    person: COMPARE,
  },
  credit_owed: {
    title: 'The ledger owes a customer other credit than they have',
    text: 'What is left of their credit is not what the ledger says we owe.',
    left: 'Our ledger',
    right: 'Credit',
    person: 'Go through the customer’s credit for the one that is not booked.',
  },
  topup_credit: {
    title: 'Credit that was bought was given twice, or not at all',
    text: 'What was paid for credit is not the credit that was given for it, or a credit note or refund gave it a second time.',
    left: 'Paid for',
    right: 'Given',
    person: 'Compare the payment of this credit with the customer’s credit and take back what they have twice.',
  },
  credit_idle: {
    title: 'Somebody was suspended who has the credit to pay',
    text: 'An open document led to a suspension, and the customer’s credit is enough to pay it.',
    left: 'Open',
    right: 'Credit',
    person: 'Pay it from credit on the page of the customer’s credit.',
  },
  coupon_uses: {
    title: 'A coupon counts other uses than it has',
    text: 'Its uses are not its redemptions, or are above its limit.',
    person: 'Look at the coupon’s redemptions; limits may let too many or too few in.',
  },
  coupon_held: {
    title: 'A coupon is held by an order that is over',
    text: 'The redemption is in another state than its order.',
    person: 'Look at the order; the coupon is given back or used when the order ends.',
  },
  coupon_cycles: {
    title: 'A coupon takes something off other payments than it was given for',
    text: 'It was used for a trial. The payments it took something off and those it is left for are not as many as it says.',
    person: 'Look at the invoices of the subscription since its trial, and compare with the coupon.',
  },
  entitlement_missing: {
    title: 'A customer pays for something they may not use',
    text: 'The agreement goes on, and what it includes is revoked.',
  },
  entitlement_left: {
    title: 'A customer may use something that has ended',
    text: 'The agreement has ended and its server is gone, but what it included is still granted.',
  },
  period_count: {
    title: 'Periods of an agreement are billed more or less often than agreed',
    text: 'Each period must be billed exactly once.',
    person: 'Compare the invoices of the subscription with its periods. Credit what is billed twice.',
  },
  period_tiling: {
    title: 'A billed period does not begin where the one before ended',
    text: 'Days are billed twice or not at all.',
    person: 'Compare the invoices of the subscription. Credit days that are billed twice.',
  },
  period_until: {
    title: 'An agreement is billed to another day than its last period ends',
    text: 'The next renewal would begin on the wrong day.',
    person: 'Put the agreement right before its next renewal is made.',
  },
  termination_paid: {
    title: 'A server was ended for an invoice that was paid',
    text: 'When its end was asked for, the invoice had been paid.',
    person: 'Speak to the customer. The page of the server says whether a last backup is kept, and until when.',
  },
  change_money: {
    title: 'A change of plan cost other money than was quoted',
    text: 'What was quoted, charged and given back does not agree.',
    left: 'Quoted',
    right: 'Charged',
    person: 'Compare the quote with its invoice and the customer’s credit; make up for the difference.',
  },
  change_day: {
    title: 'What was set for a day did not happen',
    text: 'A change or an end of an agreement is more than two days late.',
    person: 'Look at the subscription and at the jobs that were set aside.',
  },
  price_early: {
    title: 'A new price was asked for too early',
    text: 'It was announced for a later period, or it was taken back.',
    person: 'Credit the difference with a credit note, and tell the customer.',
  },
  manual_unfit: {
    title: 'An invoice by hand is not what such a document may be',
    text: 'It names no reason, belongs to an agreement, asks for nothing, or something was stopped for it.',
    person: 'Open it and void it; write it anew where it is owed. Start again what was stopped for it.',
  },
  setting_unlawful: {
    title: 'A setting does not hold together with what was done by it',
    text: 'Steps of dunning, a currency or a cancelled number do not fit the rules of the settings page.',
    person: 'Open the settings and save the section again; correct a cancelled number with a credit note.',
  },
}

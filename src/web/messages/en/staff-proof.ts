import type { ProofGroup, Repair } from '#modules/billing/proof-kinds.ts'
import { plural } from '#platform/i18n.ts'
import type { ProofFindingState, ProofRunState } from '#platform/schema.ts'

const differences = (n: number): string => `${n} ${plural('en', n, { one: 'difference', other: 'differences' })}`

export const en = {
  title: 'Proof of money',
  runNow: 'Prove now',
  views: { open: 'Differences', resolved: 'Resolved', runs: 'Proofs' },
  view: 'View',
  green: 'Ledger, gateway, invoices and entitlements agree',
  greenTitle: 'All agrees',
  red: (n: number) => `${differences(n)} to look at`,
  redText: 'Each is below, with what happened and what may be done.',
  homeText: 'Ledger, gateway, invoices and entitlements do not agree.',
  incomplete: 'Nothing differs, but ledger and gateway could not be compared',
  incompleteText:
    'A message, a charge or the copy of the gateway’s objects was still on its way. The next proof compares them.',
  never: 'Money was not proven yet',
  neverText: 'It is proven each night after 4:00, and whenever you ask.',
  old: 'The last proof is more than 26 hours old',
  oldText: 'Look whether a worker is running, then prove now.',
  running: (done: number, all: number) => `Proof under way: ${done} of ${all} checks done`,
  waiting: 'Something is on its way to or from the gateway. The proof waits a moment for it.',
  lastProof: 'Last proof',
  group: 'Where',
  groups: {
    gateway: 'Gateway',
    ledger: 'Ledger',
    invoices: 'Invoices',
    numbers: 'Numbers',
    refunds: 'Refunds',
    credit: 'Credit and coupons',
    agreements: 'Subscriptions and entitlements',
  } satisfies Record<ProofGroup, string> as Record<ProofGroup, string>,
  states: { open: 'Open', repairing: 'Being repaired', resolved: 'Resolved' } satisfies Record<
    ProofFindingState,
    string
  > as Record<string, string>,
  runStates: {
    running: 'Under way',
    green: 'All agreed',
    red: 'Differences',
    incomplete: 'Not all compared',
    failed: 'Given up',
  } satisfies Record<ProofRunState, string> as Record<string, string>,
  since: 'Found',
  seen: 'Last seen',
  resolved: 'Resolved',
  outcomes: { repaired: 'Repaired', gone: 'Gone at the next proof' } as Record<string, string>,
  difference: 'Difference',
  about: 'About',
  detail: 'In detail',
  toDo: 'What to do',
  repairedBy: (name: string) => `Repair asked for by ${name}`,
  notHelped: 'The repair ran and the difference is still there.',
  notHelpedCode: (code: string) => `The repair was refused (${code}).`,
  repairs: {
    fetch: {
      label: 'Fetch from the gateway',
      title: 'Fetch this payment from the gateway again?',
      text: 'The payment, its refunds and disputes are asked for, and what our books miss is taken over. No money moves.',
    },
    work: {
      label: 'Work the message',
      title: 'Work this message again?',
      text: 'What it speaks of is fetched from the gateway, and its present state is recorded once.',
    },
    number: {
      label: 'Give the number',
      title: 'Give the missing number?',
      text: 'Every document that waits for its number takes the next one. Given numbers stay.',
    },
    book: {
      label: 'Book the invoice',
      title: 'Book this invoice?',
      text: 'What was earned with it, and its tax, is written to the ledger once.',
    },
    grant: {
      label: 'Grant again',
      title: 'Grant what the agreement includes?',
      text: 'What was revoked though the agreement goes on is granted again.',
    },
    revoke: {
      label: 'Revoke',
      title: 'Revoke what has ended?',
      text: 'What is still granted for the ended agreement is revoked. Nothing else changes.',
    },
  } satisfies Record<Repair, object> as Record<Repair, { label: string; title: string; text: string }>,
  empty: 'Nothing differs',
  emptyText: 'What a proof finds to differ appears here.',
  emptyResolved: 'Nothing was resolved yet',
  emptyRuns: 'No proofs yet',
  began: 'Began',
  state: 'Outcome',
  took: 'Took',
  found: 'Differences',
  newOnes: (n: number) => `${n} new`,
  by: 'Asked for by',
  night: 'Nightly',
}

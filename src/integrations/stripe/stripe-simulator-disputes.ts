import { moveMoney } from './stripe-simulator-balance.ts'
import { noEvidence } from './stripe-simulator-evidence.ts'
import type { Charge, Dispute, Memory } from './stripe-simulator-memory.ts'
import type { ParamsOf } from './stripe-simulator-params.ts'
import { invalid } from './stripe-simulator-refusal.ts'

/** Charges that customers contest, from the bank's first word to its last. */

const WEEK_SECONDS = 7 * 86_400
const DISPUTE_FEE = 2_000

function save(memory: Memory, dispute: Dispute, change: Partial<Dispute>): Dispute {
  const saved = { ...dispute, ...change }
  memory.disputes.set(saved.id, saved)
  return saved
}

/** The money leaves our balance until somebody proves it was due. */
function withdraw(memory: Memory, dispute: Dispute): Dispute {
  const { amount, currency, id } = dispute
  const movement = { type: 'adjustment', category: 'dispute', currency, source: id } as const
  const taken = moveMoney(memory, { ...movement, amount: -amount, fee: DISPUTE_FEE })
  return save(memory, dispute, { balance_transactions: [...dispute.balance_transactions, taken] })
}

type Opening = {
  reason?: string
  /** Only a question of the bank: no money moves yet. */
  inquiry?: boolean
}

/** A customer contests a charge at her bank. */
export function openDispute(memory: Memory, charge: Charge, opening: Opening = {}): Dispute {
  const opened: Dispute = {
    id: memory.newId('du'),
    object: 'dispute',
    amount: charge.amount,
    balance_transactions: [],
    charge: charge.id,
    created: memory.now(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence(),
    evidence_details: {
      due_by: memory.now() + WEEK_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: opening.inquiry ?? false,
    livemode: memory.livemode,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: opening.reason ?? 'fraudulent',
    status: opening.inquiry ? 'warning_needs_response' : 'needs_response',
  }
  const dispute = opening.inquiry ? save(memory, opened, {}) : withdraw(memory, opened)
  memory.charges.set(charge.id, { ...charge, disputed: true })
  memory.emit('charge.dispute.created', dispute)
  if (!opening.inquiry) memory.emit('charge.dispute.funds_withdrawn', dispute)
  return dispute
}

export const isWarning = (dispute: Dispute): boolean => dispute.status.startsWith('warning_')

export const isDecided = ({ status }: Dispute): boolean =>
  ['won', 'lost', 'warning_closed', 'prevented'].includes(status)

/** A question of the bank becomes a dispute. */
function escalate(memory: Memory, dispute: Dispute): Dispute {
  const opened = withdraw(memory, { ...dispute, status: 'needs_response', is_charge_refundable: false })
  memory.emit('charge.dispute.updated', opened, { status: dispute.status })
  memory.emit('charge.dispute.funds_withdrawn', opened)
  return opened
}

/**
 * The bank decides. A question that is won is closed, and one that is lost becomes a dispute; what is decided already
 * stays as it is.
 */
export function decideDispute(memory: Memory, dispute: Dispute, verdict: 'won' | 'lost'): Dispute {
  if (isDecided(dispute)) return dispute
  const before = { status: dispute.status }
  if (isWarning(dispute)) {
    if (verdict === 'lost') return escalate(memory, dispute)
    const closed = save(memory, dispute, { status: 'warning_closed' })
    memory.emit('charge.dispute.closed', closed, before)
    return closed
  }
  if (verdict === 'lost') {
    const lost = save(memory, dispute, { status: 'lost' })
    memory.emit('charge.dispute.closed', lost, before)
    return lost
  }
  const { amount, currency, id } = dispute
  const back = moveMoney(memory, {
    type: 'adjustment',
    category: 'dispute_reversal',
    amount,
    currency,
    fee: -DISPUTE_FEE,
    source: id,
  })
  const won = save(memory, dispute, {
    status: 'won',
    is_charge_refundable: true,
    balance_transactions: [...dispute.balance_transactions, back],
  })
  memory.emit('charge.dispute.funds_reinstated', won)
  memory.emit('charge.dispute.closed', won, before)
  return won
}

/** The seller hands in evidence, or gives up with `close`. */
export function updateDispute(memory: Memory, dispute: Dispute, params: ParamsOf<'disputeUpdate'>): Dispute {
  if (isDecided(dispute)) throw invalid('This dispute is already closed')
  const details = dispute.evidence_details
  const under = isWarning(dispute) ? 'warning_under_review' : 'under_review'
  const updated = save(memory, dispute, {
    evidence: { ...dispute.evidence, ...params.evidence },
    evidence_details: {
      ...details,
      has_evidence: details.has_evidence || Object.keys(params.evidence ?? {}).length > 0,
      submission_count: details.submission_count + (params.submit ? 1 : 0),
      submission_method: params.submit ? 'manual' : details.submission_method,
    },
    metadata: { ...dispute.metadata, ...params.metadata },
    status: params.submit ? under : dispute.status,
  })
  memory.emit('charge.dispute.updated', updated, { status: dispute.status })
  return updated
}

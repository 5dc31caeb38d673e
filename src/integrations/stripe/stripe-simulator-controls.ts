import { accountOfIban } from './stripe-simulator-accounts.ts'
import { cardOfNumber } from './stripe-simulator-cards.ts'
import { authenticateSession, closeDueSessions, settleDebit, submitSession } from './stripe-simulator-checkout.ts'
import { passTime } from './stripe-simulator-clocks.ts'
import { type Charge, type Memory, nobody, type Session } from './stripe-simulator-memory.ts'
import { authenticateIntent } from './stripe-simulator-page-routes.ts'
import { finishRefund } from './stripe-simulator-refunds.ts'

/** What a person or the bank does, and what came of it. */
export function controls(memory: Memory) {
  return {
    sessions: (): Session[] => memory.sessions.values().map((record) => record.object),
    effects: (): Map<string, Charge[]> => {
      const taken = memory.charges.values().filter((charge) => charge.captured && charge.status === 'succeeded')
      return Map.groupBy(taken, (charge) => charge.payment_intent ?? charge.id)
    },
    pay: (sessionId: string, cardNumber = '4242424242424242'): Session => {
      const expiryYear = new Date(memory.nowMs()).getUTCFullYear() + 2
      const person = { name: 'Test Person', email: 'person@example.test', expiryMonth: 12, expiryYear }
      const account = accountOfIban(cardNumber)
      const card = { kind: 'card', card: cardOfNumber(cardNumber) } as const
      const paid = { ...person, ...(account ? { kind: 'sepa_debit' as const, account } : card) }
      return memory.during(nobody, () => submitSession(memory, sessionId, paid)).object
    },
    authenticate: (id: string, passed: boolean): void => {
      if (id.startsWith('cs_')) memory.during(nobody, () => authenticateSession(memory, id, passed))
      else authenticateIntent(memory, id, passed)
    },
    tick: (): void => {
      memory.during(nobody, () => {
        closeDueSessions(memory)
        passTime(memory)
        const due = ({ dueMs }: { dueMs: number }): boolean => dueMs <= memory.nowMs()
        for (const { id } of memory.failingRefunds.values().filter(due)) finishRefund(memory, id)
        for (const { id } of memory.debits.values().filter(due)) settleDebit(memory, id)
      })
    },
  }
}

import type { Member } from './member.ts'

/** What a story had in it, so that one in which nothing happened proves nothing. */
export type Tally = Record<
  | 'customers'
  | 'paid'
  | 'open'
  | 'void'
  | 'suspended'
  | 'terminated'
  | 'changes'
  | 'ended'
  | 'refunds'
  | 'disputes'
  | 'killed',
  number
>

export function tallyOf(members: readonly Member[]): Omit<Tally, 'killed'> {
  const models = members.map(({ model }) => model)
  const documents = models.flatMap((model) => model.documents)
  const count = (state: string): number => documents.filter((document) => document.state === state).length
  return {
    customers: members.length,
    paid: count('paid'),
    open: count('open'),
    void: count('void'),
    suspended: documents.filter(({ suspended }) => suspended).length,
    terminated: models.filter(({ isTerminated }) => isTerminated).length,
    changes: documents.filter(({ purpose }) => purpose === 'change').length,
    ended: models.flatMap(({ agreements }) => agreements).filter(({ state }) => state === 'cancelled').length,
    refunds: models.flatMap(({ refunds }) => refunds).filter(({ state }) => state === 'succeeded').length,
    disputes: models.flatMap(({ payments }) => payments).filter(({ dispute }) => dispute).length,
  }
}

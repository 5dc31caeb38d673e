import type { Api } from './stripe-simulator-api.ts'
import { decideDispute, isDecided, updateDispute } from './stripe-simulator-disputes.ts'
import { listPage, wasCreated } from './stripe-simulator-lists.ts'
import type { Memory } from './stripe-simulator-memory.ts'
import { Params, type ParamsOf } from './stripe-simulator-params.ts'
import { createRefund } from './stripe-simulator-refunds.ts'
import { invalid } from './stripe-simulator-refusal.ts'
import { found } from './stripe-simulator-found.ts'

/** What was paid, sent back, contested, and what that did to the balance. */

type MoneyFilter = ParamsOf<'moneyList'>

/** Whether an object about money is one of those asked for. */
function isWanted(
  each: { created: number; payment_intent: string | null; customer?: string | null; charge?: string | null },
  params: MoneyFilter,
): boolean {
  return (
    wasCreated(each.created, params.created) &&
    (params.payment_intent === undefined || each.payment_intent === params.payment_intent) &&
    (params.customer === undefined || each.customer === params.customer) &&
    (params.charge === undefined || each.charge === params.charge)
  )
}

export function moneyRoutes({ endpoint }: Api, memory: Memory): void {
  endpoint('POST', '/v1/refunds', Params.refundCreate, (params) => createRefund(memory, params))
  endpoint('GET', '/v1/refunds', Params.moneyList, (params) =>
    listPage(
      memory.refunds.values().filter((each) => isWanted(each, params)),
      params,
      '/v1/refunds',
    ),
  )
  endpoint('GET', '/v1/refunds/:id', Params.none, (_, { id = '' }) => found(memory.refunds.get(id), 'refund', id))
  endpoint('GET', '/v1/charges', Params.moneyList, (params) =>
    listPage(
      memory.charges.values().filter((each) => isWanted(each, params)),
      params,
      '/v1/charges',
    ),
  )
  endpoint('GET', '/v1/charges/:id', Params.none, (_, { id = '' }) => found(memory.charges.get(id), 'charge', id))
  endpoint('GET', '/v1/disputes', Params.moneyList, (params) =>
    listPage(
      memory.disputes.values().filter((each) => isWanted(each, params)),
      params,
      '/v1/disputes',
    ),
  )
  endpoint('GET', '/v1/disputes/:id', Params.none, (_, { id = '' }) => found(memory.disputes.get(id), 'dispute', id))
  const dispute = (id: string) => found(memory.disputes.get(id), 'dispute', id)
  endpoint('POST', '/v1/disputes/:id', Params.disputeUpdate, (params, { id = '' }) =>
    updateDispute(memory, dispute(id), params),
  )
  endpoint('POST', '/v1/disputes/:id/close', Params.none, (_, { id = '' }) => {
    if (isDecided(dispute(id))) throw invalid('This dispute is already closed')
    return decideDispute(memory, dispute(id), 'lost')
  })
}

export function balanceRoutes({ endpoint }: Api, memory: Memory): void {
  const path = '/v1/balance_transactions'
  endpoint('GET', path, Params.balanceList, (params) => {
    const wanted = memory.balance
      .values()
      .filter(
        (each) =>
          wasCreated(each.created, params.created) &&
          (params.source === undefined || each.source === params.source) &&
          (params.type === undefined || each.type === params.type) &&
          (params.currency === undefined || each.currency === params.currency),
      )
    return listPage(wanted, params, path)
  })
  endpoint('GET', `${path}/:id`, Params.none, (_, { id = '' }) =>
    found(memory.balance.get(id), 'balance_transaction', id),
  )
}

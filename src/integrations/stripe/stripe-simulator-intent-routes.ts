import type { Api } from './stripe-simulator-api.ts'
import { listPage, wasCreated } from './stripe-simulator-lists.ts'
import type { Memory, PaymentIntent, SetupIntent } from './stripe-simulator-memory.ts'
import { takeMethod } from './stripe-simulator-methods.ts'
import { newPaymentIntent, newSetupIntent } from './stripe-simulator-objects.ts'
import { Params, type ParamsOf } from './stripe-simulator-params.ts'
import { attemptPayment, cancelIntent, requireAmount } from './stripe-simulator-payments.ts'
import { invalid } from './stripe-simulator-refusal.ts'
import { found, liveCustomer } from './stripe-simulator-found.ts'
import { attemptSetup, cancelSetup } from './stripe-simulator-setups.ts'

/** Payment intents and setup intents over the API. */

function createIntent(memory: Memory, params: ParamsOf<'intentCreate'>): PaymentIntent {
  requireAmount(params.amount, params.currency, 'amount')
  if (params.off_session !== undefined && !params.confirm)
    throw invalid('You cannot set `off_session` unless you also set `confirm` to true.', { param: 'off_session' })
  if (params.customer) liveCustomer(memory, params.customer, 'customer')
  const method = params.payment_method ? takeMethod(memory, params.payment_method) : undefined
  const intent: PaymentIntent = {
    ...newPaymentIntent(memory, {
      amount: params.amount,
      currency: params.currency,
      customer: params.customer ?? null,
      description: params.description ?? null,
      metadata: params.metadata ?? {},
      keepCard: params.setup_future_usage ?? null,
      allowRedirects: params.automatic_payment_methods?.allow_redirects,
    }),
    receipt_email: params.receipt_email ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    payment_method: method?.id ?? null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
  }
  memory.intents.set(intent.id, intent)
  memory.emit('payment_intent.created', intent)
  return params.confirm ? confirmIntent(memory, intent, { ...params, payment_method: method?.id }) : intent
}

function confirmIntent(memory: Memory, intent: PaymentIntent, params: ParamsOf<'intentConfirm'>): PaymentIntent {
  const given = params.payment_method ?? intent.payment_method
  if (!given)
    throw invalid(
      'You cannot confirm this PaymentIntent because it’s missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.',
      { code: 'payment_intent_unexpected_state' },
    )
  const kept = params.setup_future_usage ?? intent.setup_future_usage
  return attemptPayment(memory, { ...intent, setup_future_usage: kept }, takeMethod(memory, given), {
    offSession: params.off_session ?? false,
    returnUrl: params.return_url,
    refuseAction: params.error_on_requires_action,
  })
}

export function paymentIntentRoutes({ endpoint }: Api, memory: Memory): void {
  const path = '/v1/payment_intents'
  const intent = (id: string) => found(memory.intents.get(id), 'payment_intent', id)
  endpoint('POST', path, Params.intentCreate, (params) => createIntent(memory, params))
  endpoint('GET', path, Params.intentList, (params) => {
    const wanted = memory.intents
      .values()
      .filter(
        (each) =>
          wasCreated(each.created, params.created) &&
          (params.customer === undefined || each.customer === params.customer),
      )
    return listPage(wanted, params, path)
  })
  endpoint('GET', `${path}/:id`, Params.none, (_, { id = '' }) => intent(id))
  endpoint('POST', `${path}/:id/confirm`, Params.intentConfirm, (params, { id = '' }) =>
    confirmIntent(memory, intent(id), params),
  )
  endpoint('POST', `${path}/:id/cancel`, Params.intentCancel, (params, { id = '' }) =>
    cancelIntent(memory, intent(id), params.cancellation_reason ?? null),
  )
}

function createSetup(memory: Memory, params: ParamsOf<'setupCreate'>): SetupIntent {
  if (params.customer) liveCustomer(memory, params.customer, 'customer')
  const method = params.payment_method ? takeMethod(memory, params.payment_method) : undefined
  const setup: SetupIntent = {
    ...newSetupIntent(memory, {
      customer: params.customer ?? null,
      description: params.description ?? null,
      metadata: params.metadata ?? {},
      usage: params.usage ?? 'off_session',
    }),
    payment_method: method?.id ?? null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
  }
  memory.setups.set(setup.id, setup)
  memory.emit('setup_intent.created', setup)
  return params.confirm ? confirmSetup(memory, setup, { ...params, payment_method: method?.id }) : setup
}

function confirmSetup(memory: Memory, setup: SetupIntent, params: ParamsOf<'setupConfirm'>): SetupIntent {
  const given = params.payment_method ?? setup.payment_method
  if (!given)
    throw invalid('You cannot confirm this SetupIntent because it’s missing a payment method.', {
      code: 'setup_intent_unexpected_state',
    })
  return attemptSetup(memory, setup, takeMethod(memory, given), params.return_url)
}

export function setupIntentRoutes({ endpoint }: Api, memory: Memory): void {
  const path = '/v1/setup_intents'
  const setup = (id: string) => found(memory.setups.get(id), 'setupintent', id)
  endpoint('POST', path, Params.setupCreate, (params) => createSetup(memory, params))
  endpoint('GET', path, Params.intentList, (params) => {
    const wanted = memory.setups
      .values()
      .filter(
        (each) =>
          wasCreated(each.created, params.created) &&
          (params.customer === undefined || each.customer === params.customer),
      )
    return listPage(wanted, params, path)
  })
  endpoint('GET', `${path}/:id`, Params.none, (_, { id = '' }) => setup(id))
  endpoint('POST', `${path}/:id/confirm`, Params.setupConfirm, (params, { id = '' }) =>
    confirmSetup(memory, setup(id), params),
  )
  endpoint('POST', `${path}/:id/cancel`, Params.setupCancel, (params, { id = '' }) =>
    cancelSetup(memory, setup(id), params.cancellation_reason ?? null),
  )
}

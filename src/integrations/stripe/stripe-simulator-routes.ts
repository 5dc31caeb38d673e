import type { Api } from './stripe-simulator-api.ts'
import { createSession, currentSession, expireSession } from './stripe-simulator-checkout.ts'
import { deleteCustomer } from './stripe-simulator-customers.ts'
import { found, liveCustomer, mergeMetadata } from './stripe-simulator-found.ts'
import { requireRoom, underClock } from './stripe-simulator-clocks.ts'
import { listPage, wasCreated } from './stripe-simulator-lists.ts'
import type { Customer, Memory } from './stripe-simulator-memory.ts'
import { API_VERSION } from './stripe-simulator-memory.ts'
import { accountOfIban } from './stripe-simulator-accounts.ts'
import { attachMethod, createAccount, forgetMethod, takeMethod } from './stripe-simulator-methods.ts'
import { newCustomer } from './stripe-simulator-objects.ts'
import { Params, type ParamsOf } from './stripe-simulator-params.ts'
import { invalid } from './stripe-simulator-refusal.ts'

/** The paths of the API, apart from the intents. */

function changeCustomer(memory: Memory, customer: Customer, input: ParamsOf<'customerUpdate'>): Customer {
  const method = input.invoice_settings?.default_payment_method
  if (method && memory.methods.get(method)?.customer !== customer.id)
    throw invalid('The customer does not have a payment method with the ID ' + method, {
      code: 'resource_missing',
      param: 'invoice_settings[default_payment_method]',
    })
  const orNull = (value: string | undefined, before: string | null | undefined): string | null =>
    value === undefined ? (before ?? null) : value || null
  const address = input.address
  return {
    ...customer,
    email: orNull(input.email, customer.email),
    name: orNull(input.name, customer.name),
    phone: orNull(input.phone, customer.phone),
    description: orNull(input.description, customer.description),
    address:
      address === undefined
        ? (customer.address ?? null)
        : address && {
            city: address.city ?? null,
            country: address.country ?? null,
            line1: address.line1 ?? null,
            line2: address.line2 ?? null,
            postal_code: address.postal_code ?? null,
            state: address.state ?? null,
          },
    metadata: input.metadata ? mergeMetadata(customer.metadata, input.metadata) : customer.metadata,
    tax_exempt: input.tax_exempt ?? customer.tax_exempt ?? 'none',
    preferred_locales: input.preferred_locales ?? customer.preferred_locales ?? [],
    invoice_settings: {
      ...customer.invoice_settings,
      default_payment_method: orNull(method, customer.invoice_settings.default_payment_method as string | null),
    },
  }
}

export function customerRoutes({ endpoint }: Api, memory: Memory): void {
  const save = (customer: Customer): Customer => {
    memory.customers.set(customer.id, customer)
    return customer
  }
  endpoint('POST', '/v1/customers', Params.customerCreate, (params) => {
    const { test_clock: clock, ...rest } = params
    if (clock !== undefined) requireRoom(memory, clock)
    const made = underClock(memory, clock, () => newCustomer(memory))
    const customer = save(changeCustomer(memory, { ...made, test_clock: clock ?? null }, rest))
    memory.emit('customer.created', customer)
    return customer
  })
  endpoint('GET', '/v1/customers', Params.customerList, (params) => {
    const live = memory.customers.values().filter((each) => !('deleted' in each)) as Customer[]
    const wanted = live.filter(
      (each) =>
        wasCreated(each.created, params.created) &&
        (each.test_clock ?? undefined) === params.test_clock &&
        (params.email === undefined || each.email === params.email),
    )
    return listPage(wanted, params, '/v1/customers')
  })
  endpoint('GET', '/v1/customers/:id', Params.none, (_, { id = '' }) => found(memory.customers.get(id), 'customer', id))
  endpoint('POST', '/v1/customers/:id', Params.customerUpdate, (params, { id = '' }) => {
    const customer = save(changeCustomer(memory, liveCustomer(memory, id), params))
    memory.emit('customer.updated', customer, {})
    return customer
  })
  endpoint('DELETE', '/v1/customers/:id', Params.none, (_, { id = '' }) => {
    const customer = liveCustomer(memory, id)
    return deleteCustomer(memory, customer)
  })
  endpoint('GET', '/v1/customers/:id/payment_methods', Params.methodList, (params, { id = '' }) => {
    liveCustomer(memory, id)
    const own = memory.methods
      .values()
      .filter((each) => each.customer === id && (params.type === undefined || each.type === params.type))
    return listPage(own, params, `/v1/customers/${id}/payment_methods`)
  })
}

export function methodRoutes({ endpoint }: Api, memory: Memory): void {
  endpoint('GET', '/v1/payment_methods', Params.methodList, (params) => {
    const own = memory.methods
      .values()
      .filter(
        (each) =>
          params.customer !== undefined &&
          each.customer === params.customer &&
          (params.type === undefined || each.type === params.type),
      )
    return listPage(own, params, '/v1/payment_methods')
  })
  endpoint('GET', '/v1/payment_methods/:id', Params.none, (_, { id = '' }) =>
    found(memory.methods.get(id), 'PaymentMethod', id),
  )
  endpoint('POST', '/v1/payment_methods/:id/attach', Params.attach, (params, { id = '' }) => {
    const customer = liveCustomer(memory, params.customer, 'customer')
    return attachMethod(memory, takeMethod(memory, id, 'id'), customer.id)
  })
  endpoint('POST', '/v1/payment_methods/:id/detach', Params.none, (_, { id = '' }) =>
    forgetMethod(memory, found(memory.methods.get(id), 'PaymentMethod', id)),
  )
  endpoint('POST', '/v1/payment_methods', Params.methodCreate, (params) => {
    const account = accountOfIban(params.sepa_debit.iban)
    if (!account)
      throw invalid('The IBAN you provided is invalid.', {
        code: 'invalid_bank_account_iban',
        param: 'sepa_debit[iban]',
      })
    return createAccount(memory, account, params.billing_details)
  })
  endpoint('GET', '/v1/mandates/:id', Params.none, (_, { id = '' }) => found(memory.mandates.get(id), 'mandate', id))
}

export function checkoutRoutes({ endpoint }: Api, memory: Memory): void {
  const path = '/v1/checkout/sessions'
  const session = (id: string) => found(currentSession(memory, id), 'checkout.session', id)
  endpoint('POST', path, Params.sessionCreate, (params) => createSession(memory, params))
  endpoint('GET', path, Params.sessionList, (params) => {
    const wanted = memory.sessions
      .values()
      .map((record) => session(record.id).object)
      .filter(
        (each) =>
          wasCreated(each.created, params.created) &&
          (params.status === undefined || each.status === params.status) &&
          (params.customer === undefined || each.customer === params.customer) &&
          (params.payment_intent === undefined || each.payment_intent === params.payment_intent),
      )
    return listPage(wanted, params, path)
  })
  endpoint('GET', `${path}/:id`, Params.none, (_, { id = '' }) => session(id).object)
  endpoint('POST', `${path}/:id/expire`, Params.none, (_, { id = '' }) => expireSession(memory, id))
  endpoint('GET', `${path}/:id/line_items`, Params.page, (params, { id = '' }) =>
    listPage(session(id).lineItems.toReversed(), params, `${path}/${id}/line_items`),
  )
}

export function eventRoutes({ endpoint }: Api, memory: Memory, webhookUrl: string | undefined): void {
  endpoint('GET', '/v1/events', Params.eventList, (params) => {
    const types = params.types ?? (params.type ? [params.type] : undefined)
    const matches = (type: string): boolean =>
      types?.some((each) => each === type || (each.endsWith('*') && type.startsWith(each.slice(0, -1)))) ?? true
    const wanted = memory.events
      .values()
      .filter(
        (event) =>
          matches(event.type) &&
          wasCreated(event.created, params.created) &&
          (params.delivery_success === undefined || params.delivery_success === (event.pending_webhooks === 0)),
      )
    return listPage(wanted, params, '/v1/events')
  })
  endpoint('GET', '/v1/events/:id', Params.none, (_, { id = '' }) => found(memory.events.get(id), 'event', id))
  endpoint('GET', '/v1/webhook_endpoints', Params.page, (params) => {
    if (!webhookUrl) return listPage([], params, '/v1/webhook_endpoints')
    const only = {
      id: 'we_simulated',
      object: 'webhook_endpoint',
      api_version: API_VERSION,
      application: null,
      created: 0,
      description: null,
      enabled_events: ['*'],
      livemode: memory.livemode,
      metadata: {},
      status: 'enabled',
      url: webhookUrl,
    }
    return listPage([only], params, '/v1/webhook_endpoints')
  })
}

import type { Context, Hono } from 'hono'
import { makeMethod, type PaidWith } from './stripe-simulator-checkout.ts'
import { type Customer, type Memory, nobody, type PortalRecord, type SetupIntent } from './stripe-simulator-memory.ts'
import { forgetMethod, setDefaultMethod } from './stripe-simulator-methods.ts'
import { newSetupIntent } from './stripe-simulator-objects.ts'
import { show } from './stripe-simulator-page-routes.ts'
import { messagePage } from './stripe-simulator-page.ts'
import { portalPage, type PortalView } from './stripe-simulator-portal-page.ts'
import { visitPortal } from './stripe-simulator-portal.ts'
import { isRefusal } from './stripe-simulator-refusal.ts'
import { liveCustomer } from './stripe-simulator-found.ts'
import { attemptSetup } from './stripe-simulator-setups.ts'
import { NOTHING, readTyped } from './stripe-simulator-typed.ts'

type Visit = { record: PortalRecord; customer: Customer }

function visitor(memory: Memory) {
  return (c: Context): Visit | undefined =>
    memory.during(nobody, () => {
      const record = visitPortal(memory, c.req.param('secret') ?? '')
      return record && { record, customer: liveCustomer(memory, record.object.customer) }
    })
}

const gone = (c: Context): Response | Promise<Response> =>
  show(c, messagePage('This link has expired', 'Open your billing page from the shop again.'), 404)

function viewOf(memory: Memory, { record, customer }: Visit): PortalView {
  const { features } = memory.portalConfigurations.get(record.object.configuration) ?? {}
  const own = <T extends { customer: string | null }>(items: T[]): T[] =>
    items.filter((each) => each.customer === customer.id).toReversed()
  const paid = memory.charges.values().filter((charge) => charge.status === 'succeeded')
  return {
    path: `/p/session/${record.id}`,
    customer,
    methods: features?.payment_method_update.enabled ? own(memory.methods.values()) : undefined,
    charges: features?.invoice_history.enabled ? own(paid) : undefined,
    returnUrl: record.object.return_url,
    typed: NOTHING,
    errors: {},
    refusal: undefined,
  }
}

/** Saves a method for the customer of a portal; the first becomes the one that is used by default. */
function addMethod(memory: Memory, { record, customer }: Visit, paid: PaidWith): SetupIntent {
  const setup = newSetupIntent(memory, {
    customer: customer.id,
    description: null,
    metadata: {},
    usage: 'off_session',
  })
  memory.setups.set(setup.id, setup)
  memory.emit('setup_intent.created', setup)
  const done = attemptSetup(memory, setup, makeMethod(memory, paid), record.object.url)
  const first = customer.invoice_settings.default_payment_method === null
  if (done.status === 'succeeded' && first) setDefaultMethod(memory, customer, done.payment_method)
  return done
}

/** `/p/session/…`: a customer adds, removes and prefers ways to pay, and sees what she paid. */
export function portalPages(app: Hono, memory: Memory): void {
  const visit = visitor(memory)
  const path = '/p/session/:secret'
  app.get(path, (c) => {
    const visited = visit(c)
    return visited ? show(c, portalPage(viewOf(memory, visited))) : gone(c)
  })

  app.post(`${path}/add`, async (c) => {
    const visited = visit(c)
    if (!visited) return gone(c)
    const view = viewOf(memory, visited)
    const { typed, errors, paid } = await readTyped(c, { email: false, nowMs: memory.nowMs() })
    if (!view.methods) return c.redirect(view.path, 303)
    if (Object.keys(errors).length > 0) return show(c, portalPage({ ...view, typed, errors }))
    try {
      const setup = memory.during(nobody, () => addMethod(memory, visited, paid))
      return c.redirect(setup.status === 'requires_action' ? `/3ds/${setup.id}` : view.path, 303)
    } catch (error) {
      if (!isRefusal(error)) throw error
      return show(c, portalPage({ ...view, typed, refusal: error.message }))
    }
  })

  for (const verb of ['remove', 'default'] as const)
    app.post(`${path}/${verb}`, async (c) => {
      const visited = visit(c)
      if (!visited) return gone(c)
      const view = viewOf(memory, visited)
      const id = new URLSearchParams(await c.req.text()).get('id')
      // It may have been removed on another page meanwhile; then there is nothing left to do.
      const method = view.methods?.find((each) => each.id === id)
      if (method)
        memory.during(nobody, () => {
          if (verb === 'remove') forgetMethod(memory, method)
          else setDefaultMethod(memory, visited.customer, method.id)
        })
      return c.redirect(view.path, 303)
    })
}

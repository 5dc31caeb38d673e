import type { Context, Hono } from 'hono'
import { authenticateSession, awaitsHolder, currentSession, submitSession } from './stripe-simulator-checkout.ts'
import { type Memory, nobody, type SessionRecord } from './stripe-simulator-memory.ts'
import { authenticationPage, type Html, messagePage, money, payPage } from './stripe-simulator-page.ts'
import { finishAuthentication } from './stripe-simulator-payments.ts'
import { isRefusal } from './stripe-simulator-refusal.ts'
import { finishSetup } from './stripe-simulator-setups.ts'
import { pageHeaders } from './stripe-simulator-style.ts'
import { NOTHING, readTyped } from './stripe-simulator-typed.ts'

export const show = (c: Context, page: Html, status: 200 | 404 = 200): Response | Promise<Response> =>
  c.html(page, status, pageHeaders)

export const notHere = (c: Context): Response | Promise<Response> =>
  show(c, messagePage('There is no such page', 'This link leads to no payment.'), 404)

/** Where a finished page leads: back to the shop, which learns nothing from it but the session's id. */
const successUrl = ({ object }: SessionRecord): string =>
  (object.success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', object.id)

function ended(c: Context, { object, ...record }: SessionRecord): Response | Promise<Response> {
  if (object.status === 'complete') {
    const link = { href: successUrl({ object, ...record }), label: 'Back to the shop' }
    return show(
      c,
      messagePage('You are all done here', 'This checkout is complete. Nothing more will be charged.', link),
    )
  }
  const link = object.cancel_url ? { href: object.cancel_url, label: 'Back to the shop' } : undefined
  return show(c, messagePage('This checkout has expired', 'Nothing was charged. Start again from the shop.', link))
}

/** The words of the last refusal, for somebody who comes back to the page. */
function lastRefusal(memory: Memory, { object }: SessionRecord): string | undefined {
  const intent = memory.intents.get(object.payment_intent ?? '')
  const setup = memory.setups.get(object.setup_intent ?? '')
  return intent?.last_payment_error?.message ?? setup?.last_setup_error?.message
}

const whatOf = ({ object }: SessionRecord): string =>
  object.mode === 'setup' ? 'save a card' : `pay ${money(object.amount_total ?? 0, object.currency ?? 'usd')}`

/** `/c/pay/…`: one pays, is declined, tries another card, proves herself, or leaves. */
export function checkoutPages(app: Hono, memory: Memory): void {
  const find = (id: string): SessionRecord | undefined => memory.during(nobody, () => currentSession(memory, id))
  const forward = (c: Context, record: SessionRecord): Response => {
    if (record.object.status === 'complete') return c.redirect(successUrl(record), 303)
    return c.redirect(`/c/pay/${record.id}${awaitsHolder(memory, record) ? '/authenticate' : ''}`, 303)
  }

  app.get('/c/pay/:id', (c) => {
    const record = find(c.req.param('id'))
    if (!record) return notHere(c)
    if (record.object.status !== 'open') return ended(c, record)
    return show(c, payPage(record, NOTHING, {}, lastRefusal(memory, record)))
  })

  app.post('/c/pay/:id', async (c) => {
    const id = c.req.param('id')
    const record = find(id)
    if (!record) return notHere(c)
    const email = record.object.customer === null && record.object.customer_email === null
    const { typed, errors, paid } = await readTyped(c, { email, nowMs: memory.nowMs() })
    if (record.object.status !== 'open')
      return record.object.status === 'complete' ? forward(c, record) : ended(c, record)
    if (Object.keys(errors).length > 0) return show(c, payPage(record, typed, errors, undefined))
    try {
      return forward(
        c,
        memory.during(nobody, () => submitSession(memory, id, paid)),
      )
    } catch (error) {
      if (!isRefusal(error)) throw error
      return show(c, payPage(record, typed, {}, error.message))
    }
  })

  app.get('/c/pay/:id/authenticate', (c) => {
    const record = find(c.req.param('id'))
    if (!record) return notHere(c)
    if (!awaitsHolder(memory, record)) return record.object.status === 'open' ? forward(c, record) : ended(c, record)
    const action = `/c/pay/${record.id}/authenticate`
    return show(c, authenticationPage({ action, what: whatOf(record), back: `/c/pay/${record.id}` }))
  })

  app.post('/c/pay/:id/authenticate', async (c) => {
    const passed = new URLSearchParams(await c.req.text()).get('result') === 'complete'
    const id = c.req.param('id')
    if (!find(id)) return notHere(c)
    const record = memory.during(nobody, () => authenticateSession(memory, id, passed))
    return record.object.status === 'expired' ? ended(c, record) : forward(c, record)
  })
}

/** Answers the bank's question for an intent made over the API. */
export function authenticateIntent(memory: Memory, id: string, passed: boolean): boolean {
  return memory.during(nobody, () => {
    const intent = memory.intents.get(id)
    const setup = memory.setups.get(id)
    if (intent) finishAuthentication(memory, intent, passed)
    if (setup) finishSetup(memory, setup, passed)
    return Boolean(intent ?? setup)
  })
}

/** `/3ds/…`: where an intent made over the API with a return_url sends its card's holder. */
export function authenticationPages(app: Hono, memory: Memory): void {
  const waiting = (id: string) =>
    [memory.intents.get(id), memory.setups.get(id)].find((each) => each?.status === 'requires_action')
  app.get('/3ds/:id', (c) => {
    const id = c.req.param('id')
    if (!waiting(id)) return notHere(c)
    return show(c, authenticationPage({ action: `/3ds/${id}`, what: 'use your card', back: null }))
  })
  app.post('/3ds/:id', async (c) => {
    const id = c.req.param('id')
    const object = waiting(id)
    const returnUrl = object?.next_action?.redirect_to_url?.return_url
    if (!object || !returnUrl) return notHere(c)
    authenticateIntent(memory, id, new URLSearchParams(await c.req.text()).get('result') === 'complete')
    const back = new URL(returnUrl)
    back.searchParams.set(object.object, object.id)
    back.searchParams.set(`${object.object}_client_secret`, object.client_secret ?? '')
    return c.redirect(back.href, 303)
  })
}

import type { Hono } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import type { Html } from '#platform/simulation-page.ts'
import type { SimulatedSubscription, SubscriptionPart } from './parts.ts'

const SHOWN = 100

const TONES: Record<string, string> = { active: 'ok', trialing: 'info', canceled: '', incomplete_expired: '' }

/** Stripe's own subscriptions, such as a shop has that is moved over, and the clocks that make them renew. */
function subscriptionsBody(part: SubscriptionPart, note = ''): Html {
  const subscriptions = part.subscriptions()
  return html`<div class="head">
      <h1>Stripe subscriptions <span class="muted">${subscriptions.length}</span></h1>
      <a class="button" href="/subscriptions">Refresh</a>
    </div>
    ${note ? html`<p class="card note" role="status">${note}</p>` : ''} ${clockList(part)}
    ${subscriptions.length > 0 ? subscriptionList(subscriptions.slice(0, SHOWN)) : noSubscriptions()}
    ${subscriptions.length > SHOWN ? html`<p class="muted">The newest ${SHOWN} are shown.</p>` : ''}`
}

const noSubscriptions = (): Html =>
  html`<div class="card empty">
    <p>No subscriptions.</p>
    <p class="muted">
      The platform bills by itself. Make one over Stripe's API to see how an existing one is followed.
    </p>
  </div>`

const subscriptionList = (subscriptions: SimulatedSubscription[]): Html =>
  html`<ol class="card rows">
    ${subscriptions.map(
      (each) =>
        html`<li>
          <span class="event">
            <b>${each.amount}</b>
            <span class="mono muted">${each.id} · ${each.customer}${each.clockId ? ` · ${each.clockId}` : ''}</span>
          </span>
          <span class="result">
            <span class="badge ${TONES[each.status] ?? 'warn'}">${each.status.replaceAll('_', ' ')}</span>
            <span class="muted">${each.cancels ? 'ends' : 'until'} ${each.periodEndAt.slice(0, 10)}</span>
          </span>
        </li>`,
    )}
  </ol>`

function clockList(part: SubscriptionPart): Html | string {
  const clocks = part.clocks()
  if (clocks.length === 0) return ''
  return html`<ol class="card rows">
    ${clocks.map(
      (clock) =>
        html`<li>
          <span class="event">
            <b>${clock.name || 'Test clock'}</b>
            <span class="mono muted">
              ${clock.id} · ${clock.customers} ${clock.customers === 1 ? 'customer' : 'customers'}
            </span>
          </span>
          <span class="result">${clock.at.slice(0, 16).replace('T', ' ')} UTC</span>
          <form class="actions" method="post" action="/subscriptions/advance">
            <input type="hidden" name="id" value="${clock.id}" />
            <label class="hidden" for="days-${clock.id}">Days</label>
            <input id="days-${clock.id}" name="days" type="number" min="1" max="731" required value="31" />
            <button aria-label="Advance ${clock.id} by days">Advance days</button>
          </form>
        </li>`,
    )}
  </ol>`
}

const Days = z.coerce.number().int().min(1).max(731)

/** The buttons of the subscriptions page. `page` puts a body into the console's frame. */
export function subscriptionRoutes(app: Hono, part: SubscriptionPart, page: (body: Html) => Html): void {
  app.get('/subscriptions', (c) => c.html(page(subscriptionsBody(part, c.req.query('note')))))
  app.post('/subscriptions/advance', async (c) => {
    const { id, days } = await c.req.parseBody()
    const read = Days.safeParse(days)
    const note = read.success
      ? part.advance(typeof id === 'string' ? id : '', read.data)
      : 'Nothing changed: a clock moves on by 1 to 731 days.'
    return c.redirect(note ? `/subscriptions?${new URLSearchParams({ note }).toString()}` : '/subscriptions', 303)
  })
}

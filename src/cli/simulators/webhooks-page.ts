import { html } from 'hono/html'
import { type Html, moment } from '#platform/simulation-page.ts'
import type { WebhookEvent, WebhookPart, WebhookRules } from './parts.ts'

const SHOWN = 200

const STATES: Record<WebhookEvent['state'], [word: string, tone: string]> = {
  held: ['held back', 'info'],
  waiting: ['waiting', 'info'],
  failing: ['failing', 'warn'],
  delivered: ['delivered', 'ok'],
  given_up: ['given up', 'bad'],
  not_sent: ['not sent', 'warn'],
}

/** Stripe's events and how they were delivered, and the ways to upset their delivery. */
export function webhooksBody(webhooks: WebhookPart, note = ''): Html {
  const events = webhooks.events()
  const shown = events.slice(0, SHOWN)
  const failing = events.some((event) => event.state === 'failing')
  return html`<div class="head">
      <h1>Stripe webhooks <span class="muted">${events.length}</span></h1>
      ${failing ? html`<form method="post" action="/webhooks/hurry"><button>Retry failing now</button></form>` : ''}
      <a class="button" href="/webhooks">Refresh</a>
    </div>
    ${note ? html`<p class="card note" role="status">${note}</p>` : ''}
    <div class="columns">${rulesForm(webhooks.rules())} ${holdForm(webhooks.rules(), events)}</div>
    ${shown.length > 0 ? eventList(shown) : noEvents()}
    ${events.length > SHOWN ? html`<p class="muted">The newest ${SHOWN} are shown.</p>` : ''}`
}

const rulesForm = (rules: WebhookRules): Html =>
  html`<form class="card form" method="post" action="/webhooks/rules">
    <h2>Every new event</h2>
    <div class="numbers">
      <div>
        <label for="copies">Sent how often</label>
        <input id="copies" name="copies" type="number" min="1" max="20" required value="${rules.copies}" />
      </div>
      <div>
        <label for="delayMs">Delay in milliseconds</label>
        <input id="delayMs" name="delayMs" type="number" min="0" max="600000" required value="${rules.delayMs}" />
      </div>
    </div>
    <button>Apply</button>
  </form>`

function holdForm(rules: WebhookRules, events: WebhookEvent[]): Html {
  const held = events.filter((event) => event.state === 'held').length
  if (!rules.hold)
    return html`<form class="card form" method="post" action="/webhooks/hold">
      <h2>Order</h2>
      <p class="muted">Hold events back, let a few happen, then release them the wrong way round.</p>
      <button>Hold events back</button>
    </form>`
  return html`<form class="card form" method="post" action="/webhooks/release">
    <h2>Order</h2>
    <p><span class="badge info">holding</span> ${held} ${held === 1 ? 'event is' : 'events are'} held back.</p>
    <button name="order" value="created">Release in order</button>
    <button name="order" value="reversed">Release reversed</button>
  </form>`
}

const noEvents = (): Html =>
  html`<div class="card empty">
    <p>No events yet.</p>
    <p class="muted">Stripe tells the platform about every payment here. Pay for an order to see the first.</p>
  </div>`

const eventList = (events: WebhookEvent[]): Html =>
  html`<ol class="card rows">
    ${events.map(
      (event) =>
        html`<li>
          <span class="event">
            <b>${event.type}</b>
            <span class="mono muted">${event.subject} · ${event.id}</span>
          </span>
          <span class="result">${deliveryState(event)}</span>
          <span class="when">${moment(event.createdAt)}</span>
          <form class="actions" method="post" action="/webhooks/resend">
            <input type="hidden" name="id" value="${event.id}" />
            <button name="how" value="once" aria-label="Resend ${event.type}">Resend</button>
            <button name="how" value="twice" aria-label="Send ${event.type} twice at once">Twice</button>
            <button name="how" value="forged" aria-label="Send ${event.type} with a forged signature">Forged</button>
          </form>
        </li>`,
    )}
  </ol>`

function deliveryState(event: WebhookEvent): Html {
  const [word, tone] = STATES[event.state]
  const answer = event.lastStatus === undefined ? '' : event.lastStatus === 0 ? 'no answer' : String(event.lastStatus)
  const tries = event.attempts > 1 ? `${event.attempts} tries` : ''
  return html`<span class="badge ${tone}">${word}</span>
    <span class="muted">${[answer, tries].filter(Boolean).join(', ')}</span>`
}

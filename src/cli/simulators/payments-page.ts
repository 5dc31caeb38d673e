import { html } from 'hono/html'
import { type Html, moment } from '#platform/simulation-page.ts'
import type { PaymentPart, PaymentRules, SimulatedPayment } from './parts.ts'

const SHOWN = 100

const TONES: Record<string, string> = {
  succeeded: 'ok',
  won: 'ok',
  warning_closed: 'ok',
  pending: 'info',
  failed: 'bad',
  lost: 'bad',
}
const badge = (status: string): Html =>
  html`<span class="badge ${TONES[status] ?? 'warn'}">${status.replaceAll('_', ' ')}</span>`

/** Stripe's payments, and what other people do to them: refunds by hand, disputes, debits that settle, limits. */
export function paymentsBody(part: PaymentPart, note = ''): Html {
  const payments = part.payments()
  const waiting = payments.some((payment) => payment.status === 'pending')
  return html`<div class="head">
      <h1>Stripe payments <span class="muted">${payments.length}</span></h1>
      ${waiting ? html`<form method="post" action="/payments/settle"><button>Settle debits now</button></form>` : ''}
      <a class="button" href="/payments">Refresh</a>
    </div>
    ${note ? html`<p class="card note" role="status">${note}</p>` : ''} ${rulesForm(part.rules())}
    ${payments.length > 0 ? paymentList(payments.slice(0, SHOWN)) : noPayments()}
    ${payments.length > SHOWN ? html`<p class="muted">The newest ${SHOWN} are shown.</p>` : ''}`
}

const number = (name: keyof PaymentRules, label: string, value: number): Html =>
  html`<div>
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" type="number" min="0" required value="${value}" />
  </div>`

const rulesForm = (rules: PaymentRules): Html =>
  html`<form class="card form" method="post" action="/payments/rules">
    <h2>Limits and delays</h2>
    <label class="check">
      <input type="checkbox" name="limited" ${rules.limited ? html`checked` : ''} />
      Answer 429 to more writes a second than the limit, for each endpoint
    </label>
    <p class="muted">
      ${rules.limitedCount} ${rules.limitedCount === 1 ? 'request was' : 'requests were'} answered 429.
    </p>
    <div class="numbers">
      ${number('writesPerSecond', 'Writes a second', rules.writesPerSecond)}
      ${number('debitSettlesAfterMs', 'A debit settles after ms', rules.debitSettlesAfterMs)}
      ${number('refundFailsAfterMs', 'A refund ends after ms', rules.refundFailsAfterMs)}
    </div>
    <button>Apply</button>
  </form>`

const noPayments = (): Html =>
  html`<div class="card empty">
    <p>No payments yet.</p>
    <p class="muted">
      Pay for an order in the shop. Then send the money back here, or contest the charge as a customer would.
    </p>
  </div>`

const paymentList = (payments: SimulatedPayment[]): Html =>
  html`<ol class="card rows payments">
    ${payments.map(
      (payment) =>
        html`<li>
          <span class="event">
            <b>${payment.amount}</b>
            <span class="mono muted">${payment.description} · ${payment.id}</span>
          </span>
          <span class="result">${badge(payment.status)}</span>
          <span class="when">${moment(payment.createdAt)}</span>
          ${payment.status === 'succeeded' ? actions(payment) : ''} ${history(payment)}
        </li>`,
    )}
  </ol>`

const actions = (payment: SimulatedPayment): Html =>
  html`<div class="actions">
    ${
      payment.left
        ? html`<form class="actions" method="post" action="/payments/refund">
            <input type="hidden" name="id" value="${payment.id}" />
            <label class="hidden" for="amount-${payment.id}">Minor units to send back, all when empty</label>
            <input id="amount-${payment.id}" name="amount" inputmode="numeric" placeholder="Minor units" size="10" />
            <button aria-label="Refund ${payment.id}">Refund (${payment.left})</button>
          </form>`
        : ''
    }
    ${payment.disputes.some((each) => !each.decided) ? '' : disputeForm(payment)}
  </div>`

const disputeForm = (payment: SimulatedPayment): Html =>
  html`<form class="actions" method="post" action="/payments/dispute">
    <input type="hidden" name="id" value="${payment.id}" />
    <button name="how" value="dispute" aria-label="Contest ${payment.id}">Dispute</button>
    <button name="how" value="inquiry" aria-label="Ask about ${payment.id}">Inquiry</button>
  </form>`

function history({ refunds, disputes }: SimulatedPayment): Html | string {
  if (refunds.length + disputes.length === 0) return ''
  return html`<ul class="history">
    ${refunds.map(
      (refund) =>
        html`<li>
          Refund ${refund.amount} ${badge(refund.status)} <span class="mono muted">${refund.id}</span>
          ${
            refund.status === 'failed' || refund.status === 'canceled'
              ? ''
              : html`<form method="post" action="/payments/fail-refund">
                  <input type="hidden" name="id" value="${refund.id}" />
                  <button aria-label="Let ${refund.id} fail">Let it fail</button>
                </form>`
          }
        </li>`,
    )}
    ${disputes.map(
      (dispute) =>
        html`<li>
          ${dispute.warning ? 'Inquiry' : 'Dispute'} ${badge(dispute.status)}
          <span class="mono muted">${dispute.id}</span>
          ${dispute.decided ? '' : verdicts(dispute)}
        </li>`,
    )}
  </ul>`
}

const verdicts = (dispute: SimulatedPayment['disputes'][number]): Html =>
  html`<form class="actions" method="post" action="/payments/decide">
    <input type="hidden" name="id" value="${dispute.id}" />
    <button name="verdict" value="won" aria-label="${dispute.warning ? 'Close' : 'Win'} ${dispute.id}">
      ${dispute.warning ? 'Close' : 'We win'}
    </button>
    <button name="verdict" value="lost" aria-label="${dispute.warning ? 'Escalate' : 'Lose'} ${dispute.id}">
      ${dispute.warning ? 'Escalate' : 'We lose'}
    </button>
  </form>`

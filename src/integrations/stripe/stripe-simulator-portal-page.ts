import { html } from 'hono/html'
import type { Charge, Customer, PaymentMethod } from './stripe-simulator-memory.ts'
import { accountForm, cardForm } from './stripe-simulator-page-forms.ts'
import { type Html, money, page } from './stripe-simulator-page.ts'
import type { FieldErrors, Typed } from './stripe-simulator-typed.ts'

/** A customer's own page: her ways to pay and what she paid. */

export type PortalView = {
  path: string
  customer: Customer
  /** Undefined when the seller does not let customers change them. */
  methods: PaymentMethod[] | undefined
  /** Undefined when the seller does not show them. */
  charges: Charge[] | undefined
  returnUrl: string | null
  typed: Typed
  errors: FieldErrors
  refusal: string | undefined
}

const nameOf = ({ card, sepa_debit: account }: PaymentMethod): string =>
  card ? `${card.brand} •••• ${card.last4}` : `SEPA •••• ${account?.last4 ?? ''}`

const untilOf = ({ card }: PaymentMethod): string =>
  card ? `Expires ${String(card.exp_month).padStart(2, '0')}/${card.exp_year}` : 'Direct debit'

function methodRow(view: PortalView, method: PaymentMethod): Html {
  const chosen = view.customer.invoice_settings.default_payment_method === method.id
  const button = (verb: string, label: string): Html =>
    html`<form method="post" action="${view.path}/${verb}">
      <input type="hidden" name="id" value="${method.id}" />
      <button type="submit" class="quiet" aria-label="${label} ${nameOf(method)}">${label}</button>
    </form>`
  return html`<li>
    <span><strong>${nameOf(method)}</strong> <span class="hint">${untilOf(method)}</span></span>
    ${chosen ? html`<span class="hint">Default</span>` : button('default', 'Make default')}
    ${button('remove', 'Remove')}
  </li>`
}

function methodSection(view: PortalView, methods: PaymentMethod[]): Html {
  const forms = { path: `${view.path}/add`, askEmail: false, typed: view.typed, errors: view.errors }
  return html`<section>
    <h2>Payment methods</h2>
    ${
      methods.length > 0
        ? html`<ul class="lines">
            ${methods.map((method) => methodRow(view, method))}
          </ul>`
        : html`<p class="hint">No payment method is saved.</p>`
    }
    ${cardForm({ ...forms, title: 'Add a card', action: 'Add card', refusal: view.refusal })}
    ${accountForm({ ...forms, action: 'Add bank account' })}
  </section>`
}

const chargeSection = (charges: Charge[]): Html =>
  html`<section>
    <h2>Receipts</h2>
    ${
      charges.length > 0
        ? html`<ul class="lines">
            ${charges.map(
              (charge) =>
                html`<li>
                  <span>${new Date(charge.created * 1000).toISOString().slice(0, 10)} ${charge.description ?? ''}</span>
                  <span>${money(charge.amount, charge.currency)}</span>
                </li>`,
            )}
          </ul>`
        : html`<p class="hint">Nothing was paid yet.</p>`
    }
  </section>`

export const portalPage = (view: PortalView): Html =>
  page(
    'Billing',
    html`<main class="narrow portal">
      ${view.returnUrl ? html`<a class="back" href="${view.returnUrl}">← Back to the shop</a>` : ''}
      <h1>Billing</h1>
      <p class="hint">${view.customer.name ?? ''} ${view.customer.email ?? ''}</p>
      ${view.methods ? methodSection(view, view.methods) : ''} ${view.charges ? chargeSection(view.charges) : ''}
    </main>`,
  )

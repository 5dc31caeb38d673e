import { html } from 'hono/html'
import { accountForm, cardForm } from './stripe-simulator-page-forms.ts'
import type { SessionRecord } from './stripe-simulator-memory.ts'
import { stylesheet } from './stripe-simulator-style.ts'
import type { FieldErrors, Typed } from './stripe-simulator-typed.ts'

/** The hosted pages: plain HTML forms that need no script and fetch nothing. */

export type Html = ReturnType<typeof html>

export const page = (title: string, body: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – Simulated Stripe</title>
        ${stylesheet}
      </head>
      <body>
        <header class="simulated"><strong>Simulated Stripe.</strong> No money moves.</header>
        ${body}
      </body>
    </html>`

/** `12.34 €` from Stripe's integer. */
export function money(amount: number, currency: string): string {
  const code = currency.toUpperCase()
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: code })
  const digits = code === 'ISK' || code === 'UGX' ? 2 : (format.resolvedOptions().maximumFractionDigits ?? 2)
  return format.format(amount / 10 ** digits)
}

function summary(record: SessionRecord): Html {
  const { object, lineItems } = record
  if (object.mode === 'setup')
    return html`<section class="summary">
      <h1>Save a way to pay</h1>
      <p class="hint">Nothing is charged now.</p>
    </section>`
  const currency = object.currency ?? 'usd'
  return html`<section class="summary" aria-label="What you pay">
    <h1 class="amount">${money(object.amount_total ?? 0, currency)}</h1>
    <ul class="lines">
      ${lineItems.map(
        (line) =>
          html`<li>
            <span>${line.description ?? ''}${(line.quantity ?? 1) > 1 ? html` × ${String(line.quantity)}` : ''}</span>
            <span>${money(line.amount_total, currency)}</span>
          </li>`,
      )}
    </ul>
  </section>`
}

const back = (record: SessionRecord): Html | string =>
  record.object.cancel_url ? html`<a class="back" href="${record.object.cancel_url}">← Back</a>` : ''

/** The page with the forms for a card and for an account. `refusal` is what the bank said to the card before. */
export function payPage(record: SessionRecord, typed: Typed, errors: FieldErrors, refusal: string | undefined): Html {
  const { object } = record
  const setup = object.mode === 'setup'
  const known = object.customer !== null || object.customer_email !== null
  const action = setup ? 'Save card' : `Pay ${money(object.amount_total ?? 0, object.currency ?? 'usd')}`
  const forms = { path: `/c/pay/${record.id}`, askEmail: !known, typed, errors }
  const cardTitle = setup ? 'Card' : 'Pay with card'
  const accountWords = setup ? 'Save bank account' : 'Debit my account'
  return page(
    action,
    html`<main class="pay">
      <div>${back(record)} ${summary(record)}</div>
      <div>
        ${cardForm({ ...forms, title: cardTitle, action, refusal })}
        ${object.payment_method_types.includes('sepa_debit') ? accountForm({ ...forms, action: accountWords }) : ''}
      </div>
    </main>`,
  )
}

/** What a bank shows for 3-D Secure. `action` takes the answer; nothing is decided before. */
export function authenticationPage(input: { action: string; what: string; back: string | null }): Html {
  return page(
    'Confirm with your bank',
    html`<main class="narrow">
      <h1>Confirm with your bank</h1>
      <p>Your bank wants to know that it is you: <strong>${input.what}</strong>.</p>
      <form method="post" action="${input.action}" class="choices">
        <button type="submit" name="result" value="complete">Complete</button>
        <button type="submit" name="result" value="fail" class="quiet">Fail</button>
      </form>
      ${input.back ? html`<p><a href="${input.back}">Use another card</a></p>` : ''}
    </main>`,
  )
}

/** A page that only says something. */
export function messagePage(title: string, text: string, link?: { href: string; label: string }): Html {
  return page(
    title,
    html`<main class="narrow">
      <h1>${title}</h1>
      <p>${text}</p>
      ${link ? html`<p><a class="button" href="${link.href}">${link.label}</a></p>` : ''}
    </main>`,
  )
}

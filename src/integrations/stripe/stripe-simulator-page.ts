import { html } from 'hono/html'
import { testCards } from './stripe-simulator-cards.ts'
import type { SessionRecord } from './stripe-simulator-memory.ts'
import { stylesheet } from './stripe-simulator-style.ts'

/** The hosted pages: plain HTML forms that need no script and fetch nothing. */

export type Html = ReturnType<typeof html>

/** What the person typed, shown again when something is wrong with it. */
export type Typed = { number: string; expiry: string; cvc: string; name: string; email: string }
export type FieldErrors = Partial<Record<keyof Typed, string>>

const page = (title: string, body: Html): Html =>
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

const grouped = (number: string): string => number.replaceAll(/(\d{4})(?=\d)/g, '$1 ')

const hints = html`<details open>
  <summary>Test cards</summary>
  <ul class="cards">
    ${testCards
      .filter((card) => card.hint)
      .map((card) => html`<li><code>${grouped(card.number)}</code><span>${card.hint}</span></li>`)}
  </ul>
  <p class="hint">Any future date and any three digits will do. No other card is taken.</p>
</details>`

type Field = {
  name: keyof Typed
  label: string
  placeholder?: string
  autocomplete: string
  inputmode?: string
  type?: string
  /** Only the card's own fields are needed. */
  required?: boolean
}

function field(about: Field, typed: Typed, errors: FieldErrors): Html {
  const { name } = about
  const error = errors[name]
  return html`<div class="field ${name}">
    <label for="${name}">${about.label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${about.type ?? 'text'}"
      value="${typed[name]}"
      autocomplete="${about.autocomplete}"
      placeholder="${about.placeholder ?? ''}"
      inputmode="${about.inputmode ?? 'text'}"
      maxlength="${name === 'name' || name === 'email' ? '200' : '40'}"
      ${about.required === false ? '' : 'required'}
      ${error ? html`aria-invalid="true" aria-describedby="${name}-error"` : ''}
    />
    ${error ? html`<p class="error" id="${name}-error">${error}</p>` : ''}
  </div>`
}

function summary(record: SessionRecord): Html {
  const { object, lineItems } = record
  if (object.mode === 'setup')
    return html`<section class="summary">
      <h1>Save a card</h1>
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

/** The page with the card form. `refusal` is what the bank said to the card before. */
export function payPage(record: SessionRecord, typed: Typed, errors: FieldErrors, refusal: string | undefined): Html {
  const { object } = record
  const setup = object.mode === 'setup'
  const action = setup ? 'Save card' : `Pay ${money(object.amount_total ?? 0, object.currency ?? 'usd')}`
  const known = object.customer !== null || object.customer_email !== null
  return page(
    action,
    html`<main class="pay">
      <div>${back(record)} ${summary(record)}</div>
      <form method="post" action="/c/pay/${record.id}" novalidate>
        <h2>${setup ? 'Card' : 'Pay with card'}</h2>
        ${refusal ? html`<p class="refusal" role="alert">${refusal}</p>` : ''}
        ${known ? '' : field({ name: 'email', label: 'Email', autocomplete: 'email', type: 'email', inputmode: 'email' }, typed, errors)}
        ${field({ name: 'number', label: 'Card number', autocomplete: 'cc-number', inputmode: 'numeric', placeholder: '1234 1234 1234 1234' }, typed, errors)}
        <div class="pair">
          ${field({ name: 'expiry', label: 'Expiry (MM/YY)', autocomplete: 'cc-exp', inputmode: 'numeric', placeholder: 'MM/YY' }, typed, errors)}
          ${field({ name: 'cvc', label: 'Security code', autocomplete: 'cc-csc', inputmode: 'numeric', placeholder: '123' }, typed, errors)}
        </div>
        ${field({ name: 'name', label: 'Name on card', autocomplete: 'cc-name' }, typed, errors)}
        <button type="submit">${action}</button>
        ${hints}
      </form>
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

import { html } from 'hono/html'
import { testAccounts } from './stripe-simulator-accounts.ts'
import { testCards } from './stripe-simulator-cards.ts'
import type { Html } from './stripe-simulator-page.ts'
import type { FieldErrors, Typed } from './stripe-simulator-typed.ts'

/** The forms for a card and for a bank account, wherever they are asked for. */

const grouped = (number: string): string => number.replaceAll(/(.{4})(?=.)/g, '$1 ')

const hints = html`<details open>
  <summary>Test cards</summary>
  <ul class="cards">
    ${testCards
      .filter((card) => card.hint)
      .map((card) => html`<li><code>${grouped(card.number)}</code><span>${card.hint}</span></li>`)}
  </ul>
  <p class="hint">Any future date and any three digits will do. No other card is taken.</p>
</details>`

const accountHints = html`<ul class="cards">
  ${testAccounts
    .filter((account) => account.hint)
    .map((account) => html`<li><code>${grouped(account.iban)}</code><span>${account.hint}</span></li>`)}
</ul>`

type Field = {
  name: keyof Typed
  label: string
  placeholder?: string
  autocomplete: string
  inputmode?: string
}

function field(about: Field, typed: Typed, errors: FieldErrors): Html {
  const { name } = about
  const error = errors[name]
  return html`<div class="field ${name}">
    <label for="${name}">${about.label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${about.autocomplete === 'email' ? 'email' : 'text'}"
      value="${typed[name]}"
      autocomplete="${about.autocomplete}"
      placeholder="${about.placeholder ?? ''}"
      inputmode="${about.inputmode ?? 'text'}"
      maxlength="${['number', 'expiry', 'cvc', 'iban'].includes(name) ? '40' : '200'}"
      required
      ${error ? html`aria-invalid="true" aria-describedby="${name}-error"` : ''}
    />
    ${error ? html`<p class="error" id="${name}-error">${error}</p>` : ''}
  </div>`
}

type Form = {
  /** Where it is sent to. */
  path: string
  /** What its button says. */
  action: string
  askEmail: boolean
  typed: Typed
  errors: FieldErrors
}

const emailField = (name: 'email' | 'holderEmail', form: Form): Html | string =>
  form.askEmail
    ? field({ name, label: 'Email', autocomplete: 'email', inputmode: 'email' }, form.typed, form.errors)
    : ''

/** `refusal` is what the bank said before. */
export const cardForm = (form: Form & { title: string; refusal: string | undefined }): Html => {
  const { typed, errors, refusal } = form
  return html`<form method="post" action="${form.path}" novalidate>
    <h2>${form.title}</h2>
    ${refusal ? html`<p class="refusal" role="alert">${refusal}</p>` : ''} ${emailField('email', form)}
    ${field({ name: 'number', label: 'Card number', autocomplete: 'cc-number', inputmode: 'numeric', placeholder: '1234 1234 1234 1234' }, typed, errors)}
    <div class="pair">
      ${field({ name: 'expiry', label: 'Expiry (MM/YY)', autocomplete: 'cc-exp', inputmode: 'numeric', placeholder: 'MM/YY' }, typed, errors)}
      ${field({ name: 'cvc', label: 'Security code', autocomplete: 'cc-csc', inputmode: 'numeric', placeholder: '123' }, typed, errors)}
    </div>
    ${field({ name: 'name', label: 'Name on card', autocomplete: 'cc-name' }, typed, errors)}
    <button type="submit">${form.action}</button>
    ${hints}
  </form>`
}

/** Shown open when something is wrong with what was typed in it. */
export const accountForm = (form: Form): Html => {
  const { typed, errors } = form
  const wrong = errors.iban ?? errors.holder ?? errors.holderEmail
  return html`<details ${wrong ? 'open' : ''}>
    <summary>SEPA Direct Debit</summary>
    <form method="post" action="${form.path}" novalidate>
      <input type="hidden" name="method" value="sepa_debit" />
      ${emailField('holderEmail', form)}
      ${field({ name: 'iban', label: 'IBAN', autocomplete: 'off', placeholder: 'DE00 0000 0000 0000 0000 00' }, typed, errors)}
      ${field({ name: 'holder', label: 'Account holder', autocomplete: 'name' }, typed, errors)}
      <p class="hint">With this you allow the seller to debit your account. You can take it back at your bank.</p>
      <button type="submit">${form.action}</button>
      ${accountHints}
    </form>
  </details>`
}

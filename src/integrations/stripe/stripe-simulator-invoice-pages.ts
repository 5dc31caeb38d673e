import type { Hono } from 'hono'
import { html } from 'hono/html'
import { makeMethod } from './stripe-simulator-checkout.ts'
import { underClock } from './stripe-simulator-clocks.ts'
import { type Invoice, type Memory, nobody, type PaymentIntent } from './stripe-simulator-memory.ts'
import { accountForm, cardForm } from './stripe-simulator-page-forms.ts'
import { notHere, show } from './stripe-simulator-page-routes.ts'
import { type Html, messagePage, money, page } from './stripe-simulator-page.ts'
import { attemptPayment } from './stripe-simulator-payments.ts'
import { isRefusal } from './stripe-simulator-refusal.ts'
import { type FieldErrors, NOTHING, readTyped, type Typed } from './stripe-simulator-typed.ts'

/** The intent an open invoice is paid with. */
function intentOf(memory: Memory, invoice: Invoice): PaymentIntent | undefined {
  const payment = memory.invoicePayments.values().findLast((each) => each.invoice === invoice.id)
  return memory.intents.get(payment?.payment.payment_intent ?? '')
}

function invoicePage(invoice: Invoice, typed: Typed, errors: FieldErrors, refusal?: string): Html {
  const due = money(invoice.amount_due, invoice.currency)
  const forms = { path: `/i/${invoice.id}`, askEmail: false, typed, errors }
  return page(
    `Invoice ${invoice.number ?? ''}`,
    html`<main class="pay">
      <section class="summary">
        <h1>Invoice ${invoice.number ?? ''}</h1>
        <p class="amount">${due}</p>
        <ul class="lines">
          ${invoice.lines.data.map(
            (line) =>
              html`<li><span>${line.description ?? ''}</span><span>${money(line.amount, invoice.currency)}</span></li>`,
          )}
        </ul>
      </section>
      <div>
        ${cardForm({ ...forms, title: 'Pay with card', action: `Pay ${due}`, refusal })}
        ${invoice.currency === 'eur' ? accountForm({ ...forms, action: 'Debit my account' }) : ''}
      </div>
    </main>`,
  )
}

const WORDS: Record<string, [title: string, text: string]> = {
  paid: ['Invoice paid', 'Nothing more will be charged.'],
  processing: ['Payment on its way', 'Your bank has been asked. Nothing more is to be done.'],
  void: ['Invoice void', 'Nothing is to be paid.'],
  uncollectible: ['Invoice closed', 'Please ask the seller.'],
}

/** `/i/…`: where a customer pays an invoice of Stripe's. */
export function invoicePages(app: Hono, memory: Memory): void {
  const closed = (invoice: Invoice): Html | undefined => {
    const processing = intentOf(memory, invoice)?.status === 'processing'
    const words = WORDS[processing ? 'processing' : (invoice.status ?? '')]
    return words && messagePage(...words)
  }
  app.get('/i/:id', (c) => {
    const invoice = memory.invoices.get(c.req.param('id'))
    if (!invoice || invoice.status === 'draft') return notHere(c)
    return show(c, closed(invoice) ?? invoicePage(invoice, NOTHING, {}))
  })
  app.post('/i/:id', async (c) => {
    const invoice = memory.invoices.get(c.req.param('id'))
    const intent = invoice && intentOf(memory, invoice)
    if (!invoice || !intent) return notHere(c)
    const over = closed(invoice)
    if (over) return show(c, over)
    const { typed, errors, paid } = await readTyped(c, { email: false, nowMs: memory.nowMs() })
    if (Object.keys(errors).length > 0) return show(c, invoicePage(invoice, typed, errors))
    const returnUrl = `${memory.publicUrl}/i/${invoice.id}`
    try {
      const attempted = memory.during(nobody, () =>
        underClock(memory, invoice.test_clock, () =>
          attemptPayment(memory, intent, makeMethod(memory, paid), { offSession: false, returnUrl }),
        ),
      )
      return c.redirect(attempted.status === 'requires_action' ? `/3ds/${intent.id}` : `/i/${invoice.id}`, 303)
    } catch (error) {
      if (!isRefusal(error)) throw error
      return show(c, invoicePage(memory.invoices.get(invoice.id) ?? invoice, typed, {}, error.message))
    }
  })
}

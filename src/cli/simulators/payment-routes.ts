import type { Context, Hono } from 'hono'
import { z } from 'zod'
import type { Html } from '#platform/simulation-page.ts'
import type { PaymentPart } from './parts.ts'
import { paymentsBody } from './payments-page.ts'

const Whole = z.coerce.number().int()

/** Nothing typed means all that is left. */
const Amount = z.union([
  z
    .string()
    .trim()
    .regex(/^$/)
    .transform(() => undefined),
  Whole.min(1),
])

const Delay = Whole.min(0).max(86_400_000)
const Rules = z.object({
  limited: z.string().optional(),
  writesPerSecond: Whole.min(0).max(10_000),
  refundFailsAfterMs: Delay,
  debitSettlesAfterMs: Delay,
})

/** The buttons of the payments page. `page` puts a body into the console's frame. */
export function paymentRoutes(app: Hono, payments: PaymentPart, page: (body: Html) => Html): void {
  const back = (c: Context, note = ''): Response =>
    c.redirect(note ? `/payments?${new URLSearchParams({ note }).toString()}` : '/payments', 303)
  const act = (path: string, work: (form: Record<string, string>) => string | undefined): void => {
    app.post(path, async (c) => back(c, work(z.record(z.string(), z.string()).parse(await c.req.parseBody()))))
  }

  app.get('/payments', (c) => c.html(page(paymentsBody(payments, c.req.query('note')))))
  act('/payments/refund', ({ id = '', amount = '' }) => {
    const read = Amount.safeParse(amount)
    return read.success ? payments.refund(id, read.data) : 'Nothing was sent back: give a whole number of minor units.'
  })
  act('/payments/fail-refund', ({ id = '' }) => payments.failRefund(id))
  act('/payments/dispute', ({ id = '', how }) => payments.openDispute(id, how === 'inquiry'))
  act('/payments/decide', ({ id = '', verdict }) => payments.decideDispute(id, verdict === 'won' ? 'won' : 'lost'))
  act('/payments/settle', () => {
    payments.settleDebits()
    return undefined
  })
  act('/payments/rules', (form) => {
    const rules = Rules.safeParse(form)
    if (!rules.success) return 'Nothing changed: a limit goes up to 10000 writes a second, a delay up to 86400000 ms.'
    payments.setRules({ ...rules.data, limited: rules.data.limited !== undefined })
    return undefined
  })
}

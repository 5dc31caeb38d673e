import { explainInvoice } from '#modules/billing/explain-invoice.ts'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { iso } from './view.ts'

/** Why a document asks for what it asks for, as the pages of customers and of staff show it. */
export type WhyView = Awaited<ReturnType<typeof whyView>>
export type WhyLine = WhyView['lines'][number]

/** Reads the explanation of a document for its page; dates as text. Throws `invoice_not_found`. */
export async function whyView(app: App, actor: Actor, invoiceId: string, locale: Locale) {
  const { invoice, cause, lines, taxes, evidence } = await explainInvoice(app, actor, invoiceId)
  const countries = new Intl.DisplayNames([locale], { type: 'region' })
  const pricedMinor = lines.reduce((sum, line) => sum + line.pricedMinor, 0n)
  const last = (end: Temporal.PlainDate): string => iso(end.subtract({ days: 1 }))
  return {
    id: invoice.id,
    number: invoice.number,
    currency: invoice.currency,
    subtotalMinor: invoice.subtotalMinor,
    totalMinor: invoice.totalMinor,
    /** What all lines come to with the tax in them; undefined where prices are without tax. */
    pricedWithTaxMinor: pricedMinor > invoice.subtotalMinor ? pricedMinor : undefined,
    cause: { ...cause, at: iso(cause.at) },
    lines: lines.map(({ period, change, ...line }) => ({
      ...line,
      period: period && { from: iso(period.start), to: last(period.end), days: period.days },
      change: change && {
        ...change,
        periods: change.periods.map(({ start, end, from, ...each }) => ({
          ...each,
          start: iso(start),
          from: iso(from),
          to: last(end),
        })),
      },
    })),
    taxes: taxes.map((tax) => ({ ...tax, place: tax.country === null ? null : (countries.of(tax.country) ?? null) })),
    evidence: evidence && { ...evidence, checkedAt: iso(evidence.checkedAt) },
  }
}

import type { RouterContextProvider } from 'react-router'
import { readReportDay } from '#modules/billing/reports/read-report.ts'
import type { Locale } from '#platform/i18n.ts'
import { Problem } from '#platform/problem.ts'
import { localeContext } from '../context.ts'
import { staffScope, type StaffScope } from './access.ts'
import { ageingView } from './ageing-view.ts'
import type { ListUrl } from './list-url.ts'
import { productsView } from './products-view.ts'
import { recurringView } from './recurring-view.ts'
import { debtDay, type ReportFilter, type ReportName, REPORTS } from './report-url.ts'
import type { ReportView } from './report-view.ts'
import { revenueView } from './revenue-view.ts'
import { taxView } from './tax-view.ts'

export type ReportScope = StaffScope & {
  locale: Locale
  /** The seller's. */
  timeZone: string
  today: Temporal.PlainDate
  /** The day debts are told for. */
  on: Temporal.PlainDate
}

/** Who asks for a report, in which language, and which day it is for the seller. */
export async function reportScope(context: Readonly<RouterContextProvider>, url: ListUrl): Promise<ReportScope> {
  const scope = staffScope(context)
  const { today, timeZone } = await readReportDay(scope.app, scope.actor)
  return { ...scope, locale: context.get(localeContext), today, timeZone, on: debtDay(url, today) }
}

const VIEWS_OF: Record<ReportName, (scope: ReportScope, filter: ReportFilter) => Promise<ReportView>> = {
  revenue: revenueView,
  recurring: recurringView,
  ageing: ageingView,
  tax: taxView,
  products: productsView,
}

/** A report as its page shows it and as it leaves in a file. */
export const readReportView = (scope: ReportScope, report: ReportName, filter: ReportFilter): Promise<ReportView> =>
  VIEWS_OF[report](scope, filter)

/** The report an address names. Throws `not_found`. */
export function reportNamed(name: string): ReportName {
  const report = REPORTS.find((each) => each === name)
  if (!report) throw new Problem('not_found', 'not_found', 'There is no such report.')
  return report
}

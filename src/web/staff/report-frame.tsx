import { Form, Link, useLocation, useSearchParams, useSubmit } from 'react-router'
import type { Preset } from '#modules/billing/reports/report-range.ts'
import { kitMessages } from '../messages/kit.ts'
import { reportsMessages } from '../messages/reports.ts'
import { paths } from '../paths.ts'
import { Button, LinkButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { useMessages } from '../ui/site.tsx'
import type { ReportFilterView } from './report-page.tsx'
import { ViewTabs } from './view-tabs.tsx'

type ReportName = 'revenue' | 'recurring' | 'ageing' | 'tax' | 'products'
const NAMES: readonly ReportName[] = ['revenue', 'recurring', 'ageing', 'tax', 'products']

/** From one report to the next. */
export function ReportTabs({ current }: { current: ReportName }) {
  const words = useMessages(reportsMessages)
  return (
    <ViewTabs
      label={words.title}
      current={current}
      views={NAMES.map((value) => ({ value, label: words.names[value], to: paths.staffReport(value) }))}
    />
  )
}

/** The report as it is filtered, as a file. */
export function ReportExports({ report, documents = false }: { report: ReportName; documents?: boolean }) {
  const words = useMessages(reportsMessages)
  const [search] = useSearchParams()
  const asked = new URLSearchParams(search)
  if (documents) asked.set('documents', '1')
  return (['csv', 'xlsx'] as const).map((format) => (
    <LinkButton
      key={format}
      to={paths.staffReportExport(report, format, asked)}
      size="small"
      document
      download
      aria-label={words.exportAs(words[format])}
    >
      {words[format]}
    </LinkButton>
  ))
}

type Props = {
  report: ReportName
  filter: ReportFilterView
  currencies: readonly string[]
  today: string
}

/** Which days, steps and currency; choosing from a list applies at once, days with the button. All of it is in the address. */
export function ReportFilters({ report, filter, currencies, today }: Props) {
  const words = useMessages(reportsMessages)
  const kit = useMessages(kitMessages)
  const { pathname, search } = useLocation()
  const submit = useSubmit()
  const debts = report === 'ageing'
  return (
    <div className="grid gap-3">
      {!debts && <Presets report={report} filter={filter} />}
      <Form
        role="search"
        aria-label={kit.filters.label}
        key={pathname + search}
        className="flex flex-wrap items-center gap-2 max-sm:grid max-sm:grid-cols-2 max-sm:items-end"
        onChange={(event) => {
          const { target } = event
          const choice =
            target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type === 'checkbox')
          if (choice) void submit(event.currentTarget, { replace: true })
        }}
      >
        {filter.preset && !debts && <input type="hidden" name="range" value={filter.preset} />}
        {debts ? (
          <DayField name="on" label={words.on} value={filter.on} max={today} />
        ) : (
          <>
            <DayField name="from" label={words.from} value={filter.from} />
            <DayField name="until" label={words.until} value={filter.until} />
          </>
        )}
        {report === 'revenue' && <Choice name="by" label={words.by} value={filter.by} options={words.bys} />}
        {((report === 'revenue' && filter.by === 'time') || report === 'tax') && (
          <Choice name="step" label={words.step} value={filter.step} options={words.steps} />
        )}
        <Choice
          name="currency"
          label={words.currency}
          value={filter.currency ?? ''}
          options={{ '': words.allCurrencies, ...Object.fromEntries(currencies.map((each) => [each, each])) }}
        />
        <label className="inline-flex min-h-(--control) items-center gap-2 px-1 max-sm:col-span-2">
          <input type="checkbox" name="compare" value="1" defaultChecked={filter.compare} className="tick" />
          {words.compare}
        </label>
        <Button type="submit">{words.apply}</Button>
      </Form>
    </div>
  )
}

/** Usual times as links: they keep everything else of the address. */
function Presets({ report, filter }: Pick<Props, 'report' | 'filter'>) {
  const words = useMessages(reportsMessages)
  const [search] = useSearchParams()
  return (
    <nav aria-label={words.range} className="flex flex-wrap gap-1.5 text-sm">
      {(Object.entries(words.presets) as [Preset, string][]).map(([preset, label]) => (
        <Link
          key={preset}
          to={paths.staffReport(report, {
            ...Object.fromEntries(search),
            from: undefined,
            until: undefined,
            range: preset,
          })}
          aria-current={filter.preset === preset ? 'true' : undefined}
          preventScrollReset
          className={cx(
            'inline-flex min-h-7 items-center rounded-full border px-3 pointer-coarse:min-h-11',
            filter.preset === preset
              ? 'border-transparent bg-brand-tint font-medium text-brand-ink'
              : 'border-line text-muted hover:border-line-strong hover:text-ink',
          )}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}

const DayField = ({ name, label, value, max }: { name: string; label: string; value: string; max?: string }) => (
  <label className="flex min-w-0 items-center gap-2 max-sm:grid max-sm:gap-1">
    <span className="text-sm text-muted">{label}</span>
    <input type="date" name={name} defaultValue={value} max={max} className="control w-auto max-sm:w-full" />
  </label>
)

const Choice = ({
  name,
  label,
  value,
  options,
}: {
  name: string
  label: string
  value: string
  options: Record<string, string>
}) => (
  <label className="min-w-0">
    <span className="sr-only">{label}</span>
    <select name={name} defaultValue={value} className="control w-auto max-sm:w-full">
      {Object.entries(options).map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  </label>
)

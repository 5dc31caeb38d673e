import { useId } from 'react'
import { scaleOf } from './chart-scale.ts'
import { cx } from './cx.ts'

type Tone = 'main' | 'before' | 'second' | 'bad'
export type BarSeries = { name: string; tone: Tone; values: readonly number[] }

/** Bars side by side cannot be told apart by colour alone: what was before is an outline. */
const BARS: Record<Tone, string> = {
  main: 'fill-brand',
  before: 'fill-brand-tint stroke-line-strong',
  second: 'fill-ok',
  bad: 'fill-bad',
}
const SWATCHES: Record<Tone, string> = {
  main: 'bg-brand',
  before: 'bg-brand-tint ring-1 ring-line-strong',
  second: 'bg-ok',
  bad: 'bg-bad',
}

/** The drawing's own units: it is stretched to its place, so words stand around it and never in it. */
const WIDTH = 1000
const HEIGHT = 200
/** Labels that fit beside each other, on wide screens and on phones. */
const MOST_LABELS = { wide: 12, phone: 4 }

/**
 * Bars at labels, drawn on the server: an image with a name and a description, to stand above a table with the same
 * figures. `tick` writes a value of the axis, `tip` what a pointer over a bar shows.
 */
export function BarChart({
  title,
  description,
  labels,
  series,
  tick,
  tip,
}: {
  title: string
  description: string
  labels: readonly string[]
  series: readonly BarSeries[]
  tick: (value: number) => string
  tip: (label: string, series: BarSeries, index: number) => string
}) {
  const id = useId()
  const { lowest, highest, ticks } = scaleOf(series.flatMap(({ values }) => values))
  const y = (value: number): number => (HEIGHT * (highest - value)) / (highest - lowest)
  const slot = WIDTH / Math.max(1, labels.length)
  const bar = Math.min((slot * 0.76) / Math.max(1, series.length), 72)
  return (
    <figure className="min-w-0">
      <figcaption className="mb-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <span className="font-medium">{title}</span>
        {series.length > 1 && <Legend series={series} />}
      </figcaption>
      <div className="flex gap-2">
        <div aria-hidden="true" className="-my-2 flex flex-col justify-between text-right text-xs text-muted tabular">
          {ticks.map((value) => (
            <span key={value} className="leading-4 whitespace-nowrap">
              {tick(value)}
            </span>
          ))}
        </div>
        <svg
          role="img"
          aria-labelledby={`${id}-title ${id}-text`}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="h-44 min-w-0 flex-1 sm:h-56"
        >
          <title id={`${id}-title`}>{title}</title>
          <desc id={`${id}-text`}>{description}</desc>
          {ticks.map((value) => (
            <line
              key={value}
              x1={0}
              x2={WIDTH}
              y1={y(value)}
              y2={y(value)}
              vectorEffect="non-scaling-stroke"
              className={value === 0 ? 'stroke-line-strong' : 'stroke-line'}
            />
          ))}
          {series.map((each, row) =>
            each.values.map((value, index) => (
              <rect
                key={`${each.name} ${labels[index]} ${index}`}
                x={slot * (index + 0.5) + bar * (row - series.length / 2)}
                width={bar * 0.92}
                y={Math.min(y(value), y(0))}
                height={Math.abs(y(value) - y(0))}
                vectorEffect="non-scaling-stroke"
                className={BARS[each.tone]}
              >
                <title>{tip(labels[index] ?? '', each, index)}</title>
              </rect>
            )),
          )}
        </svg>
      </div>
      <Labels labels={labels} widest={ticks.map(tick)} />
    </figure>
  )
}

const Legend = ({ series }: { series: readonly BarSeries[] }) => (
  <span className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
    {series.map(({ name, tone }) => (
      <span key={name} className="inline-flex items-center gap-1.5">
        <span aria-hidden="true" className={cx('size-2.5 rounded-sm', SWATCHES[tone])} />
        {name}
      </span>
    ))}
  </span>
)

/** The words under the bars, as many as have room. An invisible axis keeps them in line. */
function Labels({ labels, widest }: { labels: readonly string[]; widest: readonly string[] }) {
  return (
    <div aria-hidden="true" className="mt-2 flex gap-2 text-xs text-muted">
      <div className="invisible grid h-4 overflow-hidden text-right tabular">
        {widest.map((text) => (
          <span key={text} className="leading-4 whitespace-nowrap">
            {text}
          </span>
        ))}
      </div>
      <LabelRow labels={labels} most={MOST_LABELS.wide} room={MOST_LABELS.wide} className="max-sm:hidden" />
      <LabelRow labels={labels} most={MOST_LABELS.phone} room={6} className="sm:hidden" />
    </div>
  )
}

/** All labels under the middle of their bars where there is `room`; else at most `most`, each from its bar onwards. */
function LabelRow(props: { labels: readonly string[]; most: number; room: number; className: string }) {
  const { labels, most, room, className } = props
  const every = labels.length <= room ? 1 : Math.ceil(labels.length / most)
  return (
    <div className={cx('flex min-w-0 flex-1 overflow-hidden', className)}>
      {labels.map((label, index) => (
        <span
          key={`${label} ${index}`}
          className={cx('min-w-0 flex-1 whitespace-nowrap', every === 1 && 'truncate px-0.5 text-center')}
        >
          {index % every === 0 && index + every <= labels.length && label}
        </span>
      ))}
    </div>
  )
}

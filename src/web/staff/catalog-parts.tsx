import type { listOffer, OfferPrice } from '#modules/catalog/list-offer.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffCatalogMessages } from '../messages/staff-catalog.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { Card } from '../ui/card.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Badge, StateBadge } from '../ui/state-badge.tsx'
import { Code, Money } from '../ui/values.tsx'
import { formatMemory } from './view.ts'

type Offer = Awaited<ReturnType<typeof listOffer>>
export type OfferProduct = Offer['products'][number]

const currenciesOf = (rows: { prices: OfferPrice[] }[]): string[] =>
  [...new Set(rows.flatMap(({ prices }) => prices.map(({ currency }) => currency)))].toSorted()

/** What of a product is for sale: its plans and options at their prices. */
export function ProductTables({ product }: { product: OfferProduct }) {
  const words = useMessages(staffCatalogMessages)
  const common = useMessages(staffMessages)
  const locale = useLocale()
  const kinds = useMessages(staffVersionsMessages).kinds
  const kindWords = ({ kind, maxQuantity }: OfferProduct['options'][number]): string =>
    kind === 'quantity' || kind === 'slider' ? `${kinds[kind]} · ${words.upTo(maxQuantity)}` : kinds[kind]
  const priceColumns = (rows: { prices: OfferPrice[] }[]) =>
    currenciesOf(rows).map((currency) => ({
      key: currency,
      header: words.price(currency),
      align: 'right' as const,
      cell: (row: { prices: OfferPrice[] }) => (
        <Prices prices={row.prices.filter((price) => price.currency === currency)} />
      ),
    }))
  const plans: Column<OfferProduct['plans'][number]>[] = [
    {
      key: 'plan',
      header: words.plan,
      cell: (plan) => (
        <span className="inline-flex items-center gap-2">
          {plan.name[locale]}
          {plan.popular && <Badge tone="info">{words.popular}</Badge>}
        </span>
      ),
    },
    { key: 'slug', header: words.slug, phone: 'hide', grow: true, cell: (plan) => <Code>{plan.slug}</Code> },
    { key: 'state', header: common.state, cell: (plan) => <StateBadge state={plan.state} /> },
    { key: 'cores', header: words.cores, align: 'right', cell: (plan) => plan.cores },
    { key: 'memory', header: words.memory, align: 'right', cell: (plan) => formatMemory(plan.memoryMb, locale) },
    { key: 'disk', header: words.disk, align: 'right', cell: (plan) => `${plan.diskGb} GB` },
    { key: 'traffic', header: words.traffic, align: 'right', cell: (plan) => `${plan.trafficTb} TB` },
    ...priceColumns(product.plans),
  ]
  // What lets choose has a row, and a row for each choice.
  const parts = product.options.flatMap((option) => [
    { ...option, part: option.name[locale], kindWords: kindWords(option) },
    ...option.choices.map((choice) => ({
      ...choice,
      part: `${option.name[locale]}: ${choice.name[locale]}`,
      kindWords: '',
    })),
  ])
  const options: Column<(typeof parts)[number]>[] = [
    { key: 'option', header: words.option, cell: ({ part }) => part },
    { key: 'code', header: words.code, grow: true, cell: ({ code }) => <Code>{code}</Code> },
    {
      key: 'state',
      header: common.state,
      cell: ({ active }) => <StateBadge state={active ? 'published' : 'retired'} />,
    },
    { key: 'kind', header: words.kind, cell: (row) => row.kindWords },
    ...priceColumns(parts),
  ]
  return (
    <section className="grid gap-3" aria-label={words.plans}>
      <DataTable label={words.plans} columns={plans} rows={product.plans} rowKey={(plan) => plan.id} />
      {product.options.length > 0 && (
        <DataTable label={words.options} columns={options} rows={parts} rowKey={(option) => option.id} />
      )}
    </section>
  )
}

function Prices({ prices }: { prices: OfferPrice[] }) {
  const words = useMessages(staffCatalogMessages)
  return (
    <span className="inline-flex flex-wrap justify-end gap-x-4">
      {prices.map((price) => (
        <span
          key={`${price.intervalUnit}${price.intervalCount}${price.amountMinor}`}
          className={price.active ? undefined : 'text-muted line-through'}
        >
          <Money minor={BigInt(price.amountMinor)} currency={price.currency} />
          <span className="text-muted">{` / ${words.perCount(price.intervalCount, words.per[price.intervalUnit])}`}</span>
          {!price.active && <span className="sr-only">{words.inactive}</span>}
        </span>
      ))}
    </span>
  )
}

/** The systems that can be installed. */
export function Images({ images }: Pick<Offer, 'images'>) {
  const words = useMessages(staffCatalogMessages)
  return (
    <Card title={words.images} flush>
      <ul className="text-table">
        {images.map((image) => (
          <li
            key={image.id}
            className="flex min-h-9 flex-wrap items-center gap-x-4 border-b border-line px-5 py-1 last:border-b-0"
          >
            <span className="min-w-0 flex-1 font-medium max-sm:basis-full">{image.name}</span>
            <span className="text-muted">
              {words.loginUser} <Code>{image.loginUser}</Code>
            </span>
            <span className="text-muted">
              {words.template} <Code>{image.templateVmId}</Code>
            </span>
            <StateBadge
              state={image.active ? 'enabled' : 'disabled'}
              label={image.active ? words.offered : words.inactive}
            />
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Where servers stand. */
export function Regions({ regions }: Pick<Offer, 'regions'>) {
  const words = useMessages(staffCatalogMessages)
  const locale = useLocale()
  return (
    <Card title={words.regions} flush>
      <ul className="text-table">
        {regions.map((region) => (
          <li
            key={region.id}
            className="flex min-h-9 flex-wrap items-center gap-x-4 border-b border-line px-5 py-1 last:border-b-0"
          >
            <span className="min-w-0 flex-1 font-medium">{region.name[locale]}</span>
            <Code>{region.slug}</Code>
            <span className="text-muted tabular">{words.nodes(region.nodes)}</span>
            <StateBadge
              state={region.active ? 'enabled' : 'disabled'}
              label={region.active ? words.offered : words.inactive}
            />
          </li>
        ))}
      </ul>
    </Card>
  )
}

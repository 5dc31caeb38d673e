import type { DocumentPrice } from '#modules/catalog/catalog-document.ts'
import type { Difference } from '#modules/catalog/compare-documents.ts'
import type { VersionDetail } from '#modules/catalog/versions-queries.ts'
import { formatMoney, type Locale } from '#platform/i18n.ts'
import { staffCatalogMessages } from '../messages/staff-catalog.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { formatMemory } from './view.ts'

/** One thing that changes, in words. `note` stands alone: something is new or gone. */
export type DifferenceWords = {
  key: string
  what: string
  field?: string | undefined
  note?: string | undefined
  before?: string | undefined
  after?: string | undefined
}

/** What two versions differ in, in words of the reader. */
export function wordsOfDifferences(detail: VersionDetail, locale: Locale): DifferenceWords[] {
  const words = staffVersionsMessages[locale]
  return detail.differences.map((difference, index) => {
    const { of, name, change } = difference
    const what = of === 'product' ? words.of.product : `${words.of[of]} ${name[locale]}`
    const key = `${index}`
    if (change.kind === 'added' || change.kind === 'removed') return { key, what, note: words[change.kind] }
    if (change.kind === 'price') return { key, what, ...priceWords(change, locale) }
    return {
      key,
      what,
      field: words.fields[change.field] ?? change.field,
      before: valueWords(detail, of, change.field, change.before, locale),
      after: valueWords(detail, of, change.field, change.after, locale),
    }
  })
}

function priceWords({ price, before, after }: Extract<Difference['change'], { kind: 'price' }>, locale: Locale) {
  const words = staffVersionsMessages[locale]
  const common = staffCatalogMessages[locale]
  const money = (one: DocumentPrice | undefined): string =>
    one === undefined
      ? words.nothing
      : [
          formatMoney(BigInt(one.amountMinor), price.currency, locale),
          ...(one.setupMinor === '0'
            ? []
            : [words.setupOf(formatMoney(BigInt(one.setupMinor), price.currency, locale))]),
          ...(one.trialDays === null ? [] : [words.trialOf(one.trialDays)]),
        ].join(', ')
  return {
    field: words.priceIn(price.currency, common.perCount(price.intervalCount, common.per[price.intervalUnit])),
    before: money(before),
    after: money(after),
  }
}

function valueWords(
  { version, live, regions, images }: VersionDetail,
  of: Difference['of'],
  field: string,
  value: string,
  locale: Locale,
): string {
  const words = staffVersionsMessages[locale]
  const kinds: Record<string, string> = words.kinds
  const named = (id: string): string | undefined =>
    regions.find((each) => each.id === id)?.name[locale] ?? images.find((each) => each.id === id)?.name
  switch (field) {
    case 'state':
      return words.views[value === 'retired' ? 'retired' : 'published']
    case 'active':
    case 'popular':
      return value === 'yes' ? words.yes : words.no
    case 'memoryMb':
      return formatMemory(Number(value), locale)
    case 'diskGb':
      return `${value} GB`
    case 'trafficTb':
      return `${value} TB`
    case 'disputePolicy':
      return words.disputePolicies[value === 'suspend' || value === 'keep' ? value : 'seller']
    case 'kind':
      return of === 'option' ? (kinds[value] ?? value) : value
    case 'regionIds':
    case 'imageIds':
      return value === ''
        ? words.all
        : value
            .split(' ')
            .map((id) => named(id) ?? id)
            .join(', ')
    case 'successorId': {
      const plan = [...version.document.plans, ...(live?.plans ?? [])].find(({ id }) => id === value)
      return plan?.name[locale] ?? words.noSuccessor
    }
    default:
      return value.replaceAll('\n', ', ')
  }
}

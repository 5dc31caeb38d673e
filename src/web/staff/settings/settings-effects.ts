import type { SectionName, SectionValues } from '#modules/billing/settings/change-settings.ts'
import { countSettled } from '#modules/billing/settings/count-settled.ts'
import { listCurrencyStandings } from '#modules/billing/settings/currency-settings.ts'
import { previewNumbers } from '#modules/billing/settings/number-series.ts'
import type { Locale } from '#platform/i18n.ts'
import { staffSettingsMessages } from '../../messages/staff-settings.ts'
import type { StaffScope } from '../access.ts'

type Change<K extends SectionName> = { before: SectionValues<K>; after: SectionValues<K> }
type Effects<K extends SectionName> = (
  scope: Pick<StaffScope, 'app' | 'actor'>,
  change: Change<K>,
  words: (typeof staffSettingsMessages)['en'],
) => Promise<string[]>

const nothing = async (): Promise<string[]> => []

const EFFECTS: { [K in SectionName]: Effects<K> } = {
  renewals: async (_scope, { before, after }, { effects }) =>
    before.renewalLeadDays !== after.renewalLeadDays || JSON.stringify(before.leads) !== JSON.stringify(after.leads)
      ? [effects.renewals]
      : [],
  orders: nothing,
  prices: async (_scope, _change, { effects }) => [effects.prices],
  endings: nothing,
  dunning: async ({ app, actor }, _change, { effects }) => [
    effects.dunning((await countSettled(app, actor)).openRenewals),
  ],
  numbering: async ({ app, actor }, { before, after }, words) => {
    const { effects } = words
    const [was, becomes] = [await previewNumbers(app, actor, before), await previewNumbers(app, actor, after)]
    const told = becomes.flatMap(({ kind, series, number }) => {
      const old = was.find((each) => each.kind === kind)
      if (old?.number === number) return []
      return [
        `${words.nextKinds[kind]}: ${number}`,
        old?.series === series ? effects.sameSeries(series) : effects.newSeries(series),
      ]
    })
    if (before.numberedAtIssue === after.numberedAtIssue) return told
    return [...told, after.numberedAtIssue ? effects.atIssueOn : effects.atIssueOff]
  },
  currencies: async ({ app, actor }, { before, after }, { effects }) => {
    const standings = await listCurrencyStandings(app, actor)
    return after.currencies
      .filter(({ code, sold }) => !sold && before.currencies.some((each) => each.code === code && each.sold))
      .map(({ code }) => effects.currencyOff(code, standings.find((each) => each.code === code)?.agreements ?? 0))
  },
  company: async ({ app, actor }, { before, after }, { effects }) => [
    effects.company((await countSettled(app, actor)).unnumbered),
    ...(before.country === after.country ? [] : [effects.country]),
  ],
  bank: nothing,
  basis: nothing,
  footer: async ({ app, actor }, _change, { effects }) => [
    effects.company((await countSettled(app, actor)).unnumbered),
  ],
}

/** What follows from a change for what exists already, in sentences of the reader's language. */
export const describeEffects = <K extends SectionName>(
  scope: Pick<StaffScope, 'app' | 'actor'>,
  name: K,
  change: Change<K>,
  locale: Locale,
): Promise<string[]> => EFFECTS[name](scope, change, staffSettingsMessages[locale])

import { listCurrencyStandings } from '#modules/billing/settings/currency-settings.ts'
import { LocalizedText } from '#modules/catalog/localized-text.ts'
import { currencyExponent, listCurrencies } from '#platform/money.ts'
import { localeContext } from '../../context.ts'
import { staffSettingsMessages } from '../../messages/staff-settings.ts'
import { paths } from '../../paths.ts'
import { Card } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choice.tsx'
import { countryChoices } from '../../ui/country-choices.ts'
import { Select } from '../../ui/field.tsx'
import { FieldGroup } from '../../ui/form.tsx'
import { FormPage } from '../../ui/page.tsx'
import { useMessages } from '../../ui/site.tsx'
import { staffScope } from '../access.ts'
import { SettingsCard } from './settings-card.tsx'
import { loadSection, settingsAction } from './settings-section.ts'
import { SettingsTabs, settingsTabsFor } from './settings-tabs.tsx'
import type { Route } from './+types/currencies-page'

/** Empty lines for what is added. */
const SPARE = 3

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const locale = context.get(localeContext)
  const [currencies, standings] = await Promise.all([
    loadSection(scope, 'currencies', { request, locale }),
    listCurrencyStandings(scope.app, scope.actor),
  ])
  const names = new Intl.DisplayNames(locale, { type: 'currency' })
  const nameOf = (code: string): string => `${code} · ${names.of(code) ?? code}`
  return {
    tabs: settingsTabsFor(scope),
    currencies,
    countries: countryChoices(locale),
    known: currencies.values.currencies.map((each) => ({ ...each, name: nameOf(each.code) })),
    others: listCurrencies()
      .filter((code) => !currencies.values.currencies.some((each) => each.code === code))
      .map((code) => ({ value: code, label: nameOf(code) })),
    standings: standings.map(({ missing, ...each }) => ({
      ...each,
      missing: missing.map(({ planId, name, month, year }) => ({
        planId,
        name: LocalizedText.parse(name)[locale],
        periods: month && year ? ('both' as const) : month ? ('month' as const) : ('year' as const),
      })),
    })),
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  return settingsAction(staffScope(context), await request.formData(), {
    names: ['currencies'],
    locale: context.get(localeContext),
    address: paths.staffSettingsCurrencies(),
  })
}

export default function CurrenciesPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(staffSettingsMessages)
  const { currencies, known, others, countries, tabs } = loaderData
  const lines = [...currencies.values.countries, ...Array.from({ length: SPARE }, () => undefined)]
  const labels = Object.fromEntries(
    lines.flatMap((_, n) => [
      [`country${n}`, words.country],
      [`currency${n}`, words.currency],
    ]),
  )
  return (
    <FormPage
      title={words.titles.currencies}
      text={words.texts.currencies}
      tabs={<SettingsTabs shown={tabs} />}
      aside={<Standings loaded={loaderData} />}
    >
      <SettingsCard section={currencies} answer={actionData} here={paths.staffSettingsCurrencies()} labels={labels}>
        <div className="grid gap-3">
          {known.map(({ code, name, sold }) => (
            <div key={code}>
              <input type="hidden" name="known" value={code} />
              <Checkbox
                name="sold"
                value={code}
                label={name}
                hint={words.decimals(currencyExponent(code))}
                initial={sold}
              />
            </div>
          ))}
        </div>
        <Select name="add" initial="" placeholder="–" options={others} hint={words.hints.add} required={false} />
        <FieldGroup legend={words.countries} hint={words.countriesText}>
          <div className="grid gap-3">
            {lines.map((line, n) => (
              <div
                key={n}
                role="group"
                aria-label={words.countryLine(n + 1)}
                className="grid gap-3 sm:grid-cols-[1fr_9rem]"
              >
                <Select
                  name={`country${n}`}
                  hideLabel={n > 0}
                  initial={line?.country ?? ''}
                  placeholder="–"
                  options={countries}
                />
                <Select
                  name={`currency${n}`}
                  hideLabel={n > 0}
                  initial={line?.currency ?? known[0]?.code ?? ''}
                  options={known.map(({ code }) => ({ value: code, label: code }))}
                />
              </div>
            ))}
          </div>
        </FieldGroup>
      </SettingsCard>
    </FormPage>
  )
}

/** What there is in each currency, and which plans have no price in it. */
function Standings({ loaded: { standings } }: { loaded: Route.ComponentProps['loaderData'] }) {
  const words = useMessages(staffSettingsMessages)
  return (
    <Card title={words.standings}>
      <dl className="grid gap-4 text-table">
        {standings.map(({ code, prices, agreements, missing }) => (
          <div key={code}>
            <dt className="font-medium">{code}</dt>
            <dd>
              <p className="text-muted">{words.standing(prices, agreements)}</p>
              {missing.length === 0 ? (
                <p className="text-muted">{words.complete}</p>
              ) : (
                <>
                  <p className="mt-1 font-medium text-warn">{words.missing}</p>
                  <ul>
                    {missing.map(({ planId, name, periods }) => (
                      <li key={planId}>
                        {name}: <span className="text-muted">{words.missingPeriods[periods]}</span>
                      </li>
                    ))}
                  </ul>
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

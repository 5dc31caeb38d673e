import { TIME_ZONES } from '#modules/billing/settings/company-settings.ts'
import { localeContext } from '../../context.ts'
import { staffSettingsMessages } from '../../messages/staff-settings.ts'
import { paths } from '../../paths.ts'
import { Checkbox } from '../../ui/choice.tsx'
import { countryChoices } from '../../ui/country-choices.ts'
import { Field, Select, Textarea } from '../../ui/field.tsx'
import { FormPage } from '../../ui/page.tsx'
import { useMessages } from '../../ui/site.tsx'
import { staffScope } from '../access.ts'
import { SettingsCard } from './settings-card.tsx'
import { loadSection, settingsAction } from './settings-section.ts'
import { SettingsTabs, settingsTabsFor } from './settings-tabs.tsx'
import type { Route } from './+types/company-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const locale = context.get(localeContext)
  const at = { request, locale }
  const [company, bank, basis, footer] = await Promise.all([
    loadSection(scope, 'company', at),
    loadSection(scope, 'bank', at),
    loadSection(scope, 'basis', at),
    loadSection(scope, 'footer', at),
  ])
  return {
    tabs: settingsTabsFor(scope),
    company,
    bank,
    basis,
    footer,
    countries: countryChoices(locale),
    zones: TIME_ZONES,
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  return settingsAction(staffScope(context), await request.formData(), {
    names: ['company', 'bank', 'basis', 'footer'],
    locale: context.get(localeContext),
    address: paths.staffSettingsCompany(),
  })
}

export default function CompanyPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(staffSettingsMessages)
  const { company, bank, basis, footer, countries, zones, tabs } = loaderData
  const here = paths.staffSettingsCompany()
  const { hints } = words
  return (
    <FormPage title={words.titles.company} text={words.texts.company} tabs={<SettingsTabs shown={tabs} />}>
      <div className="grid gap-5">
        <SettingsCard section={company} answer={actionData} here={here}>
          <Field name="name" initial={company.values.name} maxLength={120} autoComplete="off" required />
          <Textarea name="address" initial={company.values.address} rows={3} maxLength={400} required />
          <Select name="country" initial={company.values.country} options={countries} hint={hints.country} required />
          <Field
            name="vatId"
            initial={company.values.vatId ?? ''}
            hint={hints.vatId}
            maxLength={30}
            autoComplete="off"
            required={false}
          />
          <Field name="email" type="email" initial={company.values.email} maxLength={254} autoComplete="off" required />
        </SettingsCard>
        <SettingsCard section={bank} answer={actionData} here={here}>
          <Field
            name="bankHolder"
            initial={bank.values.bankHolder ?? ''}
            maxLength={120}
            autoComplete="off"
            required={false}
          />
          <Field
            name="bankIban"
            initial={bank.values.bankIban ?? ''}
            maxLength={42}
            autoComplete="off"
            mono
            required={false}
          />
          <Field
            name="bankBic"
            initial={bank.values.bankBic ?? ''}
            maxLength={11}
            autoComplete="off"
            className="max-w-48"
            mono
            required={false}
          />
        </SettingsCard>
        <SettingsCard section={basis} answer={actionData} here={here}>
          <Select
            name="timeZone"
            initial={basis.values.timeZone}
            options={zones.map((zone) => ({ value: zone, label: zone }))}
            hint={hints.timeZone}
            required
          />
          <Checkbox name="pricesIncludeTax" initial={basis.values.pricesIncludeTax} hint={hints.pricesIncludeTax} />
        </SettingsCard>
        <SettingsCard section={footer} answer={actionData} here={here}>
          <Textarea name="en" initial={footer.values.en} rows={4} maxLength={600} required={false} />
          <Textarea name="de" initial={footer.values.de} rows={4} maxLength={600} required={false} />
        </SettingsCard>
      </div>
    </FormPage>
  )
}

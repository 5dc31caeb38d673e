import {
  BACKUP_DAYS_AT_MOST,
  CODES_AT_MOST,
  INTERVAL_UNITS,
  LEAD_DAYS_AT_MOST,
  NOTICE_DAYS_AT_MOST,
  TRANSFER_DAYS_AT_MOST,
} from '#modules/billing/settings/bounds.ts'
import { DUNNING_ACTIONS, FIRST_DAY, LAST_DAY } from '#modules/billing/settings/dunning-rules.ts'
import { getPromisedBackupDays } from '#modules/provisioning/backup-queries.ts'
import { getSellerTimeZone } from '#modules/billing/seller.ts'
import { formatDate } from '#platform/i18n.ts'
import { localeContext } from '../../context.ts'
import { staffSettingsMessages } from '../../messages/staff-settings.ts'
import { paths } from '../../paths.ts'
import { Card } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choice.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { FieldGroup } from '../../ui/form.tsx'
import { Notice } from '../../ui/notice.tsx'
import { FormPage } from '../../ui/page.tsx'
import { useLocale, useMessages } from '../../ui/site.tsx'
import { staffScope } from '../access.ts'
import { SettingsCard } from './settings-card.tsx'
import { loadSection, settingsAction, type SettingsAnswer } from './settings-section.ts'
import { SettingsTabs, settingsTabsFor } from './settings-tabs.tsx'
import type { Route } from './+types/billing-page'

/** Empty lines for what is added. */
const SPARE = 3
/** The renewal that the timeline tells of is due in two weeks. */
const EXAMPLE_DAYS = 14

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const at = { request, locale: context.get(localeContext) }
  const [renewals, dunning, endings, orders, prices, timeZone, backupDays] = await Promise.all([
    loadSection(scope, 'renewals', at),
    loadSection(scope, 'dunning', at),
    loadSection(scope, 'endings', at),
    loadSection(scope, 'orders', at),
    loadSection(scope, 'prices', at),
    getSellerTimeZone(scope.app),
    getPromisedBackupDays(scope.app),
  ])
  const due = scope.app.clock.now().toZonedDateTimeISO(timeZone).toPlainDate().add({ days: EXAMPLE_DAYS })
  return {
    tabs: settingsTabsFor(scope),
    renewals,
    dunning,
    endings,
    orders,
    prices,
    backupDays,
    canBackUp: scope.app.config.proxmox.backupStorage !== undefined,
    due: due.toString(),
    timeline: dunning.values.steps.map((step) => ({ ...step, on: due.add({ days: step.day }).toString() })),
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  return settingsAction(staffScope(context), await request.formData(), {
    names: ['renewals', 'dunning', 'endings', 'orders', 'prices'],
    locale: context.get(localeContext),
    address: paths.staffSettingsBilling(),
  })
}

type Loaded = Route.ComponentProps['loaderData']
type Part = { loaded: Loaded; answer: SettingsAnswer | undefined }

export default function BillingSettingsPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(staffSettingsMessages)
  return (
    <FormPage
      title={words.titles.billing}
      text={words.texts.billing}
      tabs={<SettingsTabs shown={loaderData.tabs} />}
      aside={<Timeline loaded={loaderData} />}
    >
      <div className="grid gap-5">
        <Renewals loaded={loaderData} answer={actionData} />
        <Dunning loaded={loaderData} answer={actionData} />
        <Endings loaded={loaderData} answer={actionData} />
        <Orders loaded={loaderData} answer={actionData} />
        <Prices loaded={loaderData} answer={actionData} />
      </div>
    </FormPage>
  )
}

function Renewals({ loaded: { renewals }, answer }: Part) {
  const words = useMessages(staffSettingsMessages)
  const { leads, renewalLeadDays, latePeriodFromPayment, downgradeAtPeriodEnd } = renewals.values
  const lines = [...leads, ...Array.from({ length: SPARE }, () => undefined)]
  const labels = Object.fromEntries(
    lines.flatMap((_, n) => [
      [`leadCount${n}`, words.intervalCount],
      [`leadUnit${n}`, words.intervalUnit],
      [`leadDays${n}`, words.intervalDays],
    ]),
  )
  return (
    <SettingsCard section={renewals} answer={answer} here={paths.staffSettingsBilling()} labels={labels}>
      <Field
        name="renewalLeadDays"
        initial={renewalLeadDays}
        hint={words.hints.renewalLeadDays}
        inputMode="numeric"
        className="max-w-sm"
        type="number"
        min={0}
        max={LEAD_DAYS_AT_MOST}
        required
      />
      <FieldGroup legend={words.intervals} hint={words.intervalsText}>
        <div className="grid gap-3">
          {lines.map((lead, n) => (
            <div key={n} role="group" aria-label={words.countryLine(n + 1)} className="grid grid-cols-3 gap-3">
              <Field
                name={`leadCount${n}`}
                hideLabel={n > 0}
                initial={lead?.count ?? 1}
                type="number"
                min={1}
                max={120}
              />
              <Select
                name={`leadUnit${n}`}
                hideLabel={n > 0}
                initial={lead?.unit ?? 'month'}
                options={INTERVAL_UNITS.map((value) => ({ value, label: words.units[value] }))}
              />
              <Field
                name={`leadDays${n}`}
                hideLabel={n > 0}
                initial={lead?.days}
                type="number"
                min={0}
                max={LEAD_DAYS_AT_MOST}
              />
            </div>
          ))}
        </div>
      </FieldGroup>
      <Checkbox name="latePeriodFromPayment" initial={latePeriodFromPayment} hint={words.hints.latePeriodFromPayment} />
      <Checkbox name="downgradeAtPeriodEnd" initial={downgradeAtPeriodEnd} hint={words.hints.downgradeAtPeriodEnd} />
    </SettingsCard>
  )
}

function Dunning({ loaded: { dunning }, answer }: Part) {
  const words = useMessages(staffSettingsMessages)
  const lines = [...dunning.values.steps, ...Array.from({ length: SPARE }, () => undefined)]
  const labels = Object.fromEntries(
    lines.flatMap((_, n) => [
      [`day${n}`, words.stepDay],
      [`action${n}`, words.stepAction],
    ]),
  )
  return (
    <SettingsCard section={dunning} answer={answer} here={paths.staffSettingsBilling()} labels={labels}>
      <p className="text-sm text-muted">{words.stepText}</p>
      <div className="grid gap-3">
        {lines.map((step, n) => (
          <div
            key={n}
            role="group"
            aria-label={words.step(n + 1)}
            className="grid grid-cols-[6rem_minmax(0,1fr)] gap-3"
          >
            <Field
              name={`day${n}`}
              hideLabel={n > 0}
              initial={step?.day}
              type="number"
              min={FIRST_DAY}
              max={LAST_DAY}
            />
            <Select
              name={`action${n}`}
              hideLabel={n > 0}
              initial={step?.action ?? 'remind'}
              options={DUNNING_ACTIONS.map((value) => ({ value, label: words.actions[value] }))}
            />
          </div>
        ))}
      </div>
    </SettingsCard>
  )
}

function Endings({ loaded: { endings, canBackUp }, answer }: Part) {
  const words = useMessages(staffSettingsMessages)
  return (
    <SettingsCard section={endings} answer={answer} here={paths.staffSettingsBilling()}>
      {!canBackUp && <Notice tone="warn">{words.noBackupStorage}</Notice>}
      <Field
        name="finalBackupDays"
        initial={endings.values.finalBackupDays}
        hint={words.hints.finalBackupDays}
        inputMode="numeric"
        className="max-w-sm"
        type="number"
        min={0}
        max={BACKUP_DAYS_AT_MOST}
        required
      />
    </SettingsCard>
  )
}

function Orders({ loaded: { orders }, answer }: Part) {
  const words = useMessages(staffSettingsMessages)
  return (
    <SettingsCard section={orders} answer={answer} here={paths.staffSettingsBilling()}>
      <Field
        name="couponsPerOrder"
        initial={orders.values.couponsPerOrder}
        hint={words.hints.couponsPerOrder}
        className="max-w-sm"
        type="number"
        min={1}
        max={CODES_AT_MOST}
        required
      />
      <Field
        name="bankTransferDays"
        initial={orders.values.bankTransferDays}
        hint={words.hints.bankTransferDays}
        className="max-w-sm"
        type="number"
        min={1}
        max={TRANSFER_DAYS_AT_MOST}
        required
      />
      <Checkbox name="disputeSuspends" initial={orders.values.disputeSuspends} hint={words.hints.disputeSuspends} />
      <Checkbox name="trialNeedsMethod" initial={orders.values.trialNeedsMethod} hint={words.hints.trialNeedsMethod} />
    </SettingsCard>
  )
}

function Prices({ loaded: { prices }, answer }: Part) {
  const words = useMessages(staffSettingsMessages)
  return (
    <SettingsCard section={prices} answer={answer} here={paths.staffSettingsBilling()}>
      <Field
        name="priceNoticeDays"
        initial={prices.values.priceNoticeDays}
        hint={words.hints.priceNoticeDays}
        className="max-w-sm"
        type="number"
        min={0}
        max={NOTICE_DAYS_AT_MOST}
        required
      />
    </SettingsCard>
  )
}

/** The steps as they are, told of one renewal with its days. */
function Timeline({ loaded: { timeline, due, backupDays } }: { loaded: Loaded }) {
  const words = useMessages(staffSettingsMessages)
  const locale = useLocale()
  const day = (at: string): string => formatDate(`${at}T12:00:00Z`, locale)
  return (
    <Card title={words.timeline} text={timeline.length > 0 ? words.timelineText(day(due)) : words.noSteps}>
      <ol className="grid gap-2.5 text-table">
        {timeline.map(({ day: offset, action: what, on }) => (
          <li key={`${offset}${what}`} className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-3">
            <span className="tabular">
              {day(on)}
              <span className="block text-xs text-muted">{words.relative(offset)}</span>
            </span>
            <span>
              {what === 'terminate' && backupDays > 0 ? words.deletedWithBackup(backupDays) : words.happens[what]}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}

import { FORECAST_DAYS } from '#modules/billing/forecasts/forecast-days.ts'
import type { ForecastSettings } from '#modules/billing/forecasts/forecast-settings.ts'
import type { DunningAction } from '#platform/schema.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Checkbox, RadioCards } from '../ui/choice.tsx'
import { Field, Select } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FieldGroup, FormActions } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { actionField, CARDS, countSteps, dayField, leadField } from './forecast-field-names.ts'

const USUAL: DunningAction = 'remind'

/** What to assume and which settings to try, filled in with what holds today. */
export function ForecastForm({
  settings,
  actions,
  state,
}: {
  settings: ForecastSettings
  actions: readonly DunningAction[]
  state: FormState | undefined
}) {
  const words = useMessages(staffForecastsMessages)
  const steps = Array.from({ length: countSteps(settings) }, (_, index) => settings.dunningSteps[index])
  const labels = {
    ...words.labels,
    ...Object.fromEntries(
      settings.renewalLeads.map((lead) => [
        leadField(lead),
        words.leadOf(words.every[lead.intervalUnit](lead.intervalCount)),
      ]),
    ),
    ...Object.fromEntries(
      steps.flatMap((_, index) => [
        [dayField(index), words.stepDay(index + 1)],
        [actionField(index), words.stepAction(index + 1)],
      ]),
    ),
  }
  return (
    <ActionForm id="forecast" state={state} labels={labels} className="gap-8">
      <FieldGroup legend={words.sections.what}>
        <Field
          name="days"
          type="number"
          min={FORECAST_DAYS.least}
          max={FORECAST_DAYS.most}
          initial={FORECAST_DAYS.usual}
          hint={words.hints.days}
          inputMode="numeric"
          controlClass="max-w-28"
          required
        />
        <RadioCards
          name="cards"
          hint={words.hints.cards}
          initial="as_last_time"
          options={CARDS.map((value) => ({ value, title: words.cards[value], text: words.cardsText[value] }))}
          required
        />
      </FieldGroup>
      <FieldGroup legend={words.sections.renewals} hint={words.hints.lead}>
        <Days name="renewalLeadDays" initial={settings.renewalLeadDays} />
        {settings.renewalLeads.map((lead) => (
          <Days key={leadField(lead)} name={leadField(lead)} initial={lead.days} />
        ))}
        <Checkbox name="latePeriodFromPayment" initial={settings.latePeriodFromPayment} />
      </FieldGroup>
      <FieldGroup legend={words.sections.dunning} hint={words.hints.steps}>
        <div className="grid gap-3">
          {steps.map((step, index) => (
            <div key={dayField(index)} className="grid grid-cols-[7rem_minmax(0,1fr)] items-start gap-3">
              <Step index={index} day={step?.day} action={step?.action ?? USUAL} actions={actions} />
            </div>
          ))}
        </div>
      </FieldGroup>
      <FormActions>
        <SubmitButton variant="primary">{words.run}</SubmitButton>
      </FormActions>
    </ActionForm>
  )
}

const Days = ({ name, initial }: { name: string; initial: number }) => (
  <Field
    name={name}
    type="number"
    min={0}
    max={60}
    initial={initial}
    inputMode="numeric"
    controlClass="max-w-28"
    required
  />
)

/** One line: its day and what happens then. The labels are for screen readers; the heading above says what the columns are. */
function Step(props: {
  index: number
  day: number | undefined
  action: DunningAction
  actions: readonly DunningAction[]
}) {
  const words = useMessages(staffForecastsMessages)
  const { index, day, action, actions } = props
  return (
    <>
      <Field name={dayField(index)} type="number" min={-60} max={365} initial={day} hideLabel />
      <Select
        name={actionField(index)}
        initial={action}
        options={actions.map((value) => ({ value, label: words.actions[value] }))}
        hideLabel
      />
    </>
  )
}

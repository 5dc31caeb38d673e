import { z } from 'zod'
import { FORECAST_DAYS } from '#modules/billing/forecasts/forecast-days.ts'
import { DUNNING_ACTIONS, type ForecastSettings } from '#modules/billing/forecasts/forecast-settings.ts'
import type { Locale } from '#platform/i18n.ts'
import type { DunningAction, ForecastCards } from '#platform/schema.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { type FormState, parseForm, typedValues } from '../ui/form-state.ts'
import { actionField, CARDS, countSteps, dayField, leadField } from './forecast-field-names.ts'

type Asked = { days: number; cards: ForecastCards; settings: ForecastSettings }

const leadDays = z.coerce.number().int().min(0).max(60)
const fixed = {
  days: z.coerce.number().int().min(FORECAST_DAYS.least).max(FORECAST_DAYS.most),
  cards: z.enum(CARDS),
  renewalLeadDays: leadDays,
  latePeriodFromPayment: z.literal('on').optional(),
}
const stepDay = z.coerce.number().int().min(-60).max(365).optional()
const stepAction = z.enum(DUNNING_ACTIONS as [DunningAction, ...DunningAction[]])

/** Reads what to try; which fields there are follows from today's settings. */
export function parseForecast(
  form: FormData,
  today: ForecastSettings,
  locale: Locale,
): { ok: true; value: Asked } | FormState {
  const places = Array.from({ length: countSteps(today) }, (_, index) => index)
  const leads = Object.fromEntries(today.renewalLeads.map((lead) => [leadField(lead), leadDays]))
  const steps = Object.fromEntries(
    places.flatMap((index): [string, typeof stepDay | typeof stepAction][] => [
      [dayField(index), stepDay],
      [actionField(index), stepAction],
    ]),
  )
  const parsed = parseForm(z.object({ ...fixed, ...leads, ...steps }), form, locale)
  if (!parsed.ok) return parsed
  const typed = new Map<string, unknown>(Object.entries(parsed.value))
  const found = places.flatMap((index) => {
    const day = stepDay.parse(typed.get(dayField(index)))
    return day === undefined ? [] : [{ index, day, action: stepAction.parse(typed.get(actionField(index))) }]
  })
  const twice = found.filter(
    (step, at) => found.findIndex((each) => each.day === step.day && each.action === step.action) < at,
  )
  if (twice.length > 0) {
    const errors = Object.fromEntries(twice.map(({ index }) => [dayField(index), staffForecastsMessages[locale].twice]))
    return { ok: false, errors, values: typedValues(form) }
  }
  const { days, cards, renewalLeadDays, latePeriodFromPayment } = parsed.value
  const settings = {
    renewalLeadDays,
    renewalLeads: today.renewalLeads.map((lead) => ({ ...lead, days: leadDays.parse(typed.get(leadField(lead))) })),
    latePeriodFromPayment: latePeriodFromPayment === 'on',
    dunningSteps: found
      .map(({ day, action }) => ({ day, action }))
      .toSorted((a, b) => a.day - b.day || DUNNING_ACTIONS.indexOf(a.action) - DUNNING_ACTIONS.indexOf(b.action)),
  }
  return { ok: true, value: { days, cards, settings } }
}

import { z } from 'zod'
import { isCountry } from '#modules/accounts/customer.ts'
import { readVatNumber } from '#modules/accounts/vat-number.ts'
import type { SectionName, SectionValues } from '#modules/billing/settings/change-settings.ts'
import { isIban, isTimeZone } from '#modules/billing/settings/company-settings.ts'
import { DUNNING_ACTIONS, FIRST_DAY, LAST_DAY, sortSteps } from '#modules/billing/settings/dunning-rules.ts'
import {
  BACKUP_DAYS_AT_MOST,
  CODES_AT_MOST,
  NOTICE_DAYS_AT_MOST,
  INTERVAL_UNITS,
  LEAD_DAYS_AT_MOST,
  TRANSFER_DAYS_AT_MOST,
} from '#modules/billing/settings/bounds.ts'
import { sortLeads } from '#modules/billing/settings/renewal-settings.ts'
import { isCurrency } from '#platform/money.ts'
import type { Locale } from '#platform/i18n.ts'
import { kitMessages } from '../../messages/kit.ts'
import { staffSettingsMessages } from '../../messages/staff-settings.ts'
import { fieldText, type FormState, parseForm, typedValues } from '../../ui/form-state.ts'

/** What a form says: the settings, and which field a path of theirs was typed into. */
type Read<V> = { ok: true; values: V; fieldOf: (path: string) => string } | FormState

/** Fields that every form of a section carries. */
const FRAME = { section: z.string(), basis: z.string().max(40), do: z.enum(['review', 'edit', 'save']) }

const tick = z.literal('on').optional()
const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most)
const itself = (path: string): string => path

/** Numbered fields of lines that are all alike. */
const LINES_AT_MOST = 60
const lines = <S extends z.ZodType>(names: readonly string[], schema: S): Record<string, S> =>
  Object.fromEntries(names.flatMap((name) => Array.from({ length: LINES_AT_MOST }, (_, n) => [`${name}${n}`, schema])))

/** The lines of a form that hold anything, with their place; a line that is only half filled in is named in `errors`. */
function readLines(
  form: FormData,
  { key, names }: { key: string; names: readonly string[] },
  errors: Record<string, string>,
  half: string,
): { line: number; texts: string[] }[] {
  return Array.from({ length: LINES_AT_MOST }, (_, line) => {
    const texts = names.map((name) => fieldText(form, `${name}${line}`).trim())
    if (texts[names.indexOf(key)] === '') return []
    if (texts.includes('')) errors[`${key}${line}`] = half
    return [{ line, texts }]
  }).flat()
}

type Reader<V> = (form: FormData, locale: Locale) => Read<V>

/** Reads a section of plain fields. */
const plain =
  <S extends z.ZodRawShape, V>(
    fields: (locale: Locale) => S,
    valuesOf: (parsed: z.output<z.ZodObject<S>>) => V,
  ): Reader<V> =>
  (form, locale) => {
    const parsed = parseForm(z.object({ ...FRAME, ...fields(locale) }), form, locale)
    return parsed.ok
      ? { ok: true, values: valuesOf(parsed.value as z.output<z.ZodObject<S>>), fieldOf: itself }
      : parsed
  }

const readDunning: Reader<SectionValues<'dunning'>> = (form, locale) => {
  const shape = {
    ...FRAME,
    ...lines(['day'], count(FIRST_DAY, LAST_DAY).optional()),
    ...lines(['action'], z.enum(DUNNING_ACTIONS).optional()),
  }
  const parsed = parseForm(z.object(shape), form, locale)
  if (!parsed.ok) return parsed
  const errors: Record<string, string> = {}
  const found = readLines(
    form,
    { key: 'day', names: ['day', 'action'] },
    errors,
    staffSettingsMessages[locale].wrong.line,
  )
  if (Object.keys(errors).length > 0) return { ok: false, errors, values: typedValues(form) }
  const steps = sortSteps(
    found.map(({ line, texts: [day, action] }) => ({
      line,
      day: Number(day),
      action: DUNNING_ACTIONS.find((each) => each === action)!,
    })),
  ) as { line: number; day: number; action: (typeof DUNNING_ACTIONS)[number] }[]
  return {
    ok: true,
    values: { steps: steps.map(({ day, action }) => ({ day, action })) },
    fieldOf: (path) => `day${steps[Number(path.split('.')[1])]?.line ?? 0}`,
  }
}

const readRenewals: Reader<SectionValues<'renewals'>> = (form, locale) => {
  const shape = {
    ...FRAME,
    renewalLeadDays: count(0, LEAD_DAYS_AT_MOST),
    latePeriodFromPayment: tick,
    downgradeAtPeriodEnd: tick,
  }
  const rows = {
    ...lines(['leadUnit'], z.enum(INTERVAL_UNITS).optional()),
    ...lines(['leadCount'], count(1, 120).optional()),
    ...lines(['leadDays'], count(0, LEAD_DAYS_AT_MOST).optional()),
  }
  const parsed = parseForm(z.object({ ...rows, ...shape }), form, locale)
  if (!parsed.ok) return parsed
  const errors: Record<string, string> = {}
  const names = ['leadUnit', 'leadCount', 'leadDays']
  const found = readLines(form, { key: 'leadDays', names }, errors, staffSettingsMessages[locale].wrong.line)
  if (Object.keys(errors).length > 0) return { ok: false, errors, values: typedValues(form) }
  const leads = sortLeads(
    found.map(({ line, texts: [unit, each, days] }) => ({
      line,
      unit: INTERVAL_UNITS.find((known) => known === unit)!,
      count: Number(each),
      days: Number(days),
    })),
  )
  return {
    ok: true,
    values: {
      renewalLeadDays: parsed.value.renewalLeadDays,
      leads: leads.map(({ unit, count: each, days }) => ({ unit, count: each, days })),
      latePeriodFromPayment: parsed.value.latePeriodFromPayment === 'on',
      downgradeAtPeriodEnd: parsed.value.downgradeAtPeriodEnd === 'on',
    },
    fieldOf: (path) => (path.startsWith('leads.') ? `leadDays${leads[Number(path.split('.')[1])]?.line ?? 0}` : path),
  }
}

const readCurrencies: Reader<SectionValues<'currencies'>> = (form, locale) => {
  const code = z.string().refine(isCurrency)
  const shape = { ...FRAME, known: z.array(code).default([]), sold: z.array(code).default([]), add: code.optional() }
  const rows = {
    ...lines(['country'], z.string().refine(isCountry).optional()),
    ...lines(['currency'], code.optional()),
  }
  const parsed = parseForm(z.object({ ...rows, ...shape }), form, locale)
  if (!parsed.ok) return parsed
  const errors: Record<string, string> = {}
  const found = readLines(
    form,
    { key: 'country', names: ['country', 'currency'] },
    errors,
    staffSettingsMessages[locale].wrong.line,
  )
  if (Object.keys(errors).length > 0) return { ok: false, errors, values: typedValues(form) }
  const countries = found
    .map(({ line, texts: [country = '', currency = ''] }) => ({ line, country, currency }))
    .toSorted((a, b) => (a.country < b.country ? -1 : 1))
  const sold = new Set(form.getAll('sold'))
  const known = form.getAll('known').filter((each) => typeof each === 'string')
  const added = form.get('add')
  if (typeof added === 'string' && added !== '') sold.add(added)
  const codes = [...new Set([...known, ...(typeof added === 'string' && added !== '' ? [added] : [])])].toSorted()
  return {
    ok: true,
    values: {
      currencies: codes.map((each) => ({ code: each, sold: sold.has(each) })),
      countries: countries.map(({ country, currency }) => ({ country, currency })),
    },
    fieldOf: (path) =>
      path.startsWith('countries.') ? `country${countries[Number(path.split('.')[1])]?.line ?? 0}` : 'sold',
  }
}

const readCompany: Reader<SectionValues<'company'>> = (form, locale) => {
  const shape = {
    ...FRAME,
    name: z.string().max(120),
    address: z.string().max(400),
    country: z.string().refine(isCountry),
    vatId: z.string().max(30).optional(),
    email: z.email().max(254),
  }
  const parsed = parseForm(z.object(shape), form, locale)
  if (!parsed.ok) return parsed
  const { name, address, country, vatId, email } = parsed.value
  const read = vatId === undefined ? undefined : readVatNumber(vatId, country)
  if (read && !read.ok)
    return {
      ok: false,
      errors: { vatId: kitMessages[locale].billing.vatId[read.reason](read.example) },
      values: typedValues(form),
    }
  return {
    ok: true,
    values: { name, address: unbroken(address), country, vatId: read ? read.vatId : null, email },
    fieldOf: itself,
  }
}

const compact = (text: string): string => text.replaceAll(/\s/g, '').toUpperCase()
const unbroken = (text: string): string => text.replaceAll('\r\n', '\n')

/** How each section is read from its form. */
export const readers: { [K in SectionName]: Reader<SectionValues<K>> } = {
  renewals: readRenewals,
  dunning: readDunning,
  currencies: readCurrencies,
  company: readCompany,
  orders: plain(
    () => ({
      couponsPerOrder: count(1, CODES_AT_MOST),
      disputeSuspends: tick,
      trialNeedsMethod: tick,
      bankTransferDays: count(1, TRANSFER_DAYS_AT_MOST),
    }),
    ({ couponsPerOrder, disputeSuspends, trialNeedsMethod, bankTransferDays }) => ({
      couponsPerOrder,
      bankTransferDays,
      disputeSuspends: disputeSuspends === 'on',
      trialNeedsMethod: trialNeedsMethod === 'on',
    }),
  ),
  prices: plain(
    () => ({ priceNoticeDays: count(0, NOTICE_DAYS_AT_MOST) }),
    (values) => values,
  ),
  endings: plain(
    () => ({ finalBackupDays: count(0, BACKUP_DAYS_AT_MOST) }),
    ({ finalBackupDays }) => ({ finalBackupDays }),
  ),
  numbering: plain(
    (locale) => ({
      seriesPrefix: z
        .string()
        .regex(/^[A-Z0-9-]{1,20}$/, { error: staffSettingsMessages[locale].wrong.prefix })
        .default(''),
      invoiceFormat: z.string().max(60),
      creditNoteFormat: z.string().max(60),
      numberedAtIssue: tick,
    }),
    ({ seriesPrefix, invoiceFormat, creditNoteFormat, numberedAtIssue }) => ({
      seriesPrefix,
      invoiceFormat,
      creditNoteFormat,
      numberedAtIssue: numberedAtIssue === 'on',
    }),
  ),
  bank: plain(
    (locale) => ({
      bankHolder: z.string().max(120).optional(),
      bankIban: z
        .string()
        .transform(compact)
        .refine(isIban, { error: staffSettingsMessages[locale].wrong.iban })
        .optional(),
      bankBic: z
        .string()
        .transform(compact)
        .refine((bic) => /^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(bic), {
          error: staffSettingsMessages[locale].wrong.bic,
        })
        .optional(),
    }),
    ({ bankHolder = null, bankIban = null, bankBic = null }) => ({ bankHolder, bankIban, bankBic }),
  ),
  basis: plain(
    () => ({ timeZone: z.string().refine(isTimeZone), pricesIncludeTax: tick }),
    ({ timeZone, pricesIncludeTax }) => ({ timeZone, pricesIncludeTax: pricesIncludeTax === 'on' }),
  ),
  footer: plain(
    () => ({ en: z.string().max(600).default(''), de: z.string().max(600).default('') }),
    ({ en, de }) => ({ en: unbroken(en), de: unbroken(de) }),
  ),
}

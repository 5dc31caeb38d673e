import { z } from 'zod'
import {
  type CatalogDocument,
  type DocumentChoice,
  type DocumentOption,
  type DocumentPlan,
  type DocumentPrice,
  priceKey,
} from '#modules/catalog/catalog-document.ts'
import type { Locale } from '#platform/i18n.ts'
import { newId } from '#platform/ids.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { fieldText, type FormState, parseForm, typedValues } from '../ui/form-state.ts'
import { type PriceInterval, priceField, priceRows } from './price-rows.ts'
import { readPrice } from './read-amount.ts'

type Parsed<T> = { ok: true; value: T } | FormState

const text = (most: number) => z.string().max(most)
const number = (most: number) => z.coerce.number().int().min(1).max(most)
const position = z.coerce.number().int().min(0).max(10_000)
const revision = z.coerce.number().int().positive()

export const slugField = (locale: Locale) =>
  text(60).regex(/^[a-z0-9-]+$/, { error: staffVersionsMessages[locale].wrong.slug })

export const wordsFields = { nameEn: text(100), nameDe: text(100), summaryEn: text(300), summaryDe: text(300) }
type Words = z.output<z.ZodObject<typeof wordsFields>>
export const wordsOf = ({ nameEn, nameDe, summaryEn, summaryDe }: Words) => ({
  name: { en: nameEn, de: nameDe },
  summary: { en: summaryEn, de: summaryDe },
})

/** What a draft was read at; sent with every form of it. */
export const readRevision = (form: FormData): number => Number(fieldText(form, 'revision')) || 0

const ids = z.array(z.string().max(40)).max(200).default([])

/** The product's own part of its draft. `fixedSlug` is that of one which is published. */
export function parseProduct(
  form: FormData,
  document: CatalogDocument,
  { locale, fixedSlug }: { locale: Locale; fixedSlug: boolean },
): Parsed<CatalogDocument> {
  const shape = {
    revision,
    ...wordsFields,
    ...(fixedSlug ? {} : { slug: slugField(locale) }),
    state: z.enum(['published', 'retired']),
    position,
    regionIds: ids,
    imageIds: ids,
    disputePolicy: z.enum(['seller', 'suspend', 'keep']),
  }
  const parsed = parseForm(z.object(shape), form, locale)
  if (!parsed.ok) return parsed
  const { state, position: place, regionIds, imageIds, disputePolicy } = parsed.value
  const slug = fixedSlug ? document.slug : fieldText(form, 'slug').trim()
  return {
    ok: true,
    value: { ...document, ...wordsOf(parsed.value), slug, state, position: place, regionIds, imageIds, disputePolicy },
  }
}

/** A plan as its form says, new or in place of the one before. What is fixed is taken from `was`. */
export function parsePlan(
  form: FormData,
  was: DocumentPlan | undefined,
  { locale, currencies, fixedSlug, fixedSize }: { locale: Locale; currencies: readonly string[] } & Fixed,
): Parsed<DocumentPlan> {
  const rows = priceRows(was?.prices ?? [], currencies)
  const shape = {
    revision,
    ...wordsFields,
    ...(fixedSlug ? {} : { slug: slugField(locale) }),
    ...(fixedSize ? {} : sizeFields),
    maxPerCustomer: number(1_000_000).optional(),
    position,
    popular: z.literal('on').optional(),
    featuresEn: text(5_000).optional(),
    featuresDe: text(5_000).optional(),
    state: z.enum(['published', 'retired']),
    successorId: z.string().max(40).optional(),
    ...priceFields(rows),
  }
  const parsed = parseForm(z.object(shape), form, locale)
  if (!parsed.ok) return parsed
  const errors: Record<string, string> = {}
  const features = readFeatures(form, locale, errors)
  const prices = readPrices(form, rows, locale, errors)
  if (Object.keys(errors).length > 0) return { ok: false, errors, values: typedValues(form) }
  const size = fixedSize && was ? was : z.object(sizeFields).parse(Object.fromEntries(form))
  const { cores, memoryMb, diskGb, trafficTb } = size
  const { value } = parsed
  return {
    ok: true,
    value: {
      id: was?.id ?? newId('pln'),
      slug: fixedSlug && was ? was.slug : fieldText(form, 'slug').trim(),
      state: value.state,
      ...wordsOf(value),
      popular: value.popular === 'on',
      cores,
      memoryMb,
      diskGb,
      trafficTb,
      maxPerCustomer: value.maxPerCustomer ?? null,
      position: value.position,
      successorId: value.successorId ?? null,
      features,
      prices,
    },
  }
}

export type Fixed = { fixedSlug: boolean; fixedSize: boolean }
const sizeFields = {
  cores: number(1_024),
  memoryMb: number(1_000_000),
  diskGb: number(1_000_000),
  trafficTb: number(100_000),
}

const OptionKinds = z.enum(['switch', 'quantity', 'slider', 'choice'])

/** An option as its form says; code and kind of one that is published stay. */
export function parseOption(
  form: FormData,
  was: DocumentOption | undefined,
  { locale, currencies, fixed }: { locale: Locale; currencies: readonly string[]; fixed: boolean },
): Parsed<DocumentOption> {
  const rows = priceRows(was?.prices ?? [], currencies)
  const shape = {
    revision,
    ...wordsFields,
    ...(fixed ? {} : { code: slugField(locale), kind: OptionKinds }),
    minQuantity: z.coerce.number().int().min(0).max(1_000_000).default(0),
    maxQuantity: number(1_000_000).default(1),
    step: number(1_000_000).default(1),
    mustChoose: z.literal('on').optional(),
    position,
    active: z.literal('on').optional(),
    ...priceFields(rows),
  }
  const parsed = parseForm(z.object(shape), form, locale)
  if (!parsed.ok) return parsed
  const errors: Record<string, string> = {}
  const prices = readPrices(form, rows, locale, errors)
  if (Object.keys(errors).length > 0) return { ok: false, errors, values: typedValues(form) }
  const { minQuantity, maxQuantity, step, position: place, active, mustChoose } = parsed.value
  const kind = fixed && was ? was.kind : OptionKinds.parse(fieldText(form, 'kind'))
  const isRange = kind === 'quantity' || kind === 'slider'
  return {
    ok: true,
    value: {
      id: was?.id ?? newId('opt'),
      code: fixed && was ? was.code : fieldText(form, 'code').trim(),
      kind,
      ...wordsOf(parsed.value),
      minQuantity: isRange ? minQuantity : kind === 'choice' && mustChoose === 'on' ? 1 : 0,
      maxQuantity: isRange ? maxQuantity : 1,
      step: isRange ? step : 1,
      position: place,
      active: active === 'on',
      // What is chosen has the price.
      prices: kind === 'choice' ? [] : prices.map((price) => ({ ...price, trialDays: null })),
      choices: kind === 'choice' ? (was?.choices ?? []) : [],
    },
  }
}

/** A choice of an option as its form says; the code of one that is published stays. */
export function parseChoice(
  form: FormData,
  was: DocumentChoice | undefined,
  { locale, currencies, fixed }: { locale: Locale; currencies: readonly string[]; fixed: boolean },
): Parsed<DocumentChoice> {
  const rows = priceRows(was?.prices ?? [], currencies)
  const shape = {
    revision,
    nameEn: text(100),
    nameDe: text(100),
    ...(fixed ? {} : { code: slugField(locale) }),
    position,
    active: z.literal('on').optional(),
    ...priceFields(rows),
  }
  const parsed = parseForm(z.object(shape), form, locale)
  if (!parsed.ok) return parsed
  const errors: Record<string, string> = {}
  const prices = readPrices(form, rows, locale, errors)
  if (Object.keys(errors).length > 0) return { ok: false, errors, values: typedValues(form) }
  const { nameEn, nameDe, position: place, active } = parsed.value
  return {
    ok: true,
    value: {
      id: was?.id ?? newId('och'),
      code: fixed && was ? was.code : fieldText(form, 'code').trim(),
      name: { en: nameEn, de: nameDe },
      position: place,
      active: active === 'on',
      prices: prices.map((price) => ({ ...price, trialDays: null })),
    },
  }
}

/** The document with a part put in, or in place of the one with its id. */
export const withPart = <P extends { id: string }>(parts: readonly P[], part: P): P[] =>
  parts.some(({ id }) => id === part.id) ? parts.map((each) => (each.id === part.id ? part : each)) : [...parts, part]

const priceFields = (rows: readonly PriceInterval[]) => ({
  ...Object.fromEntries(
    rows.flatMap((row) =>
      (['price', 'setup', 'trial'] as const).map((part) => [priceField(row, part), text(20).optional()]),
    ),
  ),
  extraCurrency: text(3).optional(),
  extraCount: z.coerce.number().int().min(1).max(1_000).optional(),
  extraUnit: z.enum(['day', 'week', 'month', 'year', 'once']).optional(),
  extraAmount: text(20).optional(),
})

function readPrices(
  form: FormData,
  rows: readonly PriceInterval[],
  locale: Locale,
  errors: Record<string, string>,
): DocumentPrice[] {
  const words = staffVersionsMessages[locale].wrong
  const prices = rows.flatMap((row): DocumentPrice[] => {
    const typed = fieldText(form, priceField(row)).trim()
    if (typed === '') return []
    const amount = readPrice(typed, row.currency)
    if (amount === undefined) errors[priceField(row)] = words.amount
    const setup = readPrice(fieldText(form, priceField(row, 'setup')).trim() || '0', row.currency)
    if (setup === undefined) errors[priceField(row, 'setup')] = words.amount
    const trial = fieldText(form, priceField(row, 'trial')).trim()
    const trialDays = trial === '' ? null : Number(trial)
    if (trialDays !== null && !(Number.isInteger(trialDays) && trialDays >= 1 && trialDays <= 365))
      errors[priceField(row, 'trial')] = words.trial
    if (amount === undefined || setup === undefined) return []
    return [{ ...row, amountMinor: String(amount), setupMinor: String(setup), trialDays }]
  })
  const currency = fieldText(form, 'extraCurrency').trim().toUpperCase()
  const typed = fieldText(form, 'extraAmount').trim()
  if (typed === '') return prices
  if (!/^[A-Z]{3}$/.test(currency)) {
    errors['extraCurrency'] = words.currency
    return prices
  }
  const amount = readPrice(typed, currency)
  if (amount === undefined) errors['extraAmount'] = words.amount
  const intervalUnit = z.enum(['day', 'week', 'month', 'year', 'once']).safeParse(fieldText(form, 'extraUnit'))
  const intervalCount = Number(fieldText(form, 'extraCount')) || 1
  if (!intervalUnit.success) errors['extraUnit'] = words.extra
  if (amount === undefined || !intervalUnit.success) return prices
  const extra = {
    currency,
    intervalUnit: intervalUnit.data,
    intervalCount: intervalUnit.data === 'once' ? 1 : intervalCount,
    amountMinor: String(amount),
    setupMinor: '0',
    trialDays: null,
  }
  return [...prices.filter((price) => priceKey(price) !== priceKey(extra)), extra]
}

/** Lines of both languages side by side. */
function readFeatures(form: FormData, locale: Locale, errors: Record<string, string>): DocumentPlan['features'] {
  const lines = (name: string): string[] =>
    fieldText(form, name)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  const [en, de] = [lines('featuresEn'), lines('featuresDe')]
  if (en.length !== de.length) errors['featuresDe'] = staffVersionsMessages[locale].wrong.features
  return en.map((line, index) => ({ en: line, de: de[index] ?? line }))
}

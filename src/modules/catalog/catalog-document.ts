import { z } from 'zod'
import { LocalizedText } from './localized-text.ts'

const slug = z.string().regex(/^[a-z0-9-]{1,60}$/)
const count = z.int().positive().max(1_000_000)
const position = z.int().min(0).max(10_000)

/** A price: minor units as text, since it travels as JSON. One for each currency and interval; the setup is charged once. */
export const DocumentPrice = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  intervalUnit: z.enum(['day', 'week', 'month', 'year', 'once']),
  intervalCount: z.int().positive().max(1_000),
  amountMinor: z.string().regex(/^\d{1,18}$/),
  setupMinor: z.string().regex(/^\d{1,18}$/),
  /** Days before the first paid period; of plans alone. */
  trialDays: z.int().min(1).max(365).nullable(),
})
export type DocumentPrice = z.output<typeof DocumentPrice>

export const DocumentPlan = z.strictObject({
  id: z.string().startsWith('pln_'),
  slug,
  state: z.enum(['published', 'retired']),
  name: LocalizedText,
  summary: LocalizedText,
  popular: z.boolean(),
  cores: count,
  memoryMb: count,
  diskGb: count,
  trafficTb: count,
  /** How many a customer may have at a time; null means any number. */
  maxPerCustomer: count.nullable(),
  position,
  /** The plan to take instead of one that is retired. */
  successorId: z.string().nullable(),
  features: z.array(LocalizedText).max(50),
  prices: z.array(DocumentPrice).max(200),
})
export type DocumentPlan = z.output<typeof DocumentPlan>

/** One of several that an option lets choose from, at a price of its own. */
export const DocumentChoice = z.strictObject({
  id: z.string().startsWith('och_'),
  code: slug,
  name: LocalizedText,
  position,
  /** False for one that is sold no longer; who has it keeps it. */
  active: z.boolean(),
  prices: z.array(DocumentPrice.extend({ trialDays: z.null() })).max(200),
})
export type DocumentChoice = z.output<typeof DocumentChoice>

export const DocumentOption = z.strictObject({
  id: z.string().startsWith('opt_'),
  code: slug,
  kind: z.enum(['switch', 'quantity', 'slider', 'choice']),
  name: LocalizedText,
  summary: LocalizedText,
  /** Ordered in whole steps from the least to the most. */
  minQuantity: z.int().min(0).max(1_000_000),
  maxQuantity: z.int().positive().max(1_000_000),
  step: z.int().positive().max(1_000_000),
  position,
  /** False for one that is sold no longer; who has it keeps it. */
  active: z.boolean(),
  prices: z.array(DocumentPrice.extend({ trialDays: z.null() })).max(200),
  /** Of the kind choice alone, and what it costs instead of a price of its own. */
  choices: z.array(DocumentChoice).max(100).default([]),
})
export type DocumentOption = z.output<typeof DocumentOption>

/** All that the shop says and asks for one product: what a version of the catalogue holds, whatever it was made from. */
export const CatalogDocument = z.strictObject({
  slug,
  kind: z.enum(['vps']),
  state: z.enum(['published', 'retired']),
  name: LocalizedText,
  summary: LocalizedText,
  position,
  /** Where it stands and what is installed on it; empty means everywhere and everything. */
  regionIds: z.array(z.string().startsWith('reg_')),
  imageIds: z.array(z.string().startsWith('img_')),
  /** What a contested charge means for what it paid for; `seller`: what the seller's settings say. */
  disputePolicy: z.enum(['seller', 'suspend', 'keep']).default('seller'),
  plans: z.array(DocumentPlan).max(100),
  options: z.array(DocumentOption).max(100),
})
export type CatalogDocument = z.output<typeof CatalogDocument>

/** The same with everything in one order, so that two that say the same are the same text. */
export function inOrder(document: CatalogDocument): CatalogDocument {
  return {
    ...document,
    regionIds: document.regionIds.toSorted(),
    imageIds: document.imageIds.toSorted(),
    plans: document.plans.map((plan) => ({ ...plan, prices: plan.prices.toSorted(byPrice) })).toSorted(byPlace),
    options: document.options
      .map((option) => ({
        ...option,
        prices: option.prices.toSorted(byPrice),
        choices: option.choices
          .map((choice) => ({ ...choice, prices: choice.prices.toSorted(byPrice) }))
          .toSorted(byPlace),
      }))
      .toSorted(byPlace),
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const byPlace = (a: { position: number; id: string }, b: { position: number; id: string }): number =>
  a.position - b.position || compareText(a.id, b.id)

/** What a price is for. */
export type PriceInterval = Pick<DocumentPrice, 'currency' | 'intervalUnit' | 'intervalCount'>

/** Names what a price is for: a currency and an interval. */
export const priceKey = ({ currency, intervalUnit, intervalCount }: PriceInterval): string =>
  `${currency} ${intervalCount} ${intervalUnit}`

const LENGTHS = { day: 1, week: 7, month: 30, year: 365, once: 1_000_000 }
const byPrice = (a: DocumentPrice, b: DocumentPrice): number =>
  compareText(a.currency, b.currency) ||
  LENGTHS[a.intervalUnit] * a.intervalCount - LENGTHS[b.intervalUnit] * b.intervalCount ||
  compareText(priceKey(a), priceKey(b))

/** Whether two documents say the same. */
export const isSameDocument = (a: CatalogDocument, b: CatalogDocument): boolean =>
  JSON.stringify(CatalogDocument.parse(inOrder(a))) === JSON.stringify(CatalogDocument.parse(inOrder(b)))

import { z } from 'zod'
import { faultOf } from '#modules/catalog/option.ts'
import { Period } from '#modules/catalog/period.ts'
import type { Catalog, CatalogProduct, PlanOption } from '#modules/catalog/plan.ts'
import { Hostname, type ItemConfiguration } from '#modules/orders/item-configuration.ts'
import { parseSshKey } from '#modules/orders/ssh-key.ts'
import type { Locale } from '#platform/i18n.ts'
import { buyMessages } from '../messages/buy.ts'
import { type FormState, parseForm, typedValues } from '../ui/form-state.ts'
import { optionField } from './configure-view.ts'
import { readPeriod, type Shown } from './price-view.ts'

const HOSTNAME_MAX = 253

type Configured = {
  currency: string
  itemId: string | undefined
  quotedMinor: bigint | undefined
  configuration: ItemConfiguration
}

/** Reads the form that configures a server, strictly, in the visitor's language. */
export function parseConfiguration(
  form: FormData,
  catalog: Catalog,
  product: CatalogProduct,
  locale: Locale,
): { ok: true; value: Configured } | FormState {
  const base = baseSchema(catalog, product, locale)
  const schema = base.extend(
    Object.fromEntries(product.options.map((option) => [optionField(option.code), wantedSchema(option)])),
  )
  const parsed = parseForm(schema, form, locale)
  if (!parsed.ok) return withoutPrivateKey(parsed, form)
  // The schema is the base and a field for each extra; the compiler cannot see both at once.
  const read: unknown = parsed.value
  const { plan, period, region, image, hostname, sshKey, currency, item, quoted } = read as z.output<typeof base>
  const wanted = read as Record<string, number | string | undefined>
  const options = product.options.map((option) => wantedOf(option, wanted[optionField(option.code)]))
  return {
    ok: true,
    value: {
      currency,
      itemId: item,
      quotedMinor: quoted === undefined ? undefined : BigInt(quoted),
      configuration: {
        plan,
        period,
        region,
        image,
        hostname,
        sshKey,
        options: options.filter((each) => each.quantity > 0),
      },
    },
  }
}

function baseSchema(catalog: Catalog, product: CatalogProduct, locale: Locale) {
  const words = buyMessages[locale].configure
  const oneOf = (slugs: readonly string[]) => z.string().refine((slug) => slugs.includes(slug), { error: words.gone })
  return z.object({
    intent: z.string().optional(),
    item: z.string().max(40).optional(),
    /** The amount that was in sight when the form was sent. It is for pointing out a change only. */
    quoted: z
      .string()
      .regex(/^\d{1,15}$/)
      .optional(),
    currency: oneOf(catalog.currencies),
    plan: oneOf(product.plans.map((plan) => plan.slug)),
    period: Period,
    region: oneOf(catalog.regions.map((region) => region.slug)),
    image: oneOf(catalog.images.map((image) => image.slug)),
    hostname: z
      .string({ error: words.hostnameMissing })
      .toLowerCase()
      .max(HOSTNAME_MAX, { error: words.hostnameLong, abort: true })
      .refine((text) => Hostname.safeParse(text).success, { error: words.hostnameWrong }),
    sshKey: z.string({ error: words.sshKeyMissing }).transform((text, context) => {
      const key = parseSshKey(text)
      if (key.ok) return key.key
      context.addIssue({ code: 'custom', message: words.sshKey[key.fault], input: '' })
      return z.NEVER
    }),
  })
}

/** A quantity, or the code of a choice. */
const wantedSchema = (option: PlanOption) =>
  option.kind === 'choice'
    ? z.string().max(64).optional()
    : z.coerce.number().int().min(0).max(option.maxQuantity).optional()

const wantedOf = ({ code, kind }: PlanOption, typed: number | string | undefined) =>
  kind === 'choice'
    ? { code, quantity: typed ? 1 : 0, ...(typed && { choice: String(typed) }) }
    : { code, quantity: Number(typed ?? 0) }

/** A private key pasted by mistake must not come back in the page, whatever program wrote it. */
function withoutPrivateKey(state: FormState, form: FormData): FormState {
  const typed = form.get('sshKey')
  const key = typeof typed === 'string' ? parseSshKey(typed) : undefined
  if (!key || key.ok || key.fault !== 'private') return state
  const { sshKey: _secret, ...values } = state.values
  return { ...state, values }
}

/** The form as it came, with nothing to complain about: for showing it again with a new total. */
export const unjudged = (form: FormData): FormState =>
  withoutPrivateKey({ ok: false, errors: {}, values: typedValues(form) }, form)

/**
 * A configuration good enough to be priced, from a form at any stage: what is missing or unknown is taken from the first
 * of its kind, since names and keys cost nothing.
 */
export function draftConfiguration(
  form: Pick<FormData, 'get'>,
  catalog: Catalog,
  product: CatalogProduct,
  fallback: { plan: string } & Shown,
): ItemConfiguration {
  const slugOf = (name: string, slugs: readonly string[]): string => {
    const given = form.get(name)
    return slugs.find((slug) => slug === given) ?? slugs[0] ?? ''
  }
  const plans = product.plans.map((plan) => plan.slug)
  const period = form.get('period')
  return {
    plan: plans.find((slug) => slug === form.get('plan')) ?? fallback.plan,
    period: period === null ? fallback.period : readPeriod(period, catalog),
    region: slugOf(
      'region',
      catalog.regions.map((region) => region.slug),
    ),
    image: slugOf(
      'image',
      catalog.images.map((image) => image.slug),
    ),
    hostname: 'server',
    sshKey: '',
    options: product.options.flatMap((option) => draftOption(option, form.get(optionField(option.code)))),
  }
}

/** What is wanted of an option as far as it can be ordered; what cannot be left out begins with the least. */
function draftOption(option: PlanOption, typed: FormDataEntryValue | null): ItemConfiguration['options'] {
  const { code, kind, minQuantity, choices } = option
  if (kind === 'choice') {
    const choice = choices.find((each) => each.code === typed)?.code ?? (minQuantity > 0 ? choices[0]?.code : undefined)
    return choice === undefined ? [] : [{ code, quantity: 1, choice }]
  }
  const quantity = Number(typed ?? 0)
  if (quantity > 0 && Number.isInteger(quantity) && !faultOf(option, { quantity })) return [{ code, quantity }]
  return minQuantity > 0 ? [{ code, quantity: minQuantity }] : []
}

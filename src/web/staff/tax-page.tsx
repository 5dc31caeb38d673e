import { data } from 'react-router'
import { z } from 'zod'
import { millionthsOf } from '#modules/billing/tax.ts'
import { addTaxRule } from '#modules/billing/add-tax-rule.ts'
import { endTaxRule } from '#modules/billing/end-tax-rule.ts'
import { countTaxed, findTaxRule, listTaxRules, sellersHome } from '#modules/billing/list-tax-rules.ts'
import type { TaxRule } from '#modules/billing/tax.ts'
import { isProblem } from '#platform/problem.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { problemText } from '../messages/problems.ts'
import { taxMessages } from '../messages/tax.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { countryChoices } from '../ui/country-choices.ts'
import { type FormState, fieldText, parseForm, refusedForm, typedValues } from '../ui/form-state.ts'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import { Refusal } from './parts.tsx'
import { dayField, ruleForm, ruleOf } from './tax-form.ts'
import { RuleAdd, RuleEnd, RuleReview, RulesTable } from './tax-parts.tsx'
import { countryName, formatPercent } from './view.ts'
import type { Route } from './+types/tax-page'

const VIEWS = ['valid', 'other'] as const

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const url = readListUrl(request)
  const search = url.text('q')
  const view = url.one('view', VIEWS)
  const chosen = url.text('rule')
  const countries = countryChoices(locale)
  const home = await sellersHome(app)
  const found = search === undefined ? undefined : matching(search, countries, home.country)
  const [{ rows, next }, rule] = await Promise.all([
    listTaxRules(app, actor, { ...url.page, view, countries: found }),
    chosen === undefined ? undefined : findTaxRule(app, actor, chosen),
  ])
  return {
    filtered: search !== undefined || view !== undefined,
    next,
    countries,
    today: home.today.toString(),
    rows: rows.map((row) => ruleView(row, locale)),
    rule: rule && { ...ruleView(rule, locale), affected: await countTaxed(app, actor, rule) },
  }
}

/** The countries whose name or code holds what was typed; the seller's own also finds the domestic rules. */
function matching(
  search: string,
  countries: readonly { value: string; label: string }[],
  home: string | null,
): (string | null)[] {
  const typed = search.toLowerCase()
  const found = countries
    .filter(({ value, label }) => label.toLowerCase().includes(typed) || value.toLowerCase() === typed)
    .map(({ value }) => value)
  return home !== null && found.includes(home) ? [null, ...found] : found
}

const ruleView = (rule: TaxRule, locale: 'en' | 'de') => ({
  id: rule.id,
  country: rule.country,
  place: placeName(rule, locale),
  name: rule.name,
  rate: formatPercent(millionthsOf(rule) / 100, locale),
  category: rule.category,
  level: rule.level,
  compound: rule.compound,
  from: rule.validFrom.toString(),
  until: rule.validTo?.subtract({ days: 1 }).toString() ?? null,
})

function placeName({ country, region }: Pick<TaxRule, 'country' | 'region'>, locale: 'en' | 'de'): string {
  if (country === null) return taxMessages[locale].domestic
  const name = countryName(country, locale)
  return region === null ? name : `${name}, ${region}`
}

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const refuse = (error: unknown) => {
    if (!isProblem(error) || error.kind === 'forbidden') throw error
    const state: FormState = { ...refusedForm(error, form, locale), message: problemText(error, locale) }
    return data({ refused: state }, formStatus(error))
  }
  try {
    if (fieldText(form, 'do') === 'end') {
      const parsed = parseForm(EndInput(locale), form, locale)
      if (!parsed.ok) return data({ ending: parsed }, 422)
      await endTaxRule(app, actor, { ruleId: parsed.value.rule, on: parsed.value.on })
      return redirectWithFlash(paths.staffTax(), 'saved')
    }
    const parsed = parseForm(ruleForm(locale), form, locale)
    if (!parsed.ok) return data({ refused: parsed }, 422)
    const draft: FormState = { ok: false, errors: {}, values: typedValues(form) }
    if (parsed.value.do === 'edit') return { draft }
    const rule = ruleOf(parsed.value)
    if (parsed.value.do === 'save') {
      await addTaxRule(app, actor, rule)
      return redirectWithFlash(paths.staffTax(), 'saved')
    }
    const { validFrom, ...shown } = rule
    return {
      review: {
        values: Object.fromEntries([...form].map(([name, value]) => [name, typeof value === 'string' ? value : ''])),
        ...shown,
        place: placeName(rule, locale),
        rate: formatPercent(millionthsOf(rule) / 100, locale),
        from: validFrom.toString(),
        affected: await countTaxed(app, actor, rule),
      },
    }
  } catch (error) {
    return refuse(error)
  }
}

const EndInput = (locale: 'en' | 'de') =>
  z.object({ do: z.literal('end'), rule: z.string().regex(/^txr_\w{1,40}$/), on: dayField(locale) })

export type TaxData = Route.ComponentProps['loaderData']
export type TaxReview = Extract<NonNullable<Route.ComponentProps['actionData']>, { review: object }>['review']

export default function TaxPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(taxMessages)
  const review = actionData && 'review' in actionData ? actionData.review : undefined
  const refused = actionData && 'refused' in actionData ? actionData.refused : undefined
  const draft = actionData && 'draft' in actionData ? actionData.draft : undefined
  const ending = actionData && 'ending' in actionData ? actionData.ending : undefined
  return (
    <ListPage title={words.title} text={words.text} notice={refused?.message && <Refusal state={refused} />}>
      <div className="grid gap-5">
        {review && <RuleReview review={review} />}
        {!review && loaderData.rule && <RuleEnd rule={loaderData.rule} today={loaderData.today} state={ending} />}
        <RulesTable loaded={loaderData} />
        {!review && !loaderData.rule && <RuleAdd loaded={loaderData} state={refused ?? draft} />}
      </div>
    </ListPage>
  )
}

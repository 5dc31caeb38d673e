import { data, redirect } from 'react-router'
import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { type Catalog, type CatalogProduct, findPlan } from '#modules/catalog/plan.ts'
import { addToCart, type Cart, changeCartCurrency, changeCartItem, customerOf } from '#modules/orders/cart.ts'
import type { ItemConfiguration } from '#modules/orders/item-configuration.ts'
import { computeQuote } from '#modules/orders/quote.ts'
import { isShortage } from '#modules/orders/shortage.ts'
import type { Locale } from '#platform/i18n.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { findTaxBuyer } from '#modules/billing/tax-buyer.ts'
import { buyerIn } from '#modules/billing/tax.ts'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { actorContext, appContext, localeContext, signedInContext } from '../context.ts'
import { knowActor } from '../guards.ts'
import type { Handle } from '../handle.ts'
import { quoteIsland } from '../islands/islands.ts'
import { buyMessages } from '../messages/buy.ts'
import { problemText } from '../messages/problems.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { type FormState, refusedForm } from '../ui/form-state.ts'
import { useMessages } from '../ui/site.tsx'
import {
  cartCount,
  cartTokenCookie,
  readCartToken,
  readSeenPrices,
  seenPricesCookie,
  visitorsCart,
} from './cart-cookie.ts'
import { draftConfiguration, parseConfiguration, unjudged } from './configuration-form.ts'
import { ConfigureForm } from './configure-form.tsx'
import { choicesOf } from './configure-view.ts'
import { readShown } from './price-view.ts'
import { presentQuote } from './quote-view.ts'
import { ShopPage } from './shop-page.tsx'
import type { Route } from './+types/configure-page'

export const handle: Handle = { islands: [quoteIsland] }
export const middleware: Route.MiddlewareFunction[] = [knowActor]

function getPlan(catalog: Catalog, slug: string): NonNullable<ReturnType<typeof findPlan>> {
  const found = findPlan(catalog, slug)
  if (!found) throw new Problem('not_found', 'plan_not_found', 'This plan is not for sale.')
  return found
}

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const actor = context.get(actorContext)
  const [catalog, cart, signedIn] = await Promise.all([
    getCatalog(app),
    visitorsCart(app, actor, request),
    context.get(signedInContext)(),
  ])
  const { product, plan } = getPlan(catalog, params.plan)
  const itemId = new URL(request.url).searchParams.get('item')
  const item = cart?.items.find((each) => each.id === itemId)
  const shown = readShown(request, catalog, locale, cart?.currency ?? signedIn?.customer?.currency)
  const period = item?.configuration.period ?? shown.period
  const initial = item
    ? { ...item.configuration, plan: plan.slug }
    : {
        ...draftConfiguration(new FormData(), catalog, product, { plan: plan.slug, currency: shown.currency, period }),
        hostname: '',
      }
  return {
    planName: plan.name[locale],
    itemId: item?.id,
    currency: shown.currency,
    initial,
    choices: choicesOf(catalog, product, shown.currency, locale),
    summary: await price(app, actor, shown.currency, initial, locale),
  }
}

/** What a draft costs, or undefined when it is not sold like that. */
async function price(app: App, actor: Actor, currency: string, draft: ItemConfiguration, locale: 'en' | 'de') {
  const buyer = await findTaxBuyer(app, actor)
  try {
    const quote = await computeQuote(app, { currency, items: [draft], buyer, customerId: customerOf(actor) })
    return presentQuote(quote, locale, app.clock.now())
  } catch (error) {
    if (isProblem(error) && (error.code === 'configuration_invalid' || isShortage(error.code))) return undefined
    throw error
  }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const actor = context.get(actorContext)
  const [form, catalog] = await Promise.all([request.formData(), getCatalog(app)])
  const { product, plan } = getPlan(catalog, params.plan)
  const answer = async (state: FormState, status: number) => {
    const summary = await price(app, actor, ...draftOf(form, catalog, product, plan.slug), locale)
    return data({ state, summary }, { status })
  }
  if (form.get('intent') === 'quote') return answer(unjudged(form), 200)
  const parsed = parseConfiguration(form, catalog, product, locale)
  if (!parsed.ok) return answer(parsed, 422)
  const { configuration, currency, quotedMinor, itemId } = parsed.value
  const token = readCartToken(request)
  try {
    // Prices it, so that nothing is put into a cart that is not sold like that.
    await computeQuote(app, { currency, items: [configuration], buyer: buyerIn(null), customerId: customerOf(actor) })
    const changed = itemId !== undefined && (await changeLine(app, actor, { token, itemId, configuration, currency }))
    const headers: [string, string][] = []
    if (!changed) {
      const added = await addToCart(app, actor, { token, currency, configuration })
      headers.push(['set-cookie', cartTokenCookie(added.token)], cartCount(added.cart.items.length))
      headers.push(...seen(request, added.cart, quotedMinor))
    }
    return redirect(paths.cart(locale), { headers })
  } catch (error) {
    if (!isProblem(error) || !['invalid', 'conflict', 'rate_limited', 'unavailable'].includes(error.kind)) throw error
    const gone = error.code === 'configuration_invalid'
    const state = gone
      ? { ...unjudged(form), message: buyMessages[locale].configure.gone }
      : isShortage(error.code)
        ? shortForm(error, form, locale)
        : refusedForm(error, form, locale)
    return answer(state, formStatus(error))
  }
}

/** Says by its field what there is not enough of. */
function shortForm(problem: Problem, form: FormData, locale: Locale): FormState {
  const text = problemText(problem, locale)
  const fields = problem.issues.map(({ path }) => path.split('.').at(-1) ?? path)
  return { ...unjudged(form), errors: Object.fromEntries(fields.map((field) => [field, text])) }
}

function draftOf(form: FormData, catalog: Catalog, product: CatalogProduct, plan: string): [string, ItemConfiguration] {
  const given = form.get('currency')
  const currency = catalog.currencies.find((code) => code === given) ?? catalog.currencies[0] ?? 'EUR'
  return [currency, draftConfiguration(form, catalog, product, { plan, currency, period: 'month' })]
}

/** False when the line is no longer in the cart, as after a removal in another tab. */
async function changeLine(
  app: App,
  actor: Actor,
  { currency, ...change }: Parameters<typeof changeCartItem>[2] & { currency: string },
): Promise<boolean> {
  try {
    await changeCartItem(app, actor, change)
    await changeCartCurrency(app, actor, { token: change.token, currency })
    return true
  } catch (error) {
    if (isProblem(error) && error.code === 'cart_item_not_found') return false
    throw error
  }
}

/** The price that was in sight when the line was added counts as seen. */
function seen(request: Request, cart: Cart, quotedMinor: bigint | undefined): [string, string][] {
  const line = cart.items.at(-1)
  if (!line || quotedMinor === undefined) return []
  const cookie = seenPricesCookie(
    [{ ...line, currency: cart.currency, amountMinor: quotedMinor }],
    readSeenPrices(request),
  )
  return [['set-cookie', cookie]]
}

export default function ConfigurePage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(buyMessages).configure
  const { planName, itemId } = loaderData
  return (
    <ShopPage title={itemId === undefined ? words.title(planName) : words.change(planName)} lead={words.lead}>
      <ConfigureForm
        {...loaderData}
        summary={actionData ? actionData.summary : loaderData.summary}
        state={actionData?.state}
      />
    </ShopPage>
  )
}

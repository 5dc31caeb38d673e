import { ShoppingCart } from 'lucide-react'
import { data, redirect } from 'react-router'
import { z } from 'zod'
import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { addToCart, changeCartCurrency, removeFromCart } from '#modules/orders/cart.ts'
import { ItemConfiguration } from '#modules/orders/item-configuration.ts'
import { isProblem } from '#platform/problem.ts'
import { actorContext, appContext, localeContext } from '../context.ts'
import { knowActor } from '../guards.ts'
import { buyMessages } from '../messages/buy.ts'
import { problemText } from '../messages/problems.ts'
import { paths } from '../paths.ts'
import { buttonClass } from '../ui/button.tsx'
import { fieldText } from '../ui/form-state.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import {
  changedPrices,
  cartCount,
  cartTokenCookie,
  readCartToken,
  readSeenPrices,
  seenPricesCookie,
  visitorsCart,
} from './cart-cookie.ts'
import { CartLines, CurrencyForm, PriceNotices, Removed } from './cart-parts.tsx'
import { changeCoupon } from './coupon-actions.ts'
import { CouponBox, RefusedCoupons } from './coupon-box.tsx'
import { OrderSummary } from './order-summary.tsx'
import { priceCart } from './price-cart.ts'
import { presentQuote } from './quote-view.ts'
import { ShopPage } from './shop-page.tsx'
import type { Route } from './+types/cart-page'

export const middleware: Route.MiddlewareFunction[] = [knowActor]

export async function loader({ request, context }: Route.LoaderArgs) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const actor = context.get(actorContext)
  const [cart, catalog] = await Promise.all([visitorsCart(app, actor, request), getCatalog(app)])
  if (!cart || cart.items.length === 0) return data({ cart: undefined }, { headers: [cartCount(0)] })
  const { quote, lines, unsold, refused } = await priceCart(app, actor, cart)
  const seen = readSeenPrices(request)
  const view = {
    currency: cart.currency,
    currencies: catalog.currencies,
    summary: quote && presentQuote(quote, locale, app.clock.now()),
    lines: lines.map((line, index) => ({
      id: line.id,
      hostname: line.configuration.hostname,
      plan: line.configuration.plan,
      name: quote?.items[index]?.lines[0]?.name[locale] ?? line.configuration.plan,
      place: `${quote?.items[index]?.region.name[locale] ?? ''} · ${quote?.items[index]?.image.name ?? ''}`,
      extras: (quote?.items[index]?.lines.slice(1) ?? []).map((extra) => ({
        name: extra.name[locale],
        quantity: extra.quantity,
      })),
      period: line.configuration.period,
      trialDays: quote?.items[index]?.trialDays ?? null,
      amountMinor: line.amountMinor,
    })),
    refused: refused.map(({ code, problem }) => ({ code, message: problemText(problem, locale) })),
    unsold: unsold.map((line) => ({
      id: line.id,
      hostname: line.configuration.hostname,
      plan: line.configuration.plan,
      why: line.why,
    })),
    changed: changedPrices(seen, lines).map(({ configuration, amountMinor, beforeMinor }) => ({
      hostname: configuration.hostname,
      amountMinor,
      beforeMinor,
    })),
  }
  return data({ cart: view }, { headers: [cartCount(cart.items.length), ['set-cookie', seenPricesCookie(lines)]] })
}
export type CartView = NonNullable<Route.ComponentProps['loaderData']['cart']>

const Removal = z.object({ intent: z.literal('remove'), item: z.string().max(40) })
const Undo = z.object({
  intent: z.literal('undo'),
  configuration: z.string().max(20_000),
  currency: z.string().regex(/^[A-Z]{3}$/),
})
const Change = z.object({ intent: z.literal('currency'), currency: z.string().regex(/^[A-Z]{3}$/) })

/** Removing happens at once and offers its opposite, so it is answered by the page itself; the rest leads back to it. */
export async function action({ request, context }: Route.ActionArgs) {
  const app = context.get(appContext)
  const actor = context.get(actorContext)
  const locale = context.get(localeContext)
  const token = readCartToken(request)
  const back = (headers: [string, string][] = []) => redirect(paths.cart(locale), { headers })
  const form = await request.formData()
  if (fieldText(form, 'intent').startsWith('coupon')) return changeCoupon(request, form, context, paths.cart(locale))
  const fields = Object.fromEntries(form)
  const parsed = z.discriminatedUnion('intent', [Removal, Undo, Change]).safeParse(fields)
  if (!parsed.success) return back()
  const input = parsed.data
  try {
    if (input.intent === 'remove') {
      const cart = await visitorsCart(app, actor, request)
      const configuration = await removeFromCart(app, actor, { token, itemId: input.item })
      return {
        removed: {
          hostname: configuration.hostname,
          currency: cart?.currency ?? '',
          configuration: JSON.stringify(configuration),
        },
      }
    }
    if (input.intent === 'currency') {
      const { currencies } = await getCatalog(app)
      if (currencies.includes(input.currency)) await changeCartCurrency(app, actor, { token, currency: input.currency })
      return back()
    }
    const configuration = readConfiguration(input.configuration)
    if (!configuration) return back()
    const added = await addToCart(app, actor, { token, currency: input.currency, configuration })
    return back([['set-cookie', cartTokenCookie(added.token)]])
  } catch (error) {
    // Removed before, in another tab or by a second click: what was asked for is so.
    if (isProblem(error) && error.code === 'cart_item_not_found') return back()
    throw error
  }
}

function readConfiguration(text: string): ItemConfiguration | undefined {
  try {
    return ItemConfiguration.safeParse(JSON.parse(text)).data
  } catch {
    return undefined // Not what we wrote into the form.
  }
}

export default function CartPage({ loaderData: { cart }, actionData }: Route.ComponentProps) {
  const words = useMessages(buyMessages)
  const locale = useLocale()
  const removed = actionData && 'removed' in actionData ? actionData.removed : undefined
  const coupon = actionData && 'coupon' in actionData ? actionData.coupon : undefined
  return (
    <ShopPage title={words.cart.title}>
      <div className="mt-6 grid gap-4">
        {removed && <Removed {...removed} />}
        {cart && <RefusedCoupons refused={cart.refused} />}
        {cart && (
          <PriceNotices changed={cart.changed} unsold={cart.unsold.map(({ why }) => why)} currency={cart.currency} />
        )}
      </div>
      {!cart && (
        <EmptyState
          icon={ShoppingCart}
          title={words.cart.empty}
          text={words.cart.emptyText}
          action={
            <a href={paths.pricing(locale)} className={buttonClass({ variant: 'primary' })}>
              {words.cart.choose}
            </a>
          }
        />
      )}
      {cart && (
        <div className="mt-6 grid items-start gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <div className="min-w-0">
            <CartLines cart={cart} />
            <div className="mt-4 flex flex-wrap items-center justify-between gap-4">
              <a href={paths.pricing(locale)} className="font-medium text-brand-ink hover:underline">
                {words.cart.another}
              </a>
              <CurrencyForm currency={cart.currency} currencies={cart.currencies} />
            </div>
          </div>
          <aside className="rounded-card border border-line bg-surface p-6 lg:sticky lg:top-24">
            <h2 className="mb-4 text-lg font-semibold">{words.summary.title}</h2>
            {cart.summary && <OrderSummary view={cart.summary} names={cart.lines.length > 1} />}
            {cart.summary && <CouponBox view={cart.summary} answer={coupon} />}
            {cart.summary && cart.unsold.length === 0 && (
              <a
                href={paths.checkout(locale)}
                className={`mt-6 ${buttonClass({ variant: 'primary', size: 'large', wide: true })}`}
              >
                {words.cart.checkout}
              </a>
            )}
          </aside>
        </div>
      )}
    </ShopPage>
  )
}

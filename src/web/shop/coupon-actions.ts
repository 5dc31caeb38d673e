import { data, redirect, type RouterContextProvider } from 'react-router'
import { isCouponRefusal } from '#modules/billing/find-coupons.ts'
import { applyCartCoupon, removeCartCoupon } from '#modules/orders/cart-coupons.ts'
import { isProblem } from '#platform/problem.ts'
import { actorContext, appContext, localeContext, requestContext } from '../context.ts'
import { buyMessages } from '../messages/buy.ts'
import { problemText } from '../messages/problems.ts'
import { formStatus } from '../problems.ts'
import { fieldText, type FormState } from '../ui/form-state.ts'
import { readCartToken } from './cart-cookie.ts'

/** What a page answers about a code: why it takes nothing off, or that it was taken out. */
export type CouponAnswer = { state?: FormState; removed?: string }

const MAX_CODE = 100

/** Applies or takes out the code of a form of CouponBox, and comes back to the page that holds it. */
export async function changeCoupon(
  request: Request,
  form: FormData,
  context: Readonly<RouterContextProvider>,
  back: string,
) {
  const app = context.get(appContext)
  const actor = context.get(actorContext)
  const locale = context.get(localeContext)
  const token = readCartToken(request)
  const code = fieldText(form, 'code').trim().slice(0, MAX_CODE)
  const refused = (message: string, status: number) => {
    const state: FormState = { ok: false, errors: { code: message }, values: { code } }
    return data<{ coupon: CouponAnswer }>({ coupon: { state } }, { status })
  }
  if (form.get('intent') === 'coupon-remove') {
    await removeCartCoupon(app, actor, { token, code })
    return data<{ coupon: CouponAnswer }>({ coupon: { removed: code } })
  }
  if (code === '') return refused(buyMessages[locale].coupon.missing, 422)
  try {
    await applyCartCoupon(app, actor, { token, code, address: context.get(requestContext).address })
  } catch (error) {
    if (!isProblem(error)) throw error
    if (isCouponRefusal(error.code) || error.code === 'too_many_attempts')
      return refused(problemText(error, locale), formStatus(error))
    // Something in the cart is no longer sold, or it is empty by now: the page tells.
    if (error.code !== 'configuration_invalid' && error.code !== 'cart_item_not_found') throw error
  }
  return redirect(back)
}

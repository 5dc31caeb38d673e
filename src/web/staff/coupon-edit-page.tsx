import { data, redirect } from 'react-router'
import { couponMachine } from '#modules/billing/coupon.ts'
import { getCoupon } from '#modules/billing/coupons-queries.ts'
import { updateCoupon, updateCouponLimits } from '#modules/billing/save-coupon.ts'
import { can } from '#platform/state-machine.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffCouponsMessages } from '../messages/staff-coupons.ts'
import { paths } from '../paths.ts'
import { Notice } from '../ui/notice.tsx'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { CouponForm, LimitsForm } from './coupon-fields.tsx'
import { parseCoupon, parseLimits } from './coupon-form.ts'
import { fieldsOf, readChoices } from './coupon-view.ts'
import { tryCoupon } from './try-coupon.ts'
import type { Route } from './+types/coupon-edit-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const [coupon, choices] = await Promise.all([
    getCoupon(app, actor, params.couponId),
    readChoices(app, context.get(localeContext)),
  ])
  // An ended coupon is only looked at.
  if (!can(couponMachine, coupon, 'end')) throw redirect(paths.staffCoupon(coupon.id))
  return {
    code: coupon.code,
    isDraft: can(couponMachine, coupon, 'activate'),
    fields: fieldsOf(coupon, choices.timeZone),
    choices,
  }
}

export async function action({ request, params: { couponId }, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const [coupon, choices] = await Promise.all([getCoupon(app, actor, couponId), readChoices(app, locale)])
  const reading = { locale, ...choices }
  const parsed = can(couponMachine, coupon, 'activate')
    ? as(parseCoupon(form, reading), (input) => updateCoupon(app, actor, { couponId, ...input }))
    : as(parseLimits(form, reading), (input) => updateCouponLimits(app, actor, { couponId, ...input }))
  if (!parsed.ok) return data(parsed, 422)
  const saved = await tryCoupon(form, locale, parsed.value)
  return saved.ok ? redirectWithFlash(paths.staffCoupon(couponId), 'saved') : data(saved, 409)
}

/** What a form says, as what is to be done with it. */
const as = <T, S extends { ok: false }>(parsed: { ok: true; value: T } | S, run: (input: T) => Promise<void>) =>
  parsed.ok ? { ok: true as const, value: () => run(parsed.value) } : parsed

export default function CouponEditPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(staffCouponsMessages)
  const { code, isDraft, fields, choices } = loaderData
  return (
    <FormPage
      title={words.editTitle(code)}
      back={{ to: paths.staffCoupons(), label: words.title }}
      notice={!isDraft && <Notice tone="info">{words.limitsText}</Notice>}
    >
      {isDraft ? (
        <CouponForm choices={choices} coupon={fields} state={actionData} />
      ) : (
        <LimitsForm coupon={fields} state={actionData} />
      )}
    </FormPage>
  )
}

import { data } from 'react-router'
import { createCoupon } from '#modules/billing/save-coupon.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffCouponsMessages } from '../messages/staff-coupons.ts'
import { paths } from '../paths.ts'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { CouponForm } from './coupon-fields.tsx'
import { parseCoupon } from './coupon-form.ts'
import { readChoices } from './coupon-view.ts'
import { tryCoupon } from './try-coupon.ts'
import type { Route } from './+types/coupon-new-page'

export async function loader({ context }: Route.LoaderArgs) {
  return { choices: await readChoices(staffScope(context).app, context.get(localeContext)) }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseCoupon(form, { locale, ...(await readChoices(app, locale)) })
  if (!parsed.ok) return data(parsed, 422)
  const saved = await tryCoupon(form, locale, () => createCoupon(app, actor, parsed.value))
  return saved.ok ? redirectWithFlash(paths.staffCoupon(saved.value.id), 'saved') : data(saved, 409)
}

export default function CouponNewPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(staffCouponsMessages)
  return (
    <FormPage title={words.create} text={words.createText} back={{ to: paths.staffCoupons(), label: words.title }}>
      <CouponForm choices={loaderData.choices} state={actionData} />
    </FormPage>
  )
}

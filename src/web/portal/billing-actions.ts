import { data, redirect, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { changeAutoPay, forgetPaymentMethod, makeDefaultMethod } from '#modules/billing/change-payment-method.ts'
import { openGatewayPortal, openMethodPage } from '#modules/billing/save-new-method.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { allowPaymentRedirect } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import type { FlashKey } from '../messages/flash.ts'
import { problemText } from '../messages/problems.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import type { FormState } from '../ui/form-state.ts'
import { type PortalScope, portalScope } from './scope.ts'

const method = z.string().regex(/^pmt_[0-9a-z]{26}$/)

const Intent = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('add') }),
  z.object({ intent: z.literal('portal') }),
  z.object({ intent: z.literal('default'), method }),
  z.object({ intent: z.literal('remove'), method }),
  z.object({ intent: z.literal('auto'), on: z.enum(['yes', 'no']) }),
])
type Intent = z.output<typeof Intent>

/** Back from the gateway, the page looks there for what was saved. */
const RETURN = `${paths.billing()}?from=methods`

/** What the billing page is asked to do, by the button that was pressed. */
export async function changeBilling(request: Request, context: Readonly<RouterContextProvider>) {
  const scope = portalScope(context)
  const parsed = Intent.safeParse(Object.fromEntries(await request.formData()))
  if (!parsed.success) throw new Problem('invalid', 'input_invalid', 'This page was changed. Please load it again.')
  allowPaymentRedirect(context)
  try {
    const done = await carryOut(scope, parsed.data)
    return 'url' in done ? redirect(done.url) : redirectWithFlash(paths.billing(), done.told)
  } catch (error) {
    if (!isProblem(error) || (error.kind !== 'conflict' && error.kind !== 'unavailable')) throw error
    const message = problemText(error, scope.locale)
    return data<FormState>({ ok: false, errors: {}, values: {}, message }, formStatus(error))
  }
}

async function carryOut({ app, actor }: PortalScope, asked: Intent): Promise<{ url: string } | { told: FlashKey }> {
  switch (asked.intent) {
    case 'add':
      return openMethodPage(app, actor, { returnPath: RETURN, cancelPath: paths.billing() })
    case 'portal':
      return openGatewayPortal(app, actor, { returnPath: RETURN })
    case 'default':
      await makeDefaultMethod(app, actor, { paymentMethodId: asked.method })
      return { told: 'saved' }
    case 'remove':
      await forgetPaymentMethod(app, actor, { paymentMethodId: asked.method })
      return { told: 'methodRemoved' }
    case 'auto':
      await changeAutoPay(app, actor, { autoPay: asked.on === 'yes' })
      return { told: 'saved' }
  }
}

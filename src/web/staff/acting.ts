import { redirect } from 'react-router'
import { endImpersonation } from '#modules/accounts/end-impersonation.ts'
import { signedInContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { paths } from '../paths.ts'
import { staffScope } from './access.ts'
import type { Route } from './+types/acting'

/** Nothing to see: only the bar's "Leave" posts here. */
export const loader = () => redirect(paths.staff())

/** Back to being oneself, on the page of the customer just left. */
export async function action({ context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const customerId = (await context.get(signedInContext)())?.acting?.actor.customerId
  await endImpersonation(app, actor)
  return redirectWithFlash(customerId ? paths.staffCustomer(customerId) : paths.staff(), 'actingEnded')
}

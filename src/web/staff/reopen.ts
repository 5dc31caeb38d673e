import type { RouterContextProvider } from 'react-router'
import { reopenCustomer } from '#modules/support/reopen-customer.ts'
import { isProblem } from '#platform/problem.ts'
import { redirectWithFlash } from '../flash.ts'
import { paths } from '../paths.ts'
import { staffScope } from './access.ts'

/** Opens a closed account again. One that is open already is as it was asked for. */
export async function reopen(context: Readonly<RouterContextProvider>, customerId: string): Promise<Response> {
  const { app, actor } = staffScope(context)
  try {
    await reopenCustomer(app, actor, { customerId })
  } catch (error) {
    if (!isProblem(error) || error.code !== 'customer_not_closed') throw error
  }
  return redirectWithFlash(paths.staffCustomer(customerId), 'customerReopened')
}

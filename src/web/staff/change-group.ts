import type { RouterContextProvider } from 'react-router'
import { setCustomerGroup } from '#modules/accounts/set-customer-group.ts'
import { redirectWithFlash } from '../flash.ts'
import { paths } from '../paths.ts'
import { fieldText } from '../ui/form-state.ts'
import { staffScope } from './access.ts'

const MAX_LENGTH = 60

/** Puts a customer into the group of the form; an empty one is none. */
export async function changeGroup(
  context: Readonly<RouterContextProvider>,
  customerId: string,
  form: FormData,
): Promise<Response> {
  const { app, actor } = staffScope(context)
  const group = fieldText(form, 'group').trim().slice(0, MAX_LENGTH)
  await setCustomerGroup(app, actor, { customerId, group: group === '' ? null : group })
  return redirectWithFlash(paths.staffCustomer(customerId), 'saved')
}

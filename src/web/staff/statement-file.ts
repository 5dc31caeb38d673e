import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import { localeContext } from '../context.ts'
import { answerStatement } from '../portal/statement-file.ts'
import { readAskedStatement } from '../portal/statement-view.ts'
import { staffScope } from './access.ts'
import type { Route } from './+types/statement-file'

/** A customer's account statement to keep: `?format=pdf` or `csv`. */
export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const { id } = await getCustomer(app, actor, params.customerId)
  return answerStatement(await readAskedStatement(app, actor, id, request), request, context.get(localeContext))
}

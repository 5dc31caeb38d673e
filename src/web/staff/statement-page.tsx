import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import { localeContext } from '../context.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { paths } from '../paths.ts'
import { StatementBody, StatementFigures, StatementFiles } from '../portal/statement-parts.tsx'
import { readAskedStatement, statementView } from '../portal/statement-view.ts'
import { BoardPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import type { Route } from './+types/statement-page'

/** A customer's account statement, as they see it. */
export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const { id, name } = await getCustomer(app, actor, params.customerId)
  const statement = await readAskedStatement(app, actor, id, request)
  return { customer: { id, name }, view: statementView(statement, context.get(localeContext)) }
}

export default function StatementPage({ loaderData: { customer, view } }: Route.ComponentProps) {
  const words = useMessages(portalMoneyMessages).statement
  return (
    <BoardPage
      title={words.title}
      back={{ to: paths.staffCustomer(customer.id), label: customer.name }}
      actions={
        <StatementFiles view={view} address={(format, span) => paths.staffStatementFile(customer.id, format, span)} />
      }
      figures={<StatementFigures view={view} />}
    >
      <StatementBody
        view={view}
        here={(span) => paths.staffStatement(customer.id, span)}
        invoice={paths.staffInvoice}
      />
    </BoardPage>
  )
}

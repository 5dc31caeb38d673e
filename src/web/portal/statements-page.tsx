import { portalMoneyMessages } from '../messages/portal-money.ts'
import { paths } from '../paths.ts'
import { BoardPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { BillingTabs } from './billing-tabs.tsx'
import { portalScope } from './scope.ts'
import { StatementBody, StatementFigures, StatementFiles } from './statement-parts.tsx'
import { readAskedStatement, statementView } from './statement-view.ts'
import type { Route } from './+types/statements-page'

/** What moved on a customer's account in some days, by default in this month. */
export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, customerId, locale } = portalScope(context)
  return { view: statementView(await readAskedStatement(app, actor, customerId, request), locale) }
}

export default function StatementsPage({ loaderData: { view } }: Route.ComponentProps) {
  const words = useMessages(portalMoneyMessages).statement
  return (
    <BoardPage
      title={words.title}
      tabs={<BillingTabs />}
      actions={<StatementFiles view={view} address={paths.statementFile} />}
      figures={<StatementFigures view={view} />}
    >
      <StatementBody view={view} here={paths.statements} invoice={paths.invoice} />
    </BoardPage>
  )
}

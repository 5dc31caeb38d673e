import { localeContext } from '../context.ts'
import { staffHomeMessages } from '../messages/staff-home.ts'
import { paths } from '../paths.ts'
import { BUSY_MS, useAnswer, useLive } from '../ui/live.ts'
import { BoardPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { Figures, Nodes, Queues } from './home-figures.tsx'
import { Needs } from './home-needs.tsx'
import { readBoard } from './home-parts.ts'
import { Refusal } from './parts.tsx'
import { retry } from './retry.ts'
import type { Route } from './+types/home-page'

export const loader = ({ context }: Route.LoaderArgs) => readBoard(context)

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  return retry(staffScope(context), form, context.get(localeContext), paths.staff())
}

export type Board = Route.ComponentProps['loaderData']

export default function HomePage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const words = useMessages(staffHomeMessages)
  useLive(true, BUSY_MS)
  return (
    <BoardPage
      title={words.title}
      needs={
        <>
          {answer && <Refusal state={answer} />}
          <Needs board={loaderData} />
        </>
      }
      figures={<Figures board={loaderData} />}
    >
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <Nodes nodes={loaderData.nodes} />
        <Queues queues={loaderData.queues} />
      </div>
    </BoardPage>
  )
}

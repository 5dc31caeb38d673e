import { placedMessages } from '../messages/placed.ts'
import { portalServiceMessages } from '../messages/portal-service.ts'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import { Steps } from '../ui/steps.tsx'
import type { WorkView } from './service-view.ts'

/** The steps of building a server, as they happen. */
export function ServiceSetup({ work }: { work: WorkView }) {
  const words = useMessages(portalServiceMessages)
  const names = useMessages(placedMessages).steps
  const text = work.state === 'stuck' ? words.stuck : work.state === 'undoing' ? words.setupUndoing : words.setupText
  return (
    <Card title={words.setupTitle} text={text}>
      <Steps
        label={words.setup}
        steps={work.steps.map((step) => ({
          name: step.name,
          title: names[step.name] ?? step.name,
          state: step.state,
          ...(step.state === 'running' && step.note !== undefined && { text: words.notes[step.note] }),
        }))}
      />
    </Card>
  )
}

import { teamMessages } from '../messages/team.ts'
import { paths } from '../paths.ts'
import { LinkButton, SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import type { TeamData } from './team-page.tsx'

/** Whether everybody who shares the account needs a second factor. */
export function DemandCard({ team }: { team: TeamData }) {
  const words = useMessages(teamMessages).demand
  const needed = team.needsSecondFactor
  return (
    <Card title={words.title} text={needed ? words.on : words.off}>
      {!needed && !team.ownSecondFactor ? (
        <div className="grid justify-items-start gap-3">
          <p className="text-muted">{words.missing}</p>
          <LinkButton to={paths.profileSecurity()}>{words.setUp}</LinkButton>
        </div>
      ) : (
        <ActionForm id="demand" summary={false} className="justify-items-start">
          <input type="hidden" name="intent" value="demand" />
          <SubmitButton variant="secondary" name="needed" value={needed ? 'no' : 'yes'}>
            {needed ? words.switchOff : words.switchOn}
          </SubmitButton>
        </ActionForm>
      )}
    </Card>
  )
}

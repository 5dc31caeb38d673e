import { UserPlus } from 'lucide-react'
import { listGrants, listInvitations, listTeam } from '#modules/accounts/members-queries.ts'
import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import { MEMBER_ROLES, mayGrantRole } from '#modules/accounts/member.ts'
import { mayDo } from '#modules/accounts/permissions.ts'
import { actorId } from '#platform/actor.ts'
import { teamMessages } from '../messages/team.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { RadioCards } from '../ui/choice.tsx'
import { Field } from '../ui/field.tsx'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { portalScope } from './scope.ts'
import { changeTeam } from './team-actions.ts'
import { DemandCard } from './team-demand.tsx'
import { GrantsCard } from './team-grants.tsx'
import { InvitationsCard } from './team-invitations.tsx'
import { MembersCard } from './team-members.tsx'
import { iso, isoOrNull } from './view.ts'
import type { Route } from './+types/team-page'

const GRANTS = 50

export async function loader({ context }: Route.LoaderArgs) {
  const { app, actor, customerId } = portalScope(context)
  const [members, invitations, grants, customer] = await Promise.all([
    listTeam(app, actor),
    listInvitations(app, actor),
    listGrants(app, actor, { limit: GRANTS }),
    getCustomer(app, actor, customerId),
  ])
  const now = app.clock.now()
  const me = actorId(actor)
  const own = members.find(({ userId }) => userId === me)
  const manages = mayDo(actor, 'member.manage')
  const givable = own && manages ? MEMBER_ROLES.filter((role) => mayGrantRole(own.role, role)) : []
  return {
    customerName: customer.company ?? customer.name,
    needsSecondFactor: customer.membersNeedSecondFactor,
    ownSecondFactor: own?.hasSecondFactor ?? false,
    manages,
    lends: mayDo(actor, 'service.lend'),
    givable,
    members: members.map((member) => ({
      ...member,
      isMe: member.userId === me,
      changeable: givable.includes(member.role),
      createdAt: iso(member.createdAt),
      lastSeenAt: isoOrNull(member.lastSeenAt),
    })),
    invitations: invitations.map(({ id, email, role, hostname, inviterName, expiresAt }) => ({
      id,
      email,
      role,
      hostname,
      inviterName,
      expiresAt: iso(expiresAt),
      over: Temporal.Instant.compare(expiresAt, now) <= 0,
    })),
    grants: grants.rows.map(({ createdAt, expiresAt, revokedAt, ...grant }) => ({
      ...grant,
      endsAt: isoOrNull(revokedAt ?? expiresAt),
      live: revokedAt === null && (expiresAt === null || Temporal.Instant.compare(now, expiresAt) < 0),
      since: iso(createdAt),
    })),
  }
}
export type TeamData = Route.ComponentProps['loaderData']

export const action = ({ request, context }: Route.ActionArgs) => changeTeam(request, context)

export default function TeamPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(teamMessages)
  const refused = actionData?.of === 'members' ? actionData.message : undefined
  return (
    <ObjectPage
      title={words.title}
      text={words.text}
      notice={refused !== undefined && <Notice tone="bad" title={refused} live />}
      {...(loaderData.manages && {
        aside: (
          <>
            <InviteCard team={loaderData} refused={actionData?.of === 'invite' ? actionData : undefined} />
            <DemandCard team={loaderData} />
          </>
        ),
      })}
    >
      <MembersCard team={loaderData} />
      {loaderData.invitations.length > 0 && <InvitationsCard team={loaderData} />}
      <GrantsCard team={loaderData} />
    </ObjectPage>
  )
}

function InviteCard({ team, refused }: { team: TeamData; refused: Route.ComponentProps['actionData'] }) {
  const { invite, roles, rolesText } = useMessages(teamMessages)
  const options = team.givable.map((role) => ({ value: role, title: roles[role], text: rolesText[role] }))
  return (
    <Card title={invite.title} text={invite.text}>
      <ActionForm id="invite" state={refused} labels={invite.labels} className="mt-1.5">
        <input type="hidden" name="intent" value="invite" />
        <Field
          name="email"
          type="email"
          inputMode="email"
          autoCapitalize="none"
          autoComplete="off"
          maxLength={254}
          required
        />
        <RadioCards name="role" options={options} initial="read_only" required />
        <FormActions>
          <SubmitButton>
            <UserPlus aria-hidden="true" />
            {invite.submit}
          </SubmitButton>
        </FormActions>
      </ActionForm>
    </Card>
  )
}

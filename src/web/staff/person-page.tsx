import { listEvents } from '#modules/accounts/list-events.ts'
import { listStaffSignIns } from '#modules/accounts/list-sign-ins.ts'
import { getStaff, listStaffRoles, listStaffSessions } from '#modules/accounts/staff-queries.ts'
import { signedInContext, localeContext } from '../context.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffEventsMessages } from '../messages/staff-events.ts'
import { staffPeopleMessages } from '../messages/staff-people.ts'
import { paths } from '../paths.ts'
import { describeBrowser } from '../portal/describe-browser.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ActionForm } from '../ui/form.tsx'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { LANGUAGE_NAMES } from '../ui/switches.tsx'
import { Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { CardRows } from './card-rows.tsx'
import { FactList } from './fact-list.tsx'
import { AllLink, EventTimeline, Refusal } from './parts.tsx'
import { actOnPerson } from './person-actions.ts'
import { PersonDanger, PersonRole, PersonSessions } from './person-parts.tsx'
import { eventView, iso, isoOrNull } from './view.ts'
import type { Route } from './+types/person-page'

export async function loader({ params: { userId }, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const person = await getStaff(app, actor, userId)
  const [roles, sessions, signIns, events, signedIn] = await Promise.all([
    listStaffRoles(app, actor),
    listStaffSessions(app, actor, userId),
    listStaffSignIns(app, actor, { userId, limit: 8 }),
    may('event.read') ? listEvents(app, actor, { limit: 15, subjectId: userId }) : { rows: [] },
    context.get(signedInContext)(),
  ])
  return {
    person: {
      ...person,
      createdAt: iso(person.createdAt),
      staffEndedAt: isoOrNull(person.staffEndedAt),
      lastSeenAt: isoOrNull(person.lastSeenAt),
    },
    own: signedIn?.user.id === userId,
    mayManage: may('staff.manage') && person.state !== 'ended' && signedIn?.user.id !== userId,
    roles: roles.map(({ id, name }) => ({ value: id, label: name })),
    sessions: sessions.map(({ id, userAgent, address, lastSeenAt }) => ({
      id,
      ...describeBrowser(userAgent),
      address,
      lastSeenAt: iso(lastSeenAt),
    })),
    signIns: signIns.rows.map(({ sequence, name, createdAt }) => ({ id: String(sequence), name, at: iso(createdAt) })),
    events: events.rows.map(eventView),
  }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  return actOnPerson(staffScope(context), params.userId, await request.formData(), context.get(localeContext))
}

export type PersonData = Route.ComponentProps['loaderData']
const TONES = { active: 'ok', invited: 'warn', ended: 'plain' } as const

export default function PersonPage({ loaderData, actionData }: Route.ComponentProps) {
  const { person, mayManage, events } = loaderData
  const words = useMessages(staffPeopleMessages)
  const common = useMessages(staffMessages)
  return (
    <ObjectPage
      title={person.name}
      state={<Badge tone={TONES[person.state]}>{words.people.states[person.state]}</Badge>}
      id={person.id}
      back={{ to: paths.staffPeople(), label: words.people.title }}
      notice={actionData && <Refusal state={actionData} />}
      aside={
        <>
          <Facts person={person} />
          {events.length > 0 && (
            <Card
              title={common.timeline}
              actions={<AllLink to={paths.staffEvents({ subject: person.id })} label={common.allEvents} />}
            >
              <EventTimeline events={events} />
            </Card>
          )}
        </>
      }
    >
      {person.state === 'invited' && (
        <Card title={words.people.states.invited} text={words.invite.pending}>
          {mayManage && (
            <ActionForm id="resend" summary={false}>
              <div>
                <SubmitButton variant="secondary" name="do" value="resend">
                  {words.invite.resend}
                </SubmitButton>
              </div>
            </ActionForm>
          )}
        </Card>
      )}
      <PersonRole loaded={loaderData} />
      <PersonSessions loaded={loaderData} />
      <SignIns signIns={loaderData.signIns} />
      {mayManage && <PersonDanger person={person} />}
    </ObjectPage>
  )
}

function Facts({ person }: { person: PersonData['person'] }) {
  const { people: words, person: own } = useMessages(staffPeopleMessages)
  const common = useMessages(staffMessages)
  return (
    <Card title={common.facts}>
      <FactList
        facts={[
          { label: words.email, value: person.email },
          { label: words.role, value: person.roleName ?? words.noRole },
          { label: words.secondFactor, value: person.secondFactor ? words.on : words.off },
          { label: words.lastSeen, value: person.lastSeenAt ? <Time at={person.lastSeenAt} /> : words.never },
          { label: own.language, value: LANGUAGE_NAMES[person.locale] },
          { label: own.since, value: <Time at={person.createdAt} format="date" /> },
          ...(person.staffEndedAt
            ? [{ label: own.left, value: <Time at={person.staffEndedAt} format="dateTime" /> }]
            : []),
        ]}
      />
    </Card>
  )
}

function SignIns({ signIns }: { signIns: PersonData['signIns'] }) {
  const words = useMessages(staffPeopleMessages).person
  const names = useMessages(staffEventsMessages).names
  return (
    <Card title={words.signIns} flush>
      <CardRows
        label={words.signIns}
        empty={words.noSignIns}
        wide
        rows={signIns.map((each) => ({
          key: each.id,
          title: names[each.name] ?? each.name,
          aside: <Time at={each.at} format="dateTime" />,
        }))}
      />
    </Card>
  )
}

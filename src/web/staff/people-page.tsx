import { data } from 'react-router'
import { z } from 'zod'
import { inviteStaff } from '#modules/accounts/invite-staff.ts'
import { listStaff, listStaffRoles, STAFF_STATES } from '#modules/accounts/staff-queries.ts'
import { LOCALES } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { accountFields } from '../auth/auth-form.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffPeopleMessages } from '../messages/staff-people.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Field, Select } from '../ui/field.tsx'
import { Filters } from '../ui/filters.tsx'
import { type FormState, parseForm, refusedForm } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { LANGUAGE_NAMES } from '../ui/switches.tsx'
import { Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import { TeamTabs, teamTabsFor } from './team-tabs.tsx'
import { isoOrNull } from './view.ts'
import type { Route } from './+types/people-page'

const ORDERS = { name: 'name', '-name': 'name-down', created: 'oldest', '-created': 'newest' } as const
const SORTS = Object.keys(ORDERS) as (keyof typeof ORDERS)[]

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const { app, actor, may } = scope
  const url = readListUrl(request)
  const roles = await listStaffRoles(app, actor)
  const filter = {
    search: url.text('q'),
    role: url.one(
      'role',
      roles.map(({ id }) => id),
    ),
    secondFactor: url.one('factor', ['on', 'off'] as const),
    state: url.one('state', STAFF_STATES),
  }
  const order = ORDERS[url.one('sort', SORTS) ?? 'name']
  const { rows, next } = await listStaff(app, actor, { ...url.page, ...filter, order })
  return {
    tabs: teamTabsFor(scope),
    states: STAFF_STATES,
    mayManage: may('staff.manage'),
    roles: roles.map(({ id, name }) => ({ value: id, label: name })),
    filtered: Object.values(filter).some((each) => each !== undefined),
    next,
    rows: rows.map(({ id, name, email, roleName, secondFactor, state, lastSeenAt }) => ({
      id,
      name,
      email,
      roleName,
      secondFactor,
      state,
      lastSeenAt: isoOrNull(lastSeenAt),
    })),
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const { name, email } = accountFields(locale)
  const schema = z.object({ name, email, role: z.string().max(40), locale: z.enum(LOCALES) })
  const parsed = parseForm(schema, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  try {
    const user = await inviteStaff(app, actor, parsed.value)
    return redirectWithFlash(paths.staffPerson(user.id), 'staffInvited')
  } catch (error) {
    if (!isProblem(error) || error.code === 'permission_denied') throw error
    return data(refusedForm(error, form, locale), formStatus(error))
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]
const TONES = { active: 'ok', invited: 'warn', ended: 'plain' } as const

export default function PeoplePage({ loaderData, actionData }: Route.ComponentProps) {
  const { rows, next, filtered, tabs, mayManage, roles, states } = loaderData
  const words = useMessages(staffPeopleMessages).people
  const columns: Column<Row>[] = [
    { key: 'name', header: words.name, sort: 'name', cell: (row) => row.name },
    { key: 'email', header: words.email, grow: true, cell: (row) => row.email },
    { key: 'role', header: words.role, cell: (row) => row.roleName ?? words.noRole },
    {
      key: 'factor',
      header: words.secondFactor,
      cell: (row) => <Badge tone={row.secondFactor ? 'ok' : 'plain'}>{row.secondFactor ? words.on : words.off}</Badge>,
    },
    {
      key: 'state',
      header: words.state,
      cell: (row) => <Badge tone={TONES[row.state]}>{words.states[row.state]}</Badge>,
    },
    {
      key: 'seen',
      header: words.lastSeen,
      align: 'right',
      cell: (row) => (row.lastSeenAt ? <Time at={row.lastSeenAt} /> : words.never),
    },
  ]
  const selects = [
    { name: 'role', label: words.role, options: roles },
    {
      name: 'factor',
      label: words.secondFactor,
      options: [
        { value: 'on', label: words.on },
        { value: 'off', label: words.off },
      ],
    },
    {
      name: 'state',
      label: words.state,
      options: states.map((value) => ({ value, label: words.states[value] })),
    },
  ]
  return (
    <ListPage
      title={words.title}
      actions={<TeamTabs tabs={tabs} current="people" />}
      notice={mayManage && <Invite roles={roles} state={actionData} />}
      filters={<Filters search={{ name: 'q', label: words.search }} selects={selects} />}
    >
      <DataTable
        label={words.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => paths.staffPerson(row.id)}
        defaultSort="name"
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} />}
      />
    </ListPage>
  )
}

/** Opens in place, so that what was typed stays when it is refused. */
function Invite({
  roles,
  state,
}: {
  roles: Route.ComponentProps['loaderData']['roles']
  state: FormState | undefined
}) {
  const { invite: words, people } = useMessages(staffPeopleMessages)
  return (
    <Card>
      <details open={state !== undefined}>
        <summary className="rounded-control font-medium text-brand-ink">{words.title}</summary>
        <p className="mt-2 text-muted">{words.text}</p>
        <ActionForm
          id="invite"
          state={state}
          labels={{ name: people.name, email: people.email, role: people.role, locale: words.language }}
          className="mt-4 max-w-2xl sm:grid-cols-2"
        >
          <Field name="name" maxLength={200} autoComplete="off" required />
          <Field name="email" type="email" maxLength={254} autoComplete="off" required />
          <Select name="role" options={roles} placeholder={words.choose} required />
          <Select
            name="locale"
            options={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
            initial="en"
          />
          <FormActions>
            <SubmitButton>{words.submit}</SubmitButton>
          </FormActions>
        </ActionForm>
      </details>
    </Card>
  )
}

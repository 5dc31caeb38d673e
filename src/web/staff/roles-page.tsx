import { Check, Minus } from 'lucide-react'
import { data, Link } from 'react-router'
import { z } from 'zod'
import { createStaffRole } from '#modules/accounts/edit-staff-roles.ts'
import { listStaffRoles } from '#modules/accounts/staff-queries.ts'
import { RoleNameField, rightsOfRole } from '#modules/accounts/staff-role.ts'
import { isProblem } from '#platform/problem.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffPeopleMessages } from '../messages/staff-people.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { parseForm, refusedForm } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { permissionsByNoun } from './permission-groups.ts'
import { TeamTabs, teamTabsFor } from './team-tabs.tsx'
import type { Route } from './+types/roles-page'

export async function loader({ context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const roles = await listStaffRoles(scope.app, scope.actor)
  return {
    tabs: teamTabsFor(scope),
    mayManage: scope.may('staff.manage'),
    groups: permissionsByNoun(),
    roles: roles.map((role) => ({
      id: role.id,
      name: role.name,
      holders: role.holders,
      rights: rightsOfRole(role) as string[],
    })),
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(z.object({ name: RoleNameField }), form, locale)
  if (!parsed.ok) return data(parsed, 422)
  try {
    const role = await createStaffRole(app, actor, parsed.value)
    return redirectWithFlash(paths.staffRole(role.id), 'saved')
  } catch (error) {
    if (!isProblem(error) || error.kind === 'forbidden') throw error
    return data(refusedForm(error, form, locale), formStatus(error))
  }
}

export default function RolesPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(staffPeopleMessages).roles
  return (
    <ListPage title={words.title} actions={<TeamTabs tabs={loaderData.tabs} current="roles" />}>
      <div className="grid gap-5">
        <Matrix loaded={loaderData} />
        {loaderData.mayManage && (
          <Card title={words.create} text={words.createText}>
            <ActionForm
              id="create"
              state={actionData}
              labels={{ name: words.name }}
              className="max-w-sm"
              summary={false}
            >
              <Field name="name" maxLength={60} autoComplete="off" required />
              <FormActions>
                <SubmitButton variant="secondary">{words.createSubmit}</SubmitButton>
              </FormActions>
            </ActionForm>
          </Card>
        )}
      </div>
    </ListPage>
  )
}

/** Permissions down, roles across; on phones it scrolls sideways while the permissions stay. */
function Matrix({ loaded: { roles, groups } }: { loaded: Route.ComponentProps['loaderData'] }) {
  const all = useMessages(staffPeopleMessages)
  const words = all.roles
  return (
    <div className="overflow-x-auto rounded-card border border-line bg-surface" tabIndex={0} aria-label={words.title}>
      <table className="w-full border-collapse text-left text-table">
        <thead>
          <tr className="border-b border-line align-bottom">
            <th scope="col" className="sticky left-0 z-10 bg-surface px-4 py-2.5 text-sm font-medium text-muted">
              {words.permission}
            </th>
            {roles.map((role) => (
              <th key={role.id} scope="col" className="min-w-24 px-3 py-2.5 text-center font-medium">
                <Link to={paths.staffRole(role.id)} className="link">
                  {role.name}
                </Link>
                <span className="block text-xs font-normal text-muted">{words.holders(role.holders)}</span>
              </th>
            ))}
          </tr>
        </thead>
        {groups.map(([noun, permissions]) => (
          <tbody key={noun}>
            <tr className="border-b border-line bg-sunken">
              <th
                scope="rowgroup"
                colSpan={roles.length + 1}
                className="px-4 py-1.5 text-xs font-medium tracking-wide text-muted uppercase"
              >
                <span className="sticky left-4">{all.nouns[noun] ?? noun}</span>
              </th>
            </tr>
            {permissions.map((permission) => (
              <tr key={permission} className="border-b border-line last:border-b-0 hover:bg-hover">
                <th
                  scope="row"
                  title={permission}
                  className="sticky left-0 min-w-40 bg-surface px-4 py-1.5 font-normal max-sm:max-w-44"
                >
                  {all.permissions[permission]}
                </th>
                {roles.map((role) => (
                  <td key={role.id} className="px-3 py-1.5 text-center">
                    {role.rights.includes(permission) ? (
                      <Check role="img" aria-label={words.may} className="mx-auto size-4 text-ok" />
                    ) : (
                      <Minus role="img" aria-label={words.mayNot} className="mx-auto size-4 text-line-strong" />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}

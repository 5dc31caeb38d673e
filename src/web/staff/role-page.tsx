import { data } from 'react-router'
import { z } from 'zod'
import { deleteStaffRole, updateStaffRole } from '#modules/accounts/edit-staff-roles.ts'
import { ADMIN, STAFF_PERMISSIONS } from '#modules/accounts/permissions.ts'
import { getStaffRole } from '#modules/accounts/staff-queries.ts'
import { PermissionsField, RoleNameField, rightsOfRole } from '#modules/accounts/staff-role.ts'
import { isProblem } from '#platform/problem.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { problemText } from '../messages/problems.ts'
import { staffPeopleMessages } from '../messages/staff-people.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { type FormState, parseForm, refusedForm } from '../ui/form-state.ts'
import { Notice } from '../ui/notice.tsx'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { Refusal } from './parts.tsx'
import { permissionsByNoun } from './permission-groups.ts'
import { RoleForm, RoleReview, RoleRights } from './role-form.tsx'
import type { Route } from './+types/role-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const role = await getStaffRole(app, actor, params.role)
  const locked =
    role.id === ADMIN
      ? ('fixed' as const)
      : actor.kind === 'staff' && actor.role === role.id
        ? ('own' as const)
        : may('staff.manage')
          ? undefined
          : ('readOnly' as const)
  return {
    role: { id: role.id, name: role.name, holders: role.holders, rights: rightsOfRole(role) as string[] },
    locked,
    groups: permissionsByNoun(),
    grantable: STAFF_PERMISSIONS.filter(may) as string[],
  }
}

const Edit = z.object({
  do: z.enum(['review', 'edit', 'save', 'delete']),
  name: RoleNameField.optional(),
  permissions: PermissionsField.optional(),
})

export async function action({ request, params, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(Edit, form, locale)
  if (!parsed.ok) return data({ refused: parsed }, 422)
  const role = await getStaffRole(app, actor, params.role)
  const { name = role.name, permissions = [], ...asked } = parsed.value
  try {
    if (asked.do === 'delete') {
      await deleteStaffRole(app, actor, { role: role.id })
      return redirectWithFlash(paths.staffRoles(), 'roleDeleted')
    }
    if (asked.do === 'save') {
      await updateStaffRole(app, actor, { role: role.id, name, permissions })
      return redirectWithFlash(paths.staffRole(role.id), 'roleSaved')
    }
  } catch (error) {
    if (!isProblem(error) || error.code === 'permission_denied') throw error
    const refused: FormState = { ...refusedForm(error, form, locale), message: problemText(error, locale) }
    return data({ refused, draft: { name, permissions } }, formStatus(error))
  }
  const draft = { name, permissions: permissions as string[] }
  return asked.do === 'review' ? { review: draft } : { draft }
}

export type RoleData = Route.ComponentProps['loaderData']
/** What somebody wants a role to be, not saved yet. */
export type RoleDraft = { name: string; permissions: string[] }

export default function RolePage({ loaderData, actionData }: Route.ComponentProps) {
  const { role, locked } = loaderData
  const words = useMessages(staffPeopleMessages).roles
  const review = actionData && 'review' in actionData ? actionData.review : undefined
  const draft = actionData && 'draft' in actionData ? actionData.draft : undefined
  const refused = actionData && 'refused' in actionData ? actionData.refused : undefined
  return (
    <ObjectPage
      title={role.name}
      text={words.holders(role.holders)}
      back={{ to: paths.staffRoles(), label: words.title }}
      notice={refused ? <Refusal state={refused} /> : locked && <Notice tone="info">{words[locked]}</Notice>}
    >
      {locked ? (
        <RoleRights loaded={loaderData} />
      ) : review ? (
        <RoleReview loaded={loaderData} draft={review} />
      ) : (
        <RoleForm loaded={loaderData} draft={draft} />
      )}
      {!locked && !review && (
        <Card title={words.danger}>
          {role.holders > 0 ? (
            <p className="text-muted">{words.removeInUse}</p>
          ) : (
            <ConfirmButton
              label={words.remove}
              variant="danger"
              title={words.removeTitle(role.name)}
              confirm={words.remove}
              fields={{ do: 'delete' }}
            >
              <p>{words.removeText}</p>
            </ConfirmButton>
          )}
        </Card>
      )}
    </ObjectPage>
  )
}

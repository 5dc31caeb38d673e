import { Check } from 'lucide-react'
import { staffPeopleMessages } from '../messages/staff-people.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { Field } from '../ui/field.tsx'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import type { RoleData, RoleDraft } from './role-page.tsx'

/** Name and permissions of a role; what is chosen is shown as a difference before it is saved. */
export function RoleForm({
  loaded: { role, groups, grantable },
  draft,
}: {
  loaded: RoleData
  draft: RoleDraft | undefined
}) {
  const all = useMessages(staffPeopleMessages)
  const words = all.roles
  const chosen = draft?.permissions ?? role.rights
  return (
    <Card>
      <ActionForm key={JSON.stringify(draft ?? role)} id="edit" labels={{ name: words.name }} className="mt-2">
        <input type="hidden" name="do" value="review" />
        <div className="max-w-sm">
          <Field name="name" initial={draft?.name ?? role.name} maxLength={60} required />
        </div>
        <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
          {groups.map(([noun, permissions]) => (
            <fieldset key={noun} className="min-w-0">
              <legend className="mb-2 font-medium">{all.nouns[noun] ?? noun}</legend>
              <div className="grid gap-2">
                {permissions.map((permission) => {
                  const withheld = !grantable.includes(permission) && !role.rights.includes(permission)
                  return (
                    <Checkbox
                      key={permission}
                      name="permissions"
                      value={permission}
                      label={all.permissions[permission]}
                      initial={chosen.includes(permission)}
                      disabled={withheld}
                      {...(withheld && { hint: words.notYours })}
                    />
                  )
                })}
              </div>
            </fieldset>
          ))}
        </div>
        <FormActions>
          <SubmitButton>{words.review}</SubmitButton>
        </FormActions>
      </ActionForm>
    </Card>
  )
}

/** What saving would change, and the two ways on from there. */
export function RoleReview({ loaded: { role }, draft }: { loaded: RoleData; draft: RoleDraft }) {
  const all = useMessages(staffPeopleMessages)
  const words = all.roles
  const given = draft.permissions.filter((each) => !role.rights.includes(each))
  const taken = role.rights.filter((each) => !draft.permissions.includes(each))
  const renamed = draft.name !== role.name
  const changes = renamed || given.length > 0 || taken.length > 0
  return (
    <Card title={words.reviewTitle} text={words.reviewFor(role.holders)}>
      <ActionForm id="save" className="mt-2">
        <input type="hidden" name="name" value={draft.name} />
        {draft.permissions.map((each) => (
          <input key={each} type="hidden" name="permissions" value={each} />
        ))}
        {renamed && <p>{words.renamed(role.name, draft.name)}</p>}
        {!changes && <p className="text-muted">{words.unchanged}</p>}
        <Differences label={words.given} permissions={given} look="text-ok" sign="+" />
        <Differences label={words.taken} permissions={taken} look="text-bad" sign="−" />
        <FormActions>
          {changes && (
            <SubmitButton name="do" value="save">
              {words.save}
            </SubmitButton>
          )}
          <SubmitButton name="do" value="edit" variant="secondary">
            {words.back}
          </SubmitButton>
        </FormActions>
      </ActionForm>
    </Card>
  )
}

function Differences({
  label,
  permissions,
  look,
  sign,
}: {
  label: string
  permissions: readonly string[]
  look: string
  sign: string
}) {
  const words = useMessages(staffPeopleMessages).permissions
  if (permissions.length === 0) return null
  return (
    <div>
      <h3 className="font-medium">{label}</h3>
      <ul className="mt-1 grid gap-0.5">
        {permissions.map((each) => (
          <li key={each} className={look}>
            <span aria-hidden="true">{sign} </span>
            {words[each] ?? each}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The same to look at only. */
export function RoleRights({ loaded: { role, groups } }: { loaded: RoleData }) {
  const all = useMessages(staffPeopleMessages)
  const own = groups
    .map(([noun, permissions]) => [noun, permissions.filter((each) => role.rights.includes(each))] as const)
    .filter(([, permissions]) => permissions.length > 0)
  return (
    <Card title={all.roles.permissions}>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {own.map(([noun, permissions]) => (
          <div key={noun}>
            <h3 className="mb-1 font-medium">{all.nouns[noun] ?? noun}</h3>
            <ul className="grid gap-1">
              {permissions.map((each) => (
                <li key={each} className="flex items-center gap-2">
                  <Check aria-hidden="true" className="size-4 text-ok" />
                  {all.permissions[each]}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Card>
  )
}

import { data, redirect } from 'react-router'
import { z } from 'zod'
import { listChoices, switchCustomer } from '#modules/accounts/switch-customer.ts'
import { sessionCookie } from '../auth/session-cookie.ts'
import { teamMessages } from '../messages/team.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { parseForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { portalScope } from './scope.ts'
import type { Route } from './+types/accounts-page'

export async function loader({ context }: Route.LoaderArgs) {
  const { app, actor, customerId } = portalScope(context)
  const choices = await listChoices(app, actor)
  return {
    choices: choices.map((choice) => ({
      id: choice.customerId,
      name: choice.company ?? choice.name,
      role: choice.role,
      current: choice.customerId === customerId,
    })),
  }
}

const Input = z.object({ customer: z.string().regex(/^cus_[0-9a-z]{26}$/) })

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor, locale } = portalScope(context)
  const parsed = parseForm(Input, await request.formData(), locale)
  if (!parsed.ok) return data(parsed, 422)
  const renewed = await switchCustomer(app, actor, { customerId: parsed.value.customer })
  return redirect(paths.portal(), { headers: [sessionCookie(app, renewed)] })
}

/** For whom somebody acts who may act for several. */
export default function AccountsPage({ loaderData: { choices } }: Route.ComponentProps) {
  const { accounts: words, roles } = useMessages(teamMessages)
  return (
    <FormPage title={words.title} text={words.text}>
      <Card flush>
        <ul>
          {choices.map(({ id, name, role, current }) => (
            <li
              key={id}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-5 py-4 last:border-b-0"
            >
              <div className="min-w-0">
                <p className="font-medium break-words">{name}</p>
                <p className="text-sm text-muted">{role ? roles[role] : words.lent}</p>
              </div>
              {current ? (
                <Badge tone="ok">{words.current}</Badge>
              ) : (
                <ActionForm id={id} summary={false} reloadDocument>
                  <SubmitButton variant="secondary" size="small" name="customer" value={id}>
                    {words.choose(name)}
                  </SubmitButton>
                </ActionForm>
              )}
            </li>
          ))}
        </ul>
      </Card>
    </FormPage>
  )
}

import { data } from 'react-router'
import { z } from 'zod'
import { requireRight } from '#modules/accounts/permissions.ts'
import { lendService } from '#modules/provisioning/lend-service.ts'
import { getService } from '#modules/provisioning/provisioning-queries.ts'
import { accountFields } from '../auth/auth-form.ts'
import { redirectWithFlash } from '../flash.ts'
import { teamMessages } from '../messages/team.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Checkbox, RadioCards } from '../ui/choice.tsx'
import { Field } from '../ui/field.tsx'
import { parseForm, tryForm } from '../ui/form-state.ts'
import { ActionForm, FieldGroup, FormActions } from '../ui/form.tsx'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { pathId, portalScope } from './scope.ts'
import type { Route } from './+types/lend-page'

const DAYS = ['1', '7', '30', 'none'] as const

export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  requireRight(actor, 'service.lend')
  const { id, hostname } = await getService(app, actor, pathId(params.serviceId, 'svc'))
  return { id, hostname }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { app, actor, locale } = portalScope(context)
  const form = await request.formData()
  const fields = z.object({
    email: accountFields(locale).email,
    operate: z.literal('on').optional(),
    days: z.enum(DAYS),
  })
  const parsed = parseForm(fields, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const { email, operate, days } = parsed.value
  const lent = await tryForm(form, locale, () =>
    lendService(app, actor, {
      serviceId: pathId(params.serviceId, 'svc'),
      email,
      actions: operate ? ['service.read', 'service.operate'] : ['service.read'],
      days: days === 'none' ? null : Number(days),
    }),
  )
  return lent.ok ? redirectWithFlash(paths.team(), 'invitationSent') : data(lent, 409)
}

/** Lends one server to somebody, for a time. */
export default function LendPage({ loaderData: { id, hostname }, actionData }: Route.ComponentProps) {
  const words = useMessages(teamMessages).lend
  return (
    <FormPage
      title={words.title(hostname)}
      text={words.text}
      back={{ to: paths.service(id), label: words.back }}
      aside={
        <Card title={words.aside}>
          <ol className="grid list-decimal gap-2 pl-4 text-muted">
            {words.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </Card>
      }
    >
      <ActionForm state={actionData} labels={words.labels}>
        <Field
          name="email"
          type="email"
          inputMode="email"
          autoCapitalize="none"
          autoComplete="off"
          maxLength={254}
          required
        />
        <FieldGroup legend={words.labels.operate}>
          <Checkbox name="operate" label={words.operate} initial />
        </FieldGroup>
        <RadioCards
          name="days"
          initial="7"
          columns={2}
          options={DAYS.map((value) => ({ value, title: words.days[value] }))}
        />
        <FormActions>
          <SubmitButton>{words.submit}</SubmitButton>
        </FormActions>
      </ActionForm>
    </FormPage>
  )
}

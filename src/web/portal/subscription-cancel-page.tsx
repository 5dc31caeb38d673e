import { data } from 'react-router'
import { z } from 'zod'
import { CANCEL_REASONS } from '#modules/billing/cancel-reason.ts'
import { requestCancellation } from '#modules/billing/request-cancellation.ts'
import { getSubscriptionDetail } from '#modules/billing/subscription-queries.ts'
import { redirectWithFlash } from '../flash.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { paths } from '../paths.ts'
import { LinkButton, SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { RadioCards } from '../ui/choice.tsx'
import { Select, Textarea } from '../ui/field.tsx'
import { parseForm, tryForm } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { FormPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { pathId, portalScope } from './scope.ts'
import { subscriptionView } from './subscription-view.ts'
import { formatDay } from './view.ts'
import type { Route } from './+types/subscription-cancel-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const detail = await getSubscriptionDetail(app, actor, pathId(params.subscriptionId, 'sub'))
  return { subscription: subscriptionView(detail), reasons: CANCEL_REASONS }
}

const Input = z.object({
  when: z.enum(['period_end', 'now']),
  reason: z.enum(CANCEL_REASONS),
  note: z.string().max(1_000).optional(),
})

export async function action({ request, params, context }: Route.ActionArgs) {
  const { app, actor, locale } = portalScope(context)
  const subscriptionId = pathId(params.subscriptionId, 'sub')
  const form = await request.formData()
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const done = await tryForm(form, locale, () => requestCancellation(app, actor, { subscriptionId, ...parsed.value }))
  return done.ok ? redirectWithFlash(paths.subscription(subscriptionId), 'subscriptionCancelled') : data(done, 409)
}

/** When it shall end and why, with what that means. */
export default function SubscriptionCancelPage({
  loaderData: { subscription, reasons },
  actionData,
}: Route.ComponentProps) {
  const words = useMessages(subscriptionMessages)
  const locale = useLocale()
  const stays = subscription.intervalUnit === 'once'
  const what = subscription.service?.hostname ?? subscription.description
  return (
    <FormPage
      title={words.cancelTitle(what)}
      text={words.cancelText}
      back={{ to: paths.subscription(subscription.id), label: words.one }}
      aside={
        <Card title={words.whatHappens}>
          <ol className="grid list-decimal gap-2 pl-4 text-muted">
            {words.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </Card>
      }
    >
      <ActionForm state={actionData} labels={{ when: words.when, reason: words.reason, note: words.note }}>
        <RadioCards
          name="when"
          initial={stays ? 'now' : 'period_end'}
          options={[
            ...(stays
              ? []
              : [
                  {
                    value: 'period_end',
                    title: words.atEnd(formatDay(subscription.paidUntil, locale)),
                    text: words.atEndText,
                  },
                ]),
            { value: 'now', title: words.now, text: words.nowText },
          ]}
        />
        <Select
          name="reason"
          initial="not_needed"
          options={reasons.map((value) => ({ value, label: words.reasons[value] }))}
        />
        <Textarea name="note" required={false} rows={3} maxLength={1_000} />
        <FormActions>
          <SubmitButton variant="danger">{words.doCancel}</SubmitButton>
          <LinkButton to={paths.subscription(subscription.id)} variant="quiet">
            {words.keep}
          </LinkButton>
        </FormActions>
      </ActionForm>
    </FormPage>
  )
}

import { adoptionMessages } from '../messages/adoption.ts'
import type { AdoptionView } from '../portal/adoption-view.ts'
import type { SubscriptionView } from '../portal/subscription-view.ts'
import { formatDay } from '../portal/view.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Code, KeyValue } from '../ui/values.tsx'

/** How an adopted agreement stands at Stripe, and what staff do about it: move it over, take that back, look again. */
export function AtStripeCard({
  subscription,
  adoption,
  mayMove,
}: {
  subscription: SubscriptionView
  adoption: AdoptionView
  mayMove: boolean
}) {
  const words = useMessages(adoptionMessages)
  const locale = useLocale()
  const what = subscription.service?.hostname ?? subscription.description
  const { obstacle } = adoption
  const shown = adoption.billedBy === 'gateway' && subscription.view !== 'cancelled'
  return (
    <Card title={words.open}>
      <KeyValue
        facts={[
          {
            label: words.statusAt,
            value:
              adoption.renews || adoption.status === 'canceled'
                ? (words.statuses[adoption.status] ?? adoption.status)
                : words.ending,
          },
          { label: words.idAt, value: <Code>{adoption.gatewaySubscriptionId}</Code> },
        ]}
      />
      {shown && obstacle && (
        <p className="mt-3 text-sm text-muted">
          {words.cannotMove}: {obstacle.message}
        </p>
      )}
      <div className="mt-4 flex flex-wrap items-center gap-2">
        {mayMove && shown && !obstacle && (
          <ConfirmButton
            label={words.move}
            title={words.moveTitle(what)}
            confirm={words.move}
            danger={false}
            fields={{ intent: 'move' }}
          >
            <p>{words.moveText(formatDay(subscription.paidUntil, locale))}</p>
          </ConfirmButton>
        )}
        {mayMove && adoption.undoable && (
          <ConfirmButton
            label={words.undo}
            title={words.undoTitle(what)}
            confirm={words.undo}
            danger={false}
            fields={{ intent: 'undoMove' }}
          >
            <p>{words.undoText}</p>
          </ConfirmButton>
        )}
        <ActionForm id="look" summary={false}>
          <input type="hidden" name="intent" value="look" />
          <SubmitButton variant="quiet">{words.look}</SubmitButton>
        </ActionForm>
      </div>
    </Card>
  )
}

import { CreditCard, ExternalLink, Landmark, Plus } from 'lucide-react'
import { useId } from 'react'
import { portalBillingMessages } from '../messages/portal-billing.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import type { CardView } from './saved-card.ts'

/** Ways to pay that are kept for later: which one is charged, and how to add or remove one. */
export function MethodsCard({ methods, mayPay }: { methods: readonly CardView[]; mayPay: boolean }) {
  const words = useMessages(portalBillingMessages)
  return (
    <Card title={words.methods} text={words.methodsText} flush>
      {methods.length === 0 ? (
        <p className="px-5 py-4 text-muted">{words.noMethods}</p>
      ) : (
        <ul>
          {methods.map((method) => (
            <MethodRow key={method.id} method={method} mayPay={mayPay} />
          ))}
        </ul>
      )}
      {mayPay && (
        <ActionForm id="add-method" summary={false} className="border-t border-line px-5 py-3.5">
          <div className="flex flex-wrap gap-2">
            <SubmitButton variant="primary" size="small" name="intent" value="add">
              <Plus aria-hidden="true" />
              {words.add}
            </SubmitButton>
            <SubmitButton variant="secondary" size="small" name="intent" value="portal">
              <ExternalLink aria-hidden="true" />
              {words.portal}
            </SubmitButton>
          </div>
        </ActionForm>
      )}
    </Card>
  )
}

function MethodRow({ method, mayPay }: { method: CardView; mayPay: boolean }) {
  const words = useMessages(portalBillingMessages)
  const id = useId()
  const name = words.method(method.brand, method.lastFour)
  const Icon = method.until === undefined ? Landmark : CreditCard
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-5 py-3.5 last:border-b-0">
      <Icon aria-hidden="true" className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-medium">
          {name}
          {method.isDefault && <Badge tone="ok">{words.charged}</Badge>}
          {method.expired && <Badge tone="warn">{words.expired}</Badge>}
        </p>
        {method.until && !method.expired && <p className="text-sm text-muted tabular">{words.expires(method.until)}</p>}
      </div>
      {mayPay && (
        <div className="flex gap-2">
          {!method.isDefault && (
            <ActionForm id={id} summary={false}>
              <input type="hidden" name="intent" value="default" />
              <SubmitButton
                variant="secondary"
                size="small"
                name="method"
                value={method.id}
                aria-label={words.makeDefaultOf(name)}
              >
                {words.makeDefault}
              </SubmitButton>
            </ActionForm>
          )}
          <ConfirmButton
            label={words.remove}
            variant="secondary"
            size="small"
            title={words.removeTitle(name)}
            confirm={words.remove}
            fields={{ intent: 'remove', method: method.id }}
          >
            <p>{words.removeText}</p>
          </ConfirmButton>
        </div>
      )}
    </li>
  )
}

/** Whether renewals are charged by themselves. */
export function AutoPayCard({ autoPay }: { autoPay: boolean }) {
  const words = useMessages(portalBillingMessages)
  return (
    <Card title={words.auto} text={autoPay ? words.autoOn : words.autoOff}>
      <ActionForm id="auto-pay" summary={false} className="justify-items-start">
        <input type="hidden" name="intent" value="auto" />
        <SubmitButton variant="secondary" size="small" name="on" value={autoPay ? 'no' : 'yes'}>
          {autoPay ? words.turnOff : words.turnOn}
        </SubmitButton>
      </ActionForm>
    </Card>
  )
}

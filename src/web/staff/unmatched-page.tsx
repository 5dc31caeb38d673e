import { data } from 'react-router'
import { z } from 'zod'
import { listGatewayEvents } from '#modules/billing/billing-figures.ts'
import { decideGatewayEvent, EVENT_CHOICES } from '#modules/billing/decide-gateway-event.ts'
import { listSurplus } from '#modules/billing/money-queries.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffCreditMessages } from '../messages/staff-credit.ts'
import { staffMoneyMessages } from '../messages/staff-money.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { SubmitButton } from '../ui/button.tsx'
import { type FormState, parseForm, tryForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { ListPage } from '../ui/page.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { useMessages } from '../ui/site.tsx'
import { Code, Money, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { CardRows } from './card-rows.tsx'
import { actOnCredit } from './credit-actions.ts'
import { readListUrl } from './list-url.ts'
import { MoneyTabs } from './money-tabs.tsx'
import { Refusal, RowLink } from './parts.tsx'
import { iso } from './view.ts'
import type { Route } from './+types/unmatched-page'

const MESSAGES = 100

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const { page } = readListUrl(request)
  const [messages, surplus] = await Promise.all([
    listGatewayEvents(app, actor, { limit: MESSAGES, state: 'suspense' }),
    listSurplus(app, actor, page),
  ])
  return {
    mayDecide: may('payment.refund'),
    mayUse: may('credit.manage'),
    messages: messages.rows.map(({ id, type, note, receivedAt }) => ({ id, type, note, at: iso(receivedAt) })),
    next: surplus.next,
    surplus: surplus.rows.map((row) => ({
      id: row.id,
      source: row.source,
      paymentId: row.paymentId,
      customerId: row.customerId,
      customerName: row.customerName,
      remainingMinor: row.remainingMinor,
      currency: row.currency,
      at: iso(row.createdAt),
    })),
  }
}

const Input = z.object({ id: z.string().regex(/^(evt|mismatch)_\w{1,100}$/), choice: z.enum(EVENT_CHOICES) })

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  if (form.get('do') === 'use') return actOnCredit(staffScope(context), form, locale, paths.staffUnmatched())
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const { id: gatewayEventId, choice } = parsed.value
  const decided = await tryForm(form, locale, () => decideGatewayEvent(app, actor, { gatewayEventId, choice }))
  return decided.ok ? redirectWithFlash(paths.staffUnmatched(), 'actionQueued') : data<FormState>(decided, 409)
}

type Loaded = Route.ComponentProps['loaderData']

export default function UnmatchedPage({ loaderData, actionData }: Route.ComponentProps) {
  const { messages, surplus, next, mayDecide, mayUse } = loaderData
  const credit = useMessages(staffCreditMessages)
  const words = useMessages(staffMoneyMessages).unmatched
  return (
    <ListPage
      title={words.title}
      actions={<MoneyTabs current="unmatched" />}
      notice={actionData?.ok === false && <Refusal state={actionData} />}
    >
      <div className="grid gap-5">
        <Card title={words.messages} flush>
          <CardRows
            label={words.messages}
            empty={words.noMessages}
            rows={messages.map((message) => ({
              key: message.id,
              to: paths.staffEvents({ subject: message.id }),
              title: <Code>{message.type}</Code>,
              text: message.note,
              aside: <Time at={message.at} />,
              action: mayDecide && <Choices message={message} />,
            }))}
            wide
          />
        </Card>
        <Card title={words.surplus} text={words.surplusText} flush>
          <CardRows
            label={words.surplus}
            empty={words.noSurplus}
            rows={surplus.map((row) => ({
              key: row.id,
              ...(row.paymentId === null ? {} : { to: paths.staffPayment(row.paymentId) }),
              title: words.sources[row.source] ?? row.source,
              text: <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
              amount: <Money minor={row.remainingMinor} currency={row.currency} />,
              aside: <Time at={row.at} />,
              action: mayUse && (
                <span className="relative">
                  <ConfirmButton
                    label={credit.use}
                    size="small"
                    title={credit.useTitle}
                    confirm={credit.use}
                    danger={false}
                    fields={{ do: 'use', customer: row.customerId, currency: row.currency }}
                  >
                    <p>{credit.useText}</p>
                  </ConfirmButton>
                </span>
              ),
            }))}
            wide
          />
        </Card>
        <Pagination next={next} />
      </div>
    </ListPage>
  )
}

function Choices({ message }: { message: Loaded['messages'][number] }) {
  const words = useMessages(staffMoneyMessages).unmatched
  return (
    <span className="relative flex flex-wrap items-center gap-2">
      <ActionForm id={`look-${message.id}`} className="inline-grid" summary={false}>
        <input type="hidden" name="choice" value="look_again" />
        <SubmitButton variant="secondary" size="small" name="id" value={message.id}>
          {words.lookAgain}
        </SubmitButton>
      </ActionForm>
      <ConfirmButton
        label={words.setAside}
        size="small"
        title={words.setAsideTitle}
        confirm={words.setAside}
        fields={{ choice: 'set_aside', id: message.id }}
      >
        <p>{words.setAsideText}</p>
      </ConfirmButton>
    </span>
  )
}

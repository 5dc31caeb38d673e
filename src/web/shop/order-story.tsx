import { ArrowRight } from 'lucide-react'
import { formatDate } from '#platform/i18n.ts'
import { placedMessages } from '../messages/placed.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { paths } from '../paths.ts'
import { TransferFacts, type TransferView } from '../portal/transfer-card.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages, useSite } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { type Step, Steps } from '../ui/steps.tsx'
import { Code, Money, Time } from '../ui/values.tsx'
import type { OrderView, PaymentView, ServerView } from './order-progress.ts'

/** The story of an order as far as it has come, and what can be done about it. */
export function OrderStory({ view, transfer }: { view: OrderView; transfer: TransferView | undefined }) {
  const words = useMessages(placedMessages)
  const { locale } = useSite()
  const many = view.headline === 'ready' && view.servers.length > 1
  return (
    <>
      <h1 className="text-3xl tracking-tighter">{many ? words.titleReadyMany : words.title[view.headline]}</h1>
      <p className="mt-2 text-muted">{words.lead[view.lead]}</p>
      {view.canPay && transfer && <Transfer transfer={transfer} />}
      {view.canPay && view.payment !== 'confirming' && <Pay view={view} instead={transfer !== undefined} />}
      {view.headline === 'cancelled' && (
        <a href={paths.pricing(locale)} className={`mt-6 ${buttonClass({ variant: 'primary' })}`}>
          {words.orderAgain}
        </a>
      )}
      <section aria-label={words.progress} className="mt-8 rounded-card border border-line bg-surface p-6">
        <Progress view={view} />
      </section>
      {view.servers
        .filter((server) => server.state !== 'planned')
        .map((server) => (
          <Server key={server.itemId} server={server} />
        ))}
      <Ordered view={view} />
      {view.canPay && view.payment === 'confirming' && (
        <form method="post" className="mt-6 flex flex-wrap items-center gap-3 text-md text-muted">
          {words.notPaid}
          <Button type="submit" size="small" name="intent" value="pay">
            {words.payNow}
          </Button>
        </form>
      )}
    </>
  )
}

/** Where to send the money, for who said that they will. */
function Transfer({ transfer }: { transfer: TransferView }) {
  const words = useMessages(portalMoneyMessages).transfer
  return (
    <section aria-labelledby="transfer" className="mt-6 rounded-card border border-line bg-surface p-6">
      <h2 id="transfer" className="text-xl">
        {words.chosen}
      </h2>
      <p className="mt-1 mb-4 text-md text-muted">{words.chosenText}</p>
      <TransferFacts transfer={transfer} />
    </section>
  )
}

/** Paying by card; `instead` of a transfer that was promised. */
function Pay({ view, instead }: { view: OrderView; instead: boolean }) {
  const words = useMessages(placedMessages)
  const money = useMessages(portalMoneyMessages).transfer
  const { locale, timeZone } = useSite()
  return (
    <form method="post" className="mt-6 grid justify-items-start gap-3">
      {instead && <p className="text-md text-muted">{money.cardInstead}</p>}
      <Button type="submit" variant={instead ? 'secondary' : 'primary'} size="large" name="intent" value="pay">
        {words.payNow}
        <Money minor={view.totalMinor} currency={view.currency} />
      </Button>
      <p className="text-md text-muted">{words.payBy(formatDate(view.expiresAt, locale, timeZone, 'dateTime'))}</p>
    </form>
  )
}

const PAYMENT_STEPS: Record<PaymentView, Step['state']> = {
  unpaid: 'waiting',
  confirming: 'running',
  declined: 'failed',
  failed: 'failed',
  done: 'done',
  cancelled: 'skipped',
}

function Progress({ view }: { view: OrderView }) {
  const words = useMessages(placedMessages)
  const declined = Object.entries(words.declined).find(([code]) => view.declineCode?.includes(code))?.[1]
  const cancelled = view.headline === 'cancelled'
  const paid = view.payment === 'done'
  const numbered = view.invoice.number !== null
  const steps: Step[] = [
    { name: 'order', title: words.order, state: 'done', aside: <Time at={view.createdAt} format="dateTime" /> },
    {
      name: 'payment',
      title: words.payment.title,
      state: PAYMENT_STEPS[view.payment],
      text: view.payment === 'declined' ? (declined ?? words.payment.declined) : words.payment[view.payment],
    },
    {
      name: 'invoice',
      title: words.invoice,
      state: cancelled ? 'skipped' : numbered ? 'done' : paid ? 'running' : 'waiting',
      text: numbered ? (
        <>
          {words.invoiceNumber(view.invoice.number ?? '')} ·{' '}
          <a href={paths.invoice(view.invoice.id)} className="link">
            {words.seeInvoice}
          </a>
        </>
      ) : (
        !cancelled && words.invoiceWaiting
      ),
    },
    {
      name: 'build',
      title: view.servers.length > 1 ? words.build : words.buildOne,
      ...buildStep(view, words, cancelled),
    },
  ]
  return <Steps label={words.progress} steps={steps} />
}

function buildStep(
  view: OrderView,
  words: (typeof placedMessages)['en'],
  cancelled: boolean,
): Pick<Step, 'state' | 'text'> {
  if (cancelled) return { state: 'skipped' }
  if (view.headline === 'ready') return { state: 'done', text: words.built }
  if (view.lead === 'failed') return { state: 'failed', text: words.buildFailed }
  if (view.payment === 'done') return { state: 'running', text: words.building }
  return { state: 'waiting', text: words.buildWaiting }
}

const BADGES: Record<Exclude<ServerView['state'], 'planned'>, string> = {
  building: 'provisioning',
  undoing: 'undoing',
  stuck: 'provisioning',
  ready: 'active',
  failed: 'failed',
}

/** One server: the steps of its setup while it is built, then where it is found, or why not. */
function Server({ server }: { server: ServerView }) {
  const words = useMessages(placedMessages)
  if (server.state === 'planned') return null
  const running = server.steps.find((step) => step.state === 'running')?.name
  return (
    <section
      aria-label={server.hostname}
      data-server={server.state}
      className="mt-5 rounded-card border border-line bg-surface p-6"
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 className="text-xl break-words">{server.hostname}</h2>
          <p className="text-md text-muted">{server.description}</p>
        </div>
        <span className="text-md">
          <StateBadge state={BADGES[server.state]} />
        </span>
      </div>
      <div className="mt-5 grid gap-5">
        {server.state === 'undoing' && <Notice tone="warn">{words.undoing}</Notice>}
        {server.state === 'stuck' && <Notice tone="warn">{words.stuck}</Notice>}
        {server.state === 'failed' && (
          <Notice tone="bad" title={words.failedTitle}>
            {server.failure}
          </Notice>
        )}
        {server.steps.length > 0 && (
          <Steps
            label={server.hostname}
            steps={server.steps.map((step) => ({
              ...step,
              title: words.steps[step.name] ?? step.name,
              ...(step.name === running && { aside: words.work }),
            }))}
          />
        )}
        {server.state === 'ready' && <Ready server={server} />}
      </div>
    </section>
  )
}

function Ready({ server }: { server: ServerView }) {
  const words = useMessages(placedMessages)
  const [address] = server.addresses
  return (
    <>
      <dl className="grid gap-4 sm:grid-cols-2">
        <div>
          <dt className="text-md text-muted">{words.address}</dt>
          {server.addresses.map((each) => (
            <dd key={each}>
              <Code className="select-all">{each}</Code>
            </dd>
          ))}
        </div>
        {address !== undefined && (
          <div>
            <dt className="text-md text-muted">{words.login}</dt>
            <dd>
              <Code className="select-all">{`ssh ${server.loginUser ?? 'root'}@${address}`}</Code>
            </dd>
          </div>
        )}
      </dl>
      {server.serviceId !== undefined && (
        <a
          href={paths.service(server.serviceId)}
          className={`justify-self-start ${buttonClass({ variant: 'primary' })}`}
        >
          {words.goTo}
          <ArrowRight aria-hidden="true" />
        </a>
      )}
    </>
  )
}

function Ordered({ view }: { view: OrderView }) {
  const words = useMessages(placedMessages)
  return (
    <section aria-labelledby="ordered" className="mt-8 border-t border-line pt-6 text-md">
      <h2 id="ordered" className="font-semibold">
        {words.summary}
      </h2>
      <ul className="mt-2 grid gap-1 text-muted">
        {view.servers.map((server) => (
          <li key={server.itemId} className="break-words">
            {server.description} · {server.hostname}
          </li>
        ))}
      </ul>
      <p className="mt-3 flex items-baseline justify-between gap-4 font-medium">
        {words.total}
        <Money minor={view.totalMinor} currency={view.currency} />
      </p>
      <p className="mt-1 text-muted">
        {words.number} <Code>{view.id}</Code>
      </p>
    </section>
  )
}

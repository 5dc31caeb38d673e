import { getCustomer, listMembers } from '#modules/accounts/accounts-queries.ts'
import { hasBillingDetails } from '#modules/accounts/customer.ts'
import { listEvents } from '#modules/accounts/list-events.ts'
import { listInvoices } from '#modules/billing/billing-queries.ts'
import { isOverdue } from '#modules/billing/invoice.ts'
import { sumGrants } from '#modules/billing/list-grants.ts'
import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { getVatStanding, type VatStanding } from '#modules/billing/vat-queries.ts'
import { listNotifications } from '#modules/notifications/notifications-queries.ts'
import { listOrders } from '#modules/orders/orders-queries.ts'
import { listServices } from '#modules/provisioning/provisioning-queries.ts'
import { ERASED_AFTER_DAYS } from '#modules/support/close-customer.ts'
import { localeContext } from '../context.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { BUSY_MS, useAnswer, useLive } from '../ui/live.ts'
import { fieldText } from '../ui/form-state.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { LANGUAGE_NAMES } from '../ui/switches.tsx'
import { vatView } from '../ui/vat-view.ts'
import { Code, Money, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { ActAs } from './act-as.tsx'
import { changeTax } from './change-tax.ts'
import { type CustomerTax, TaxCard } from './tax-card.tsx'
import { beginActing } from './begin-acting.ts'
import { ClosedAccount } from './closed-account.tsx'
import { reopen } from './reopen.ts'
import { giveCredit } from './credit-actions.ts'
import { CreditCard } from './credit-card.tsx'
import { GIVE_CREDIT } from './give-credit.ts'
import { changeGroup } from './change-group.ts'
import { CustomerGroup } from './customer-group.tsx'
import { CardRows } from './card-rows.tsx'
import { NOISE } from './customer-noise.ts'
import { CustomerInvoices } from './customer-invoices.tsx'
import { CustomerMails } from './customer-mails.tsx'
import { FactList } from './fact-list.tsx'
import { AllLink, EventTimeline } from './parts.tsx'
import { countryName, eventView, iso, shortId } from './view.ts'
import type { Route } from './+types/customer-page'

const FEW = { limit: 5 }
export async function loader({ params: { customerId }, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const locale = context.get(localeContext)
  const customer = await getCustomer(app, actor, customerId)
  const [services, orders, invoices, mails, members, standing, events, credit, catalog] = await Promise.all([
    listServices(app, actor, { ...FEW, customerId }),
    listOrders(app, actor, { ...FEW, customerId }),
    listInvoices(app, actor, { ...FEW, customerId }),
    listNotifications(app, actor, { limit: 8, customerId }),
    listMembers(app, actor, customerId),
    getVatStanding(app, actor, customerId),
    listEvents(app, actor, { limit: 20, customerId, except: NOISE }),
    may('payment.read') ? sumGrants(app, actor, customerId) : undefined,
    getCatalog(app),
  ])
  const now = app.clock.now()
  return {
    mayAct: may('customer.impersonate'),
    mayWrite: may('invoice.create'),
    tax: customerTax(standing, may('tax.manage')),
    mayGroup: may('customer.update'),
    credit: credit && { balances: credit, currencies: catalog.currencies, mayGive: may('credit.manage') },
    closed: customer.closedAt && {
      erasesAt: iso(customer.closedAt.add({ hours: 24 * ERASED_AFTER_DAYS })),
      erased: customer.erasedAt !== null,
      mayReopen: may('customer.update'),
    },
    customer: {
      ...customer,
      closedAt: undefined,
      erasedAt: undefined,
      createdAt: iso(customer.createdAt),
      updatedAt: iso(customer.updatedAt),
      complete: hasBillingDetails(customer),
    },
    services: services.rows.map(({ id, hostname, state, planName, addresses, createdAt }) => ({
      id,
      hostname,
      state,
      plan: planName[locale],
      address: addresses[0],
      createdAt: iso(createdAt),
    })),
    orders: orders.rows.map(({ id, state, totalMinor, currency, createdAt }) => ({
      id,
      state,
      totalMinor,
      currency,
      createdAt: iso(createdAt),
    })),
    invoices: invoices.rows.map((invoice) => ({
      id: invoice.id,
      number: invoice.number,
      totalMinor: invoice.totalMinor,
      currency: invoice.currency,
      state: isOverdue(invoice, now) ? ('overdue' as const) : invoice.state,
      createdAt: iso(invoice.createdAt),
    })),
    mails: mails.rows.map(({ id, template, recipient, state, createdAt }) => ({
      id,
      template,
      recipient,
      state,
      createdAt: iso(createdAt),
    })),
    members: members.map(({ id, name, email, emailVerifiedAt, role }) => ({
      id,
      name,
      email,
      verified: emailVerifiedAt !== null,
      role,
    })),
    events: events.rows.map(eventView),
  }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const form = await request.formData()
  if (fieldText(form, 'do') === 'reopen') return reopen(context, params.customerId)
  if (['tax', 'untax'].includes(fieldText(form, 'do'))) return changeTax(context, params.customerId, form)
  if (fieldText(form, 'do') === 'group') return changeGroup(context, params.customerId, form)
  if (fieldText(form, 'do') === GIVE_CREDIT)
    return giveCredit(staffScope(context), params.customerId, form, context.get(localeContext))
  return beginActing(context, params.customerId, form)
}

export default function CustomerPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const { customer, services, orders, invoices, events } = loaderData
  const words = useMessages(staffObjectsMessages)
  const common = useMessages(staffMessages)
  const servers = useMessages(staffServicesMessages).services
  const filter = { customer: customer.id }
  const taxing = answer && 'form' in answer ? answer : undefined
  const crediting = answer && 'values' in answer && answer.values['do'] === GIVE_CREDIT ? answer : undefined
  useLive(true, BUSY_MS)
  return (
    <ObjectPage
      title={customer.name}
      id={customer.id}
      back={{ to: paths.staffCustomers(), label: words.customers.title }}
      text={
        <a href={`mailto:${customer.email}`} className="link">
          {customer.email}
        </a>
      }
      aside={
        <>
          {loaderData.mayAct && !loaderData.closed && <ActAs state={taxing || crediting ? undefined : answer} />}
          <Facts customer={customer} />
          <TaxCard tax={loaderData.tax} state={taxing} />
          {loaderData.credit && <CreditCard customer={customer} {...loaderData.credit} refused={crediting} />}
          {loaderData.mayGroup && <CustomerGroup group={customer.customerGroup} />}
          <Members members={loaderData.members} />
          <Card title={common.timeline} actions={<AllLink to={paths.staffEvents(filter)} label={common.allEvents} />}>
            <EventTimeline events={events} />
          </Card>
        </>
      }
    >
      {loaderData.closed && <ClosedAccount {...loaderData.closed} />}
      <Card title={servers.title} actions={services.length > 0 && <AllLink to={paths.staffServices(filter)} />} flush>
        <CardRows
          label={servers.title}
          empty={words.customers.noServices}
          rows={services.map((row) => ({
            key: row.id,
            to: paths.staffService(row.id),
            title: row.hostname,
            state: <StateBadge state={row.state} />,
            text: row.plan,
            code: row.address,
            aside: <Time at={row.createdAt} />,
          }))}
        />
      </Card>
      <Card title={words.orders.title} actions={orders.length > 0 && <AllLink to={paths.staffOrders(filter)} />} flush>
        <CardRows
          label={words.orders.title}
          empty={words.customers.noOrders}
          rows={orders.map((row) => ({
            key: row.id,
            to: paths.staffOrder(row.id),
            title: words.orders.name(shortId(row.id)),
            state: <StateBadge state={row.state} />,
            amount: <Money minor={row.totalMinor} currency={row.currency} />,
            aside: <Time at={row.createdAt} />,
          }))}
        />
      </Card>
      <CustomerInvoices
        customerId={customer.id}
        mayWrite={loaderData.mayWrite && !loaderData.closed}
        invoices={invoices}
      />
      <CustomerMails mails={loaderData.mails} />
    </ObjectPage>
  )
}

/** A rate that staff gave is told beside the proof of the VAT number. */
function customerTax(standing: VatStanding, mayChange: boolean): CustomerTax {
  const { overrideBasisPoints: rateBasisPoints = null, overrideReason: reason = null } = standing.profile ?? {}
  const override = rateBasisPoints === null || reason === null ? undefined : { rateBasisPoints, reason }
  return { vat: vatView(standing), override, mayChange }
}

type Loaded = Route.ComponentProps['loaderData']

function Facts({ customer }: { customer: Loaded['customer'] }) {
  const words = useMessages(staffObjectsMessages).customers
  const common = useMessages(staffMessages)
  const locale = useLocale()
  const country = customer.country && countryName(customer.country, locale)
  const place = [customer.postalCode, customer.city].filter(Boolean).join(' ')
  const region = customer.region ?? undefined
  const lines = [customer.company, customer.addressLine1, customer.addressLine2, place, region, country].filter(Boolean)
  return (
    <Card title={common.facts}>
      <FactList
        facts={[
          {
            label: words.address,
            value: customer.complete ? (
              <address className="not-italic">
                {lines.map((line) => (
                  <span key={line} className="block">
                    {line}
                  </span>
                ))}
              </address>
            ) : (
              words.noAddress
            ),
          },
          ...(customer.vatId ? [{ label: words.vatId, value: <Code>{customer.vatId}</Code> }] : []),
          { label: words.currency, value: customer.currency },
          { label: words.language, value: LANGUAGE_NAMES[customer.locale] },
          { label: words.since, value: <Time at={customer.createdAt} format="date" /> },
        ]}
      />
    </Card>
  )
}

function Members({ members }: { members: Loaded['members'] }) {
  const words = useMessages(staffObjectsMessages).customers
  return (
    <Card title={words.members}>
      <ul className="grid gap-3">
        {members.map((member) => (
          <li key={member.id} className="min-w-0">
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span className="font-medium break-words">{member.name}</span>
              <span className="text-sm text-muted">{words.owner}</span>
              {!member.verified && <StateBadge state="unverified" />}
            </p>
            <p className="text-sm break-words text-muted">{member.email}</p>
          </li>
        ))}
      </ul>
    </Card>
  )
}

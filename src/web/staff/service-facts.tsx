import { staffMessages } from '../messages/staff.ts'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, CopyId, Time } from '../ui/values.tsx'
import { FactList } from './fact-list.tsx'
import { Day, RowLink } from './parts.tsx'
import type { ServiceData } from './service-page.tsx'
import { formatMemory } from './view.ts'

/** What the service is and whose. */
export function ServiceFacts({
  loaded: { service, plan, region, image, customer, subscription },
}: {
  loaded: ServiceData
}) {
  const words = useMessages(staffServicesMessages).services
  const common = useMessages(staffMessages)
  const locale = useLocale()
  return (
    <Card title={common.facts}>
      <FactList
        facts={[
          { label: common.customer, value: <RowLink to={paths.staffCustomer(customer.id)}>{customer.name}</RowLink> },
          { label: words.plan, value: plan },
          {
            label: words.specs,
            value: words.size(service.cores, formatMemory(service.memoryMb, locale), service.diskGb),
          },
          { label: words.image, value: image },
          { label: words.region, value: region },
          { label: words.node, value: service.node ? <Code>{service.node}</Code> : common.none },
          { label: words.vmId, value: service.vmId === null ? common.none : <CopyId value={String(service.vmId)} /> },
          {
            label: words.subscription,
            value: (
              <span className="inline-flex flex-wrap items-center gap-x-2">
                <StateBadge state={subscription.state} />
                {subscription.paidUntil !== null && (
                  <span>
                    {words.nextPayment} <Day at={subscription.paidUntil} />
                  </span>
                )}
              </span>
            ),
          },
          { label: common.created, value: <Time at={service.createdAt} format="dateTime" /> },
          ...(service.activatedAt
            ? [{ label: words.activated, value: <Time at={service.activatedAt} format="dateTime" /> }]
            : []),
          ...(service.terminatedAt
            ? [{ label: words.terminated, value: <Time at={service.terminatedAt} format="dateTime" /> }]
            : []),
          {
            label: words.sshKey,
            value: service.sshKey ? <Code className="line-clamp-2 break-all">{service.sshKey}</Code> : words.noSshKey,
          },
        ]}
      />
    </Card>
  )
}

/** Its addresses with what the machine was told about them. */
export function Addresses({ addresses }: Pick<ServiceData, 'addresses'>) {
  const words = useMessages(staffServicesMessages).services
  return (
    <Card title={words.addresses} flush>
      {addresses.length === 0 && <p className="px-5 py-4 text-table text-muted">{words.noAddresses}</p>}
      <ul className="text-table">
        {addresses.map(({ address, prefix, gateway, family }) => (
          <li
            key={address}
            className="flex min-h-9 flex-wrap items-center justify-between gap-x-6 border-b border-line px-5 py-1 last:border-b-0"
          >
            <CopyId value={address} label={`${address}/${prefix}`} />
            <span className="text-muted">
              IPv{family} · {words.gateway} <Code>{gateway}</Code>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

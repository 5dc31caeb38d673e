import { periodWords } from '#modules/catalog/interval.ts'
import { portalServiceMessages } from '../messages/portal-service.ts'
import { Card } from '../ui/card.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { type Fact, KeyValue, Money, Time } from '../ui/values.tsx'
import type { NextPaymentView, ServiceView } from './service-view.ts'
import { formatDay, formatMemory } from './view.ts'

/** What the server is, and what it costs next. */
export function ServiceFacts({ service, next }: { service: ServiceView; next: NextPaymentView | undefined }) {
  const words = useMessages(portalServiceMessages)
  const locale = useLocale()
  const facts: Fact[] = [
    { label: words.plan, value: service.plan },
    {
      label: words.size,
      value: `${words.cores(service.cores)}, ${words.sizeOf(formatMemory(service.memoryMb, locale), service.diskGb)}`,
    },
    { label: words.traffic, value: words.trafficOf(service.trafficTb) },
    { label: words.region, value: service.region },
    { label: words.system, value: service.system },
    { label: words.ordered, value: <Time at={service.createdAt} format="date" /> },
  ]
  if (service.terminatedAt) facts.push({ label: words.ended, value: <Time at={service.terminatedAt} format="date" /> })
  if (next)
    facts.push({
      label: words.next,
      wide: true,
      value: (
        <>
          <Money minor={next.amountMinor} currency={next.currency} className="font-medium" />{' '}
          {words.nextOn(formatDay(next.on, locale))}
          <span className="text-muted">, {periodWords(next, locale).every}</span>
          {next.coupons.map((coupon) => (
            <span key={coupon.name} className="block text-sm text-muted">
              {words.discounted(coupon.name, coupon.cyclesLeft)}
            </span>
          ))}
        </>
      ),
    })
  return (
    <Card title={words.facts}>
      <KeyValue facts={facts} columns={2} />
    </Card>
  )
}

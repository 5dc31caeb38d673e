import { data } from 'react-router'
import { z } from 'zod'
import { listEvents } from '#modules/accounts/list-events.ts'
import { couponMachine } from '#modules/billing/coupon.ts'
import { getCoupon, listRedemptions, sumCoupon } from '#modules/billing/coupons-queries.ts'
import { activateCoupon, endCoupon } from '#modules/billing/save-coupon.ts'
import { can } from '#platform/state-machine.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffCouponsMessages } from '../messages/staff-coupons.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { parseForm, tryForm } from '../ui/form-state.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { CouponTerms } from './coupon-terms.tsx'
import { offWords, readChoices, scopeWords } from './coupon-view.ts'
import { readListUrl } from './list-url.ts'
import { AllLink, EventTimeline, Refusal, RowLink } from './parts.tsx'
import { eventView, iso, isoOrNull, shortId } from './view.ts'
import type { Route } from './+types/coupon-page'

export async function loader({ request, params: { couponId }, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const locale = context.get(localeContext)
  const [coupon, choices, sums, redemptions, events] = await Promise.all([
    getCoupon(app, actor, couponId),
    readChoices(app, locale),
    sumCoupon(app, actor, couponId),
    listRedemptions(app, actor, { couponId, ...readListUrl(request).page }),
    may('event.read') ? listEvents(app, actor, { limit: 15, subjectId: couponId }) : { rows: [] },
  ])
  const mayManage = may('coupon.manage')
  return {
    coupon: {
      ...coupon,
      updatedAt: undefined,
      off: offWords(coupon, locale),
      scope: scopeWords(coupon, choices, locale),
      validFrom: isoOrNull(coupon.validFrom),
      validUntil: isoOrNull(coupon.validUntil),
      createdAt: iso(coupon.createdAt),
    },
    mayActivate: mayManage && can(couponMachine, coupon, 'activate'),
    mayEnd: mayManage && can(couponMachine, coupon, 'end'),
    sums,
    next: redemptions.next,
    redemptions: redemptions.rows.map((row) => ({
      id: row.id,
      customerId: row.customerId,
      customerName: row.customerName,
      orderId: row.orderId,
      state: row.state,
      offMinor: row.offMinor,
      currency: row.currency,
      createdAt: iso(row.createdAt),
    })),
    events: events.rows.map(eventView),
  }
}

const Asked = z.object({ do: z.enum(['activate', 'end']) })

export async function action({ request, params: { couponId }, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(Asked, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const run = parsed.value.do === 'activate' ? activateCoupon : endCoupon
  const done = await tryForm(form, locale, () => run(app, actor, { couponId }))
  return done.ok ? redirectWithFlash(paths.staffCoupon(couponId), 'saved') : data(done, 409)
}

export type CouponData = Route.ComponentProps['loaderData']

export default function CouponPage({ loaderData, actionData }: Route.ComponentProps) {
  const { coupon, events, sums } = loaderData
  const words = useMessages(staffCouponsMessages)
  const common = useMessages(staffMessages)
  return (
    <ObjectPage
      title={coupon.code}
      text={coupon.name}
      id={coupon.id}
      state={<StateBadge state={coupon.state} />}
      back={{ to: paths.staffCoupons(), label: words.title }}
      notice={actionData && <Refusal state={actionData} />}
      actions={<Actions loaded={loaderData} />}
      aside={
        <>
          <CouponTerms coupon={coupon} />
          {events.length > 0 && (
            <Card
              title={common.timeline}
              actions={<AllLink to={paths.staffEvents({ subject: coupon.id })} label={common.allEvents} />}
            >
              <EventTimeline events={events} />
            </Card>
          )}
        </>
      }
    >
      <Card title={words.given} text={words.givenText}>
        <p className="flex flex-wrap gap-x-6 text-xl font-semibold">
          {sums.given.length === 0 && <span className="text-body font-normal text-muted">{words.nothing}</span>}
          {sums.given.map(({ currency, offMinor }) => (
            <Money key={currency} minor={offMinor} currency={currency} />
          ))}
        </p>
        {sums.agreements > 0 && <p className="mt-2 text-muted">{words.agreements(sums.agreements)}</p>}
      </Card>
      <section aria-label={words.redemptions} className="grid gap-3">
        <h2 className="text-lg font-semibold">{words.redemptions}</h2>
        <DataTable
          label={words.redemptions}
          columns={useColumns()}
          rows={loaderData.redemptions}
          rowKey={(row) => row.id}
          href={(row) => paths.staffOrder(row.orderId)}
          next={loaderData.next}
          empty={<EmptyState title={words.noRedemptions} />}
        />
      </section>
    </ObjectPage>
  )
}

function Actions({ loaded: { coupon, mayActivate, mayEnd } }: { loaded: CouponData }) {
  const words = useMessages(staffCouponsMessages)
  return (
    <>
      {mayEnd && <LinkButton to={paths.staffCouponEdit(coupon.id)}>{words.edit}</LinkButton>}
      {mayEnd && (
        <ConfirmButton label={words.end} title={words.endTitle(coupon.code)} confirm={words.end} fields={{ do: 'end' }}>
          <p>{words.endText}</p>
        </ConfirmButton>
      )}
      {mayActivate && (
        <ConfirmButton
          label={words.activate}
          variant="primary"
          danger={false}
          title={words.activateTitle(coupon.code)}
          confirm={words.activate}
          fields={{ do: 'activate' }}
        >
          <p>{words.activateText}</p>
        </ConfirmButton>
      )}
    </>
  )
}

function useColumns(): Column<CouponData['redemptions'][number]>[] {
  const words = useMessages(staffCouponsMessages)
  const common = useMessages(staffMessages)
  return [
    { key: 'order', header: words.order, cell: (row) => shortId(row.orderId) },
    { key: 'state', header: common.state, cell: (row) => <StateBadge state={row.state} /> },
    {
      key: 'customer',
      header: words.customer,
      grow: true,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    {
      key: 'off',
      header: words.takesOff,
      align: 'right',
      cell: (row) => <Money minor={row.offMinor} currency={row.currency} />,
    },
    { key: 'created', header: common.created, align: 'right', cell: (row) => <Time at={row.createdAt} /> },
  ]
}

import { data } from 'react-router'
import { z } from 'zod'
import { type Adoptable, getAdoptable } from '#modules/billing/adoption/get-adoptable.ts'
import { adoptSubscription } from '#modules/billing/adoption/adopt-subscription.ts'
import { formatMoney } from '#platform/i18n.ts'
import type { Locale } from '#platform/i18n.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { adoptionMessages } from '../messages/adoption.ts'
import { problemText } from '../messages/problems.ts'
import { paths } from '../paths.ts'
import { brandName } from '../portal/saved-card.ts'
import { LinkButton } from '../ui/button.tsx'
import { parseForm, tryForm } from '../ui/form-state.ts'
import { Notice } from '../ui/notice.tsx'
import { FormPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { AdoptForm, PeopleList, SearchPeople, TheirsCard } from './adopt-parts.tsx'
import { readListUrl } from './list-url.ts'
import { iso } from './view.ts'
import type { Route } from './+types/adopt-page'

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const url = readListUrl(request)
  const [search, customerId] = [url.text('q'), url.text('customer')]
  const found = await getAdoptable(app, actor, {
    gatewaySubscriptionId: params.gatewaySubscriptionId,
    customerId,
    search: customerId === undefined ? search : undefined,
  })
  return { search, mayAdopt: may('customer.update'), adoptable: adoptableView(found, context.get(localeContext)) }
}

const adoptableView = ({ theirs, obstacle, plans, ...found }: Adoptable, locale: Locale) => ({
  id: theirs.gatewaySubscriptionId,
  gatewayCustomerId: theirs.gatewayCustomerId,
  status: theirs.status,
  renews: theirs.renews,
  charges: theirs.charges,
  periodStart: iso(theirs.periodStart),
  periodEnd: iso(theirs.periodEnd),
  items: theirs.items.length,
  quantity: theirs.items[0]?.quantity ?? 1,
  currency: theirs.items[0]?.currency ?? 'EUR',
  intervalUnit: theirs.items[0]?.intervalUnit ?? ('month' as const),
  intervalCount: theirs.items[0]?.intervalCount ?? 1,
  taxOnTop: theirs.items[0]?.taxOnTop ?? false,
  chargedMinor: found.chargedMinor,
  method: found.method && { brand: brandName(found.method.brand), lastFour: found.method.lastFour },
  contact: found.contact,
  obstacle: obstacle && problemText(obstacle, locale),
  later: found.later,
  subscriptionId: found.subscriptionId,
  people: found.people,
  chosen: found.chosen,
  services: found.services,
  oursMinor: found.oursMinor,
  plans: plans.map(({ id, name }) => ({ value: id, label: name[locale] })),
})
export type AdoptableView = ReturnType<typeof adoptableView>

const Input = z.object({
  customerId: z.string().max(40),
  planId: z.string().max(40),
  serviceId: z.string().max(40).optional(),
})

export async function action({ request, params, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const { gatewaySubscriptionId } = params
  const done = await tryForm(form, locale, () =>
    adoptSubscription(app, actor, { gatewaySubscriptionId, ...parsed.value }),
  )
  return done.ok ? redirectWithFlash(paths.staffSubscription(done.value.id), 'saved') : data(done, 409)
}

export default function AdoptPage({ loaderData, actionData }: Route.ComponentProps) {
  const { adoptable, search, mayAdopt } = loaderData
  const words = useMessages(adoptionMessages)
  const locale = useLocale()
  const { obstacle, subscriptionId, chosen, people } = adoptable
  const open = mayAdopt && !obstacle && subscriptionId === undefined
  return (
    <FormPage
      title={words.adoptTitle}
      text={words.adoptText}
      back={{ to: paths.staffAdoption(), label: words.title }}
      aside={<TheirsCard theirs={adoptable} />}
      notice={
        subscriptionId ? (
          <Notice
            title={words.already}
            action={<LinkButton to={paths.staffSubscription(subscriptionId)}>{words.openIt}</LinkButton>}
          />
        ) : obstacle ? (
          <Notice tone="warn" title={words.cannot}>
            {obstacle}
          </Notice>
        ) : (
          adoptable.later && <Notice>{words.later[adoptable.later]}</Notice>
        )
      }
    >
      {open && (
        <div className="grid gap-5">
          {chosen ? (
            <AdoptForm
              adoptable={adoptable}
              chosen={chosen}
              state={actionData}
              ours={
                adoptable.oursMinor === undefined
                  ? undefined
                  : formatMoney(adoptable.oursMinor, adoptable.currency, locale)
              }
            />
          ) : (
            <>
              <SearchPeople q={search} />
              {(people.length > 0 || search !== undefined) && <PeopleList id={adoptable.id} people={people} />}
            </>
          )}
        </div>
      )}
    </FormPage>
  )
}

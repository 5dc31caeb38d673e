import { CreditCard } from 'lucide-react'
import { data } from 'react-router'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import { billingDetails } from '#modules/accounts/customer.ts'
import { mayDo } from '#modules/accounts/permissions.ts'
import { updateBillingDetails } from '#modules/accounts/update-billing-details.ts'
import { listPaymentMethods } from '#modules/billing/billing-queries.ts'
import { requestVatCheck } from '#modules/billing/request-vat-check.ts'
import { getVatStanding } from '#modules/billing/vat-queries.ts'
import type { Actor } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { redirectWithFlash } from '../flash.ts'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { vatMessages } from '../messages/vat.ts'
import { paths } from '../paths.ts'
import { billingFields, checkVatId } from '../ui/billing-fields.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { countryChoices } from '../ui/country-choices.ts'
import { Field, Select } from '../ui/field.tsx'
import { fieldText, type FormState, parseForm } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { useAnswer, useLive } from '../ui/live.ts'
import { VatStatus } from '../ui/vat-status.tsx'
import { isAwaited, vatView } from '../ui/vat-view.ts'
import { Badge } from '../ui/state-badge.tsx'
import { ProfileFrame } from './profile-frame.tsx'
import { portalScope } from './scope.ts'
import { cardViews } from './saved-card.ts'
import type { Route } from './+types/profile-billing-page'

export async function loader({ context }: Route.LoaderArgs) {
  const { app, actor, customerId, locale } = portalScope(context)
  const [customer, standing, cards] = await Promise.all([
    getCustomer(app, actor, customerId),
    getVatStanding(app, actor, customerId),
    mayDo(actor, 'invoice.read') ? listPaymentMethods(app, actor) : undefined,
  ])
  return {
    details: billingDetails(customer),
    vat: vatView(standing),
    // Browsers name and order countries in ways of their own, so the list is the server's.
    countries: countryChoices(locale),
    cards: cards && cardViews(cards, app.clock.now()),
    mayChange: mayDo(actor, 'customer.update'),
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor, locale } = portalScope(context)
  const form = await request.formData()
  if (fieldText(form, 'do') === 'check-vat') return askAgain(app, actor)
  const parsed = parseForm(z.object(billingFields(locale)).superRefine(checkVatId(locale)), form, locale)
  if (!parsed.ok) return data(parsed, 422)
  await updateBillingDetails(app, actor, parsed.value)
  return redirectWithFlash(paths.profileBilling(), 'saved')
}

async function askAgain(app: App, actor: Actor) {
  try {
    await requestVatCheck(app, actor)
    return redirectWithFlash(paths.profileBilling(), 'vatCheckAsked')
  } catch (error) {
    if (!isProblem(error) || error.code !== 'too_many_attempts') throw error
    return data<FormState>({ ok: false, errors: {}, message: error.message, values: {} }, 429)
  }
}

export default function ProfileBillingPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const words = useMessages(portalProfileMessages).billing
  const save = useMessages(portalProfileMessages).save
  const { details, vat, countries, cards, mayChange } = loaderData
  useLive(isAwaited(vat))
  const initial = (name: keyof typeof details): string | undefined => details[name] ?? undefined
  return (
    <ProfileFrame>
      <Card title={words.title} text={mayChange ? words.text : words.mayNotChange}>
        <fieldset disabled={!mayChange}>
          <ActionForm state={answer} labels={words.labels} className="mt-1.5">
            <Field name="name" initial={initial('name')} autoComplete="billing name" maxLength={200} required />
            <Field
              name="company"
              initial={initial('company')}
              autoComplete="billing organization"
              maxLength={200}
              required={false}
            />
            <Field
              name="addressLine1"
              initial={initial('addressLine1')}
              autoComplete="billing address-line1"
              maxLength={200}
              required
            />
            <Field
              name="addressLine2"
              initial={initial('addressLine2')}
              autoComplete="billing address-line2"
              maxLength={200}
              required={false}
            />
            <div className="grid gap-5 sm:grid-cols-[10rem_1fr]">
              <Field
                name="postalCode"
                initial={initial('postalCode')}
                autoComplete="billing postal-code"
                maxLength={20}
              />
              <Field
                name="city"
                initial={initial('city')}
                autoComplete="billing address-level2"
                maxLength={100}
                required
              />
            </div>
            <div className="grid gap-5 sm:grid-cols-[1fr_12rem]">
              <Select
                name="country"
                initial={initial('country') ?? ''}
                options={countries}
                placeholder={words.countryPlaceholder}
                autoComplete="billing country"
                required
              />
              <Field
                name="region"
                initial={initial('region')}
                placeholder={words.regionPlaceholder}
                autoComplete="billing address-level1"
                autoCapitalize="characters"
                maxLength={3}
                required={false}
              />
            </div>
            <Field
              name="vatId"
              initial={initial('vatId')}
              hint={words.vatIdHint}
              autoCapitalize="characters"
              maxLength={30}
              required={false}
            />
            {mayChange && (
              <FormActions>
                <SubmitButton>{save}</SubmitButton>
              </FormActions>
            )}
          </ActionForm>
        </fieldset>
        <div className="mt-5 empty:hidden">
          <VatStatus vat={vat} again={mayChange && <CheckAgain />} />
        </div>
      </Card>
      {cards && <Cards cards={cards} />}
    </ProfileFrame>
  )
}

/** A form of its own: Enter in the details saves them. */
function CheckAgain() {
  const words = useMessages(vatMessages)
  return (
    <ActionForm id="again">
      <input type="hidden" name="do" value="check-vat" />
      <SubmitButton variant="secondary" size="small">
        {words.again}
      </SubmitButton>
    </ActionForm>
  )
}

function Cards({ cards }: { cards: NonNullable<Route.ComponentProps['loaderData']['cards']> }) {
  const words = useMessages(portalProfileMessages).billing
  return (
    <Card title={words.cards} text={words.cardsText}>
      {cards.length === 0 ? (
        <p className="text-muted">{words.noCards}</p>
      ) : (
        <ul className="grid gap-3">
          {cards.map((card) => (
            <li key={card.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <CreditCard aria-hidden="true" className="size-5 shrink-0 text-muted" />
              <span className="font-medium">{words.card(card.brand, card.lastFour)}</span>
              {card.expired ? (
                <Badge tone="warn">{words.expired}</Badge>
              ) : (
                card.until && <span className="text-muted tabular">{words.expires(card.until)}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

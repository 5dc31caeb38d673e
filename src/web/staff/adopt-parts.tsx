import { Link } from 'react-router'
import { adoptionMessages } from '../messages/adoption.ts'
import { paths } from '../paths.ts'
import { Every } from '../portal/subscription-parts.tsx'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Select } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { Code, KeyValue, Money, Time } from '../ui/values.tsx'
import type { AdoptableView } from './adopt-page.tsx'
import { CardRows } from './card-rows.tsx'
import { LookupCard } from './lookup-card.tsx'

/** The subscription as Stripe has it now. */
export function TheirsCard({ theirs }: { theirs: AdoptableView }) {
  const words = useMessages(adoptionMessages)
  const { contact, method } = theirs
  return (
    <Card title={words.atStripe}>
      <KeyValue
        facts={[
          { label: words.whom, value: contact.name ?? contact.email ?? theirs.gatewayCustomerId },
          ...(contact.name && contact.email ? [{ label: words.email, value: contact.email }] : []),
          {
            label: words.state,
            value: theirs.renews ? (words.statuses[theirs.status] ?? theirs.status) : words.ending,
          },
          {
            label: words.price,
            value: (
              <>
                {theirs.quantity > 1 && `${theirs.quantity} × `}
                <Money minor={theirs.chargedMinor} currency={theirs.currency} />{' '}
                {theirs.items === 1 ? <Every of={theirs} /> : words.items(theirs.items)}
              </>
            ),
          },
          { label: words.until, value: <Time at={theirs.periodEnd} format="date" /> },
          {
            label: words.method,
            value: !theirs.charges ? words.sends : method ? words.card(method.brand, method.lastFour) : words.noMethod,
          },
          { label: words.idAt, value: <Code>{theirs.id}</Code> },
        ]}
      />
    </Card>
  )
}

/** Looks for the customer it is adopted for. */
export function SearchPeople({ q }: { q: string | undefined }) {
  const words = useMessages(adoptionMessages)
  return <LookupCard id="adopt-q" q={q} words={{ label: words.forWhom, find: words.find, hint: words.findHint }} />
}

/** Customers it may be of. */
export function PeopleList({ id, people }: { id: string; people: AdoptableView['people'] }) {
  const words = useMessages(adoptionMessages)
  if (people.length === 0)
    return (
      <Card>
        <EmptyState kind="no-match" title={words.notFound} text={words.notFoundText} />
      </Card>
    )
  return (
    <Card title={words.choose} flush>
      <CardRows
        label={words.choose}
        empty=""
        rows={people.map((person) => ({
          key: person.id,
          to: paths.staffAdopt(id, { customer: person.id }),
          title: person.name,
          text: person.email,
        }))}
      />
    </Card>
  )
}

/** For whom, as what, and for which server. */
export function AdoptForm({
  adoptable,
  chosen,
  state,
  ours,
}: {
  adoptable: AdoptableView
  chosen: AdoptableView['people'][number]
  state: FormState | undefined
  ours: string | undefined
}) {
  const words = useMessages(adoptionMessages)
  const more = adoptable.oursMinor !== undefined && adoptable.oursMinor > adoptable.chargedMinor
  return (
    <Card>
      <ActionForm state={state} labels={words.labels}>
        <div>
          <p className="font-medium">{words.forWhom}</p>
          <p>
            <Link to={paths.staffCustomer(chosen.id)} className="link">
              {chosen.name}
            </Link>{' '}
            <span className="text-muted">{chosen.email}</span>
          </p>
          <p className="mt-1 text-sm text-muted">
            {words.linked}{' '}
            <Link to={paths.staffAdopt(adoptable.id, { q: chosen.name })} className="link">
              {words.another}
            </Link>
          </p>
        </div>
        <input type="hidden" name="customerId" value={chosen.id} />
        <Select name="planId" options={adoptable.plans} hint={words.planHint} required />
        {adoptable.services.length > 0 && (
          <Select
            name="serviceId"
            hint={words.serviceHint}
            options={[
              { value: '', label: words.noService },
              ...adoptable.services.map(({ id, hostname }) => ({ value: id, label: hostname })),
            ]}
          />
        )}
        {ours !== undefined && (
          <p className="text-muted">
            {words.oursIs(ours)} {more && !adoptable.taxOnTop && words.oursMore}
          </p>
        )}
        <FormActions>
          <SubmitButton variant="primary">{words.adopt}</SubmitButton>
        </FormActions>
      </ActionForm>
    </Card>
  )
}

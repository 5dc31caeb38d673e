import { Lock } from 'lucide-react'
import type { BillingDetails } from '#modules/accounts/customer.ts'
import { formatMoney } from '#platform/i18n.ts'
import { buyMessages } from '../messages/buy.ts'
import { paths } from '../paths.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { countryChoices } from '../ui/country-choices.ts'
import { Field, Select } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import type { SummaryView } from './quote-view.ts'

/** Who is about to order, with a way out; and a word while the address is not confirmed. */
export function SignedInAs({ email, verified }: { email: string; verified: boolean }) {
  const words = useMessages(buyMessages).checkout
  const locale = useLocale()
  return (
    <div className="mb-8 grid gap-4">
      <form method="post" action={paths.logout()} className="flex flex-wrap items-baseline gap-x-3 text-md text-muted">
        <input type="hidden" name="next" value={paths.cart(locale)} />
        <p className="min-w-0 break-words">{words.signedInAs(email)}</p>
        <button type="submit" className="link">
          {words.notYou}
        </button>
      </form>
      {!verified && <Unverified text={words.unverified(email)} action={words.resend} email={email} />}
    </div>
  )
}

/** Asks for the confirmation of an address, and has the mail sent again on request. */
export const Unverified = ({ text, action, email }: { text: string; action: string; email: string }) => (
  <Notice
    action={
      <form method="post" action={paths.verifyEmail()}>
        <input type="hidden" name="email" value={email} />
        <Button type="submit" size="small">
          {action}
        </Button>
      </form>
    }
  >
    {text}
  </Notice>
)

type Props = {
  summary: SummaryView
  billing: BillingDetails
  quote: string
  orderKey: string
  state: FormState | undefined
}

/** The buyer as the invoice names them, the terms, and the button that orders. */
export function CheckoutBilling({ summary, billing, quote, orderKey, state }: Props) {
  const words = useMessages(buyMessages).checkout
  const locale = useLocale()
  const initial = (name: keyof BillingDetails): string | undefined => billing[name] ?? undefined
  return (
    <ActionForm id="order" state={state} labels={words.labels} className="gap-8">
      <input type="hidden" name="quote" value={quote} />
      <input type="hidden" name="key" value={orderKey} />
      <section aria-labelledby="billing" className="grid gap-5">
        <h2 id="billing" className="text-xl">
          {words.steps.billing}
        </h2>
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
          <Field name="postalCode" initial={initial('postalCode')} autoComplete="billing postal-code" maxLength={20} />
          <Field name="city" initial={initial('city')} autoComplete="billing address-level2" maxLength={100} required />
        </div>
        <Select
          name="country"
          initial={initial('country') ?? ''}
          options={countryChoices(locale)}
          placeholder={words.countryPlaceholder}
          autoComplete="billing country"
          required
        />
        <Field
          name="vatId"
          initial={initial('vatId')}
          hint={words.vatIdHint}
          autoCapitalize="characters"
          maxLength={30}
          required={false}
        />
      </section>
      <section aria-labelledby="confirm" className="grid gap-5 border-t border-line pt-8">
        <h2 id="confirm" className="text-xl">
          {words.steps.confirm}
        </h2>
        <Checkbox
          name="terms"
          required
          label={
            <>
              {words.agree}{' '}
              <a href={paths.terms(locale)} target="_blank" rel="noopener" className="link">
                {words.agreeLink}
              </a>
              {words.agreeEnd}
            </>
          }
        />
        <Button
          type="submit"
          variant="primary"
          size="large"
          wide
          name="intent"
          value="order"
          className="py-2 whitespace-normal!"
        >
          <Lock aria-hidden="true" />
          {summary.totalMinor === 0n
            ? words.placeFree
            : words.place(formatMoney(summary.totalMinor, summary.currency, locale))}
        </Button>
        <p className="-mt-2 text-md text-muted">{summary.totalMinor === 0n ? words.freeNote : words.payNote}</p>
      </section>
    </ActionForm>
  )
}

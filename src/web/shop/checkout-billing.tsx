import { Lock } from 'lucide-react'
import type { BillingDetails } from '#modules/accounts/customer.ts'
import { formatMoney } from '#platform/i18n.ts'
import { buyMessages } from '../messages/buy.ts'
import { paths } from '../paths.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox, RadioCards } from '../ui/choice.tsx'
import { countryChoices } from '../ui/country-choices.ts'
import { Field, Select } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { VatStatus } from '../ui/vat-status.tsx'
import type { VatView } from '../ui/vat-view.ts'
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
  vat: VatView
  quote: string
  orderKey: string
  state: FormState | undefined
  transferDays: number | undefined
}

/** The buyer as the invoice names them, the terms, and the button that orders. */
export function CheckoutBilling({ summary, billing, vat, quote, orderKey, state, transferDays }: Props) {
  const words = useMessages(buyMessages).checkout
  const locale = useLocale()
  const initial = (name: keyof BillingDetails): string | undefined => billing[name] ?? undefined
  return (
    <ActionForm id="order" state={state} labels={words.labels} className="gap-8">
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
        <div className="grid gap-5 sm:grid-cols-[1fr_12rem]">
          <Select
            name="country"
            initial={initial('country') ?? ''}
            options={countryChoices(locale)}
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
        <TaxUpdate vat={vat} />
      </section>
      <section aria-labelledby="confirm" className="grid gap-5 border-t border-line pt-8">
        <h2 id="confirm" className="text-xl">
          {words.steps.confirm}
        </h2>
        {transferDays !== undefined && (
          <RadioCards
            name="payBy"
            initial="card"
            columns={2}
            options={[
              { value: 'card', title: words.payBy.card, text: words.payBy.cardText },
              { value: 'bank_transfer', title: words.payBy.transfer, text: words.payBy.transferText(transferDays) },
            ]}
          />
        )}
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
        <ez-live
          id="place"
          data-seconds={ANSWER_SECONDS}
          data-done={vat.state === 'checking' ? undefined : ''}
          class="grid"
        >
          {/* What is ordered is the total that is shown: the two change together. */}
          <input type="hidden" name="quote" value={quote} />
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
        </ez-live>
        <p className="-mt-2 text-md text-muted">
          {summary.totalMinor === 0n ? words.freeNote : transferDays === undefined && words.payNote}
        </p>
      </section>
    </ActionForm>
  )
}

/** How often a page that waits for the register looks for its answer. */
export const ANSWER_SECONDS = 3

/** Saves the details, so that the tax is that of the country and the number is checked; says how far that is. */
function TaxUpdate({ vat }: { vat: VatView }) {
  const words = useMessages(buyMessages).checkout
  return (
    <>
      <ez-live
        id="vat"
        data-seconds={ANSWER_SECONDS}
        data-done={vat.state === 'checking' ? undefined : ''}
        class="grid gap-4"
      >
        <VatStatus vat={vat} />
      </ez-live>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" size="small" name="intent" value="details">
          {words.updateTax}
        </Button>
        <p className="min-w-0 flex-1 basis-56 text-sm text-muted">{words.updateTaxText}</p>
      </div>
    </>
  )
}

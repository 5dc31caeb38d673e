import { staffCouponsMessages } from '../messages/staff-coupons.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { Field, Select } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { amountField } from './coupon-form.ts'
import type { Choices, CouponFields } from './coupon-view.ts'

const NOTHING: CouponFields = { texts: { cycles: 1, priority: 0, kind: 'percent' }, ticked: [], firstOrderOnly: false }

/** All that a draft says. */
export function CouponForm({
  choices,
  state,
  coupon = NOTHING,
}: {
  choices: Choices
  state: FormState | undefined
  coupon?: CouponFields
}) {
  const words = useMessages(staffCouponsMessages)
  const labels = {
    ...words.labels,
    ...Object.fromEntries(choices.currencies.map((each) => [amountField(each), words.amountIn(each)])),
  }
  const { texts } = coupon
  return (
    <ActionForm id="coupon" state={state} labels={labels} className="gap-8">
      <Section title={words.sections.what}>
        <Field
          name="code"
          initial={texts['code']}
          hint={words.hints.code}
          maxLength={100}
          autoComplete="off"
          required
        />
        <Field name="name" initial={texts['name']} maxLength={100} autoComplete="off" required />
        <Select
          name="kind"
          initial={texts['kind']}
          options={(['percent', 'fixed', 'free_setup'] as const).map((kind) => ({
            value: kind,
            label: words.kinds[kind],
          }))}
          required
        />
        <Field
          name="percent"
          initial={texts['percent']}
          hint={words.hints.percent}
          inputMode="decimal"
          required={false}
        />
        <div className="grid gap-5 sm:grid-cols-2">
          {choices.currencies.map((currency) => (
            <Field
              key={currency}
              name={amountField(currency)}
              initial={texts[amountField(currency)]}
              hint={words.hints.amount}
              inputMode="decimal"
              required={false}
            />
          ))}
        </div>
      </Section>
      <Section title={words.sections.scope} text={words.hints.scope}>
        <Ticks name="productIds" label={words.labels.productIds} options={choices.products} ticked={coupon.ticked} />
        <Ticks name="planIds" label={words.labels.planIds} options={choices.plans} ticked={coupon.ticked} />
        <Ticks
          name="intervals"
          label={words.labels.intervals}
          options={(['month', 'year'] as const).map((each) => ({ value: each, label: words.intervals[each] }))}
          ticked={coupon.ticked}
        />
      </Section>
      <Section title={words.sections.who}>
        <Field
          name="customerGroup"
          initial={texts['customerGroup']}
          hint={words.hints.group}
          maxLength={60}
          required={false}
        />
        <Checkbox name="firstOrderOnly" initial={coupon.firstOrderOnly} />
      </Section>
      <Section title={words.sections.when}>
        <Field name="cycles" initial={texts['cycles']} hint={words.hints.cycles} inputMode="numeric" required={false} />
        <Field name="validFrom" type="date" initial={texts['validFrom']} required={false} />
        <LimitFields texts={texts} />
        <Field
          name="priority"
          initial={texts['priority']}
          hint={words.hints.priority}
          inputMode="numeric"
          required={false}
        />
      </Section>
      <FormActions>
        <SubmitButton variant="primary">{words.saveDraft}</SubmitButton>
      </FormActions>
    </ActionForm>
  )
}

/** What may still be changed once the code is given out. */
export function LimitsForm({ coupon, state }: { coupon: CouponFields; state: FormState | undefined }) {
  const words = useMessages(staffCouponsMessages)
  return (
    <ActionForm id="coupon" state={state} labels={words.labels}>
      <Field name="name" initial={coupon.texts['name']} maxLength={100} autoComplete="off" required />
      <LimitFields texts={coupon.texts} />
      <FormActions>
        <SubmitButton variant="primary">{words.save}</SubmitButton>
      </FormActions>
    </ActionForm>
  )
}

function LimitFields({ texts }: { texts: CouponFields['texts'] }) {
  const { hints } = useMessages(staffCouponsMessages)
  return (
    <>
      <Field name="validUntil" type="date" initial={texts['validUntil']} hint={hints.until} required={false} />
      <Field name="maxUses" initial={texts['maxUses']} hint={hints.limit} inputMode="numeric" required={false} />
      <Field
        name="maxUsesPerCustomer"
        initial={texts['maxUsesPerCustomer']}
        hint={hints.limit}
        inputMode="numeric"
        required={false}
      />
    </>
  )
}

function Section({ title, text, children }: { title: string; text?: string; children: React.ReactNode }) {
  return (
    <section className="grid gap-5">
      <div>
        <h2 className="text-lg font-semibold">{title}</h2>
        {text && <p className="text-sm text-muted">{text}</p>}
      </div>
      {children}
    </section>
  )
}

type TicksProps = {
  name: string
  label: string
  options: readonly { value: string; label: string }[]
  ticked: string[]
}

const Ticks = ({ name, label, options, ticked }: TicksProps) => (
  <fieldset>
    <legend className="font-medium">{label}</legend>
    <div className="mt-2 flex flex-wrap gap-x-6 gap-y-2">
      {options.map((option) => (
        <Checkbox
          key={option.value}
          name={name}
          value={option.value}
          label={option.label}
          initial={ticked.includes(option.value)}
        />
      ))}
    </div>
  </fieldset>
)

import { Ticket } from 'lucide-react'
import { buyMessages } from '../messages/buy.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import type { CouponAnswer } from './coupon-actions.ts'
import type { SummaryView } from './quote-view.ts'

type Props = {
  view: Pick<SummaryView, 'coupons' | 'currency'>
  answer: CouponAnswer | undefined
}

/** The codes that take something off, each with a way out, and a field for another. */
export function CouponBox({ view, answer }: Props) {
  const words = useMessages(buyMessages).coupon
  return (
    <section aria-label={words.title} className="mt-4 grid gap-3 border-t border-line pt-4 text-md">
      {view.coupons.map((coupon) => (
        <div key={coupon.code} className="flex items-start justify-between gap-3">
          <div className="min-w-0">
            <p className="flex items-center gap-1.5 font-medium break-all [&_svg]:size-4 [&_svg]:shrink-0">
              <Ticket aria-hidden="true" className="text-ok" />
              {coupon.code}
            </p>
            <p className="text-sm text-muted">
              {coupon.name} · {words.cycles(coupon.cycles)}
              {coupon.later && `, ${words.afterTrial}`}
            </p>
          </div>
          <div className="shrink-0 text-right">
            {coupon.offMinor > 0n && (
              <Money minor={-coupon.offMinor} currency={view.currency} className="font-medium text-ok" />
            )}
            <form method="post" className="-mr-3">
              <input type="hidden" name="code" value={coupon.code} />
              <Button
                type="submit"
                variant="quiet"
                size="small"
                name="intent"
                value="coupon-remove"
                aria-label={words.removeOf(coupon.code)}
              >
                {words.remove}
              </Button>
            </form>
          </div>
        </div>
      ))}
      {answer?.removed !== undefined && <Removed code={answer.removed} />}
      <details open={answer?.state !== undefined}>
        <summary className="cursor-pointer font-medium text-brand-ink">
          {view.coupons.length > 0 ? words.another : words.have}
        </summary>
        <ActionForm
          id="coupon"
          state={answer?.state}
          labels={{ code: words.code }}
          className="mt-3 gap-3"
          summary={false}
        >
          <Field name="code" autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={100} required />
          <div>
            <Button type="submit" name="intent" value="coupon">
              {words.apply}
            </Button>
          </div>
        </ActionForm>
      </details>
    </section>
  )
}

/** That a code was taken out, with the way to take it back. */
const Removed = ({ code }: { code: string }) => {
  const words = useMessages(buyMessages).coupon
  return (
    <Notice
      tone="ok"
      live
      action={
        <form method="post">
          <input type="hidden" name="code" value={code} />
          <Button type="submit" size="small" name="intent" value="coupon">
            {words.undo}
          </Button>
        </form>
      }
    >
      {words.removed(code)}
    </Notice>
  )
}

/** Codes of the cart that take nothing off any longer, and why. */
export function RefusedCoupons({ refused }: { refused: readonly { code: string; message: string }[] }) {
  const words = useMessages(buyMessages).coupon
  return refused.map(({ code, message }) => (
    <Notice key={code} tone="warn" title={words.refused(code)} live>
      {message}
    </Notice>
  ))
}

import { redirect } from 'react-router'
import { z } from 'zod'
import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import { mayDo } from '#modules/accounts/permissions.ts'
import { listCredit } from '#modules/billing/list-credit.ts'
import { listCreditHistory } from '#modules/billing/list-credit-history.ts'
import { openPaymentPage } from '#modules/billing/open-payment-page.ts'
import { topUp, topUpLimits } from '#modules/billing/top-up.ts'
import { formatMoney } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { allowPaymentRedirect } from '../context.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { paths } from '../paths.ts'
import { readListUrl } from '../staff/list-url.ts'
import { readAmount } from '../staff/read-amount.ts'
import { parseForm, typedValues } from '../ui/form-state.ts'
import { Figure } from '../ui/card.tsx'
import { BoardPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import { BillingTabs } from './billing-tabs.tsx'
import { CreditHistory, TopUpCard } from './credit-parts.tsx'
import { BoardSection } from './parts.tsx'
import { portalScope } from './scope.ts'
import { iso } from './view.ts'
import type { Route } from './+types/credit-page'

const Wanted = z.object({ currency: z.string().regex(/^[A-Z]{3}$/), amount: z.string() })

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, customerId } = portalScope(context)
  allowPaymentRedirect(context)
  const url = readListUrl(request)
  const [customer, credit, history] = await Promise.all([
    getCustomer(app, actor, customerId),
    listCredit(app, actor),
    listCreditHistory(app, actor, url.page),
  ])
  const currencies = [...new Set([customer.currency, ...credit.map(({ currency }) => currency)])]
  return {
    credit,
    mayPay: mayDo(actor, 'invoice.pay'),
    currencies: currencies.map((currency) => ({ currency, ...topUpLimits(currency) })),
    rows: history.rows.map(({ at, customerId: _whose, ...row }) => ({ ...row, at: iso(at) })),
    next: history.next,
  }
}

/** Asks for credit and leads to the page where it is paid. */
export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor, locale } = portalScope(context)
  const words = portalMoneyMessages[locale].credit
  const form = await request.formData()
  const parsed = parseForm(Wanted, form, locale)
  if (!parsed.ok) return parsed
  const { currency } = parsed.value
  const refuse = (message: string) => ({ ok: false as const, errors: { amount: message }, values: typedValues(form) })
  const amountMinor = readAmount(parsed.value.amount, currency)
  if (amountMinor === undefined) return refuse(words.amountWrong)
  const { least, most } = topUpLimits(currency)
  if (amountMinor < least || amountMinor > most)
    return refuse(words.amountLimits(formatMoney(least, currency, locale), formatMoney(most, currency, locale)))
  const { id: invoiceId } = await topUp(app, actor, { currency, amountMinor })
  allowPaymentRedirect(context)
  try {
    const { url } = await openPaymentPage(app, actor, {
      invoiceId,
      returnPath: `${paths.invoice(invoiceId)}?from=payment`,
      cancelPath: paths.credit(),
    })
    return redirect(url)
  } catch (error) {
    // It is asked for already; its own page says how to pay it later.
    if (isProblem(error) && error.kind === 'unavailable') return redirect(paths.invoicePay(invoiceId))
    throw error
  }
}

export default function CreditPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(portalMoneyMessages).credit
  const { credit, currencies, mayPay, rows, next } = loaderData
  return (
    <BoardPage
      title={words.title}
      tabs={<BillingTabs />}
      figures={
        credit.length === 0 ? (
          <Figure label={words.balance} value={words.none} text={words.used} />
        ) : (
          credit.map(({ currency, amountMinor }) => (
            <Figure
              key={currency}
              label={words.balance}
              value={<Money minor={amountMinor} currency={currency} />}
              text={words.used}
            />
          ))
        )
      }
    >
      <div className="grid gap-8">
        {mayPay && <TopUpCard currencies={currencies} refused={actionData} />}
        <BoardSection title={words.history}>
          <CreditHistory rows={rows} next={next} />
        </BoardSection>
      </div>
    </BoardPage>
  )
}

export type CreditRow = Route.ComponentProps['loaderData']['rows'][number]

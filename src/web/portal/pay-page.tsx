import { CreditCard, ExternalLink } from 'lucide-react'
import { data, redirect } from 'react-router'
import { z } from 'zod'
import { listPaymentMethods } from '#modules/billing/billing-queries.ts'
import { openSharedPaymentPage } from '#modules/billing/open-payment-page.ts'
import { listPayable } from '#modules/billing/payable.ts'
import { payWithSavedMethod } from '#modules/billing/pay-with-saved-method.ts'
import { formatMoney } from '#platform/i18n.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { randomToken } from '#platform/secrets.ts'
import { allowPaymentRedirect } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { portalBillingMessages } from '../messages/portal-billing.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { problemText } from '../messages/problems.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { FormPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money, Time } from '../ui/values.tsx'
import { InvoiceTitle } from './invoice-title.tsx'
import { invoiceRow } from './rows.ts'
import { chargedCard } from './saved-card.ts'
import { portalScope } from './scope.ts'
import type { Route } from './+types/pay-page'

const Ids = z.array(z.string().regex(/^inv_[0-9a-z]{26}$/)).max(100)
/** Of the form as it was shown: sent twice, it charges once. */
const Key = z.string().min(8).max(100)

/** What was chosen in the list, or all that is owed: `?invoice=` as often as there are. */
export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const chosen = Ids.safeParse(new URL(request.url).searchParams.getAll('invoice'))
  const [payable, methods] = await Promise.all([
    listPayable(app, actor, chosen.success ? chosen.data : []),
    listPaymentMethods(app, actor),
  ])
  if (payable.size === 0) throw redirect(paths.invoices())
  allowPaymentRedirect(context)
  return {
    groups: [...payable].map(([currency, invoices]) => ({
      currency,
      invoices: invoices.map((invoice) => invoiceRow(app, invoice)),
      sumMinor: invoices.reduce((sum, { totalMinor, paidMinor }) => sum + totalMinor - paidMinor, 0n),
    })),
    saved: chargedCard(methods, app.clock.now()),
    key: randomToken(),
  }
}

/** Leads to one page for all of them, or charges the saved card. What was paid meanwhile is told, and the page shows what is left. */
export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor, locale } = portalScope(context)
  const form = await request.formData()
  const ids = Ids.safeParse(form.getAll('invoice'))
  if (!ids.success || ids.data.length === 0)
    throw new Problem('invalid', 'input_invalid', 'This page was changed. Please load it again.')
  allowPaymentRedirect(context)
  try {
    if (form.get('intent') === 'saved') {
      const key = Key.safeParse(form.get('key'))
      await payWithSavedMethod(app, actor, {
        invoiceIds: ids.data,
        ...(key.success && { idempotencyKey: `form:${key.data}` }),
      })
      return redirectWithFlash(paths.invoices(), 'paymentStarted')
    }
    const { url } = await openSharedPaymentPage(app, actor, {
      invoiceIds: ids.data,
      returnPath: paths.invoices(),
      cancelPath: paths.billing(),
    })
    return redirect(url)
  } catch (error) {
    if (!isProblem(error) || (error.kind !== 'conflict' && error.kind !== 'unavailable')) throw error
    return data({ message: problemText(error, locale) }, formStatus(error))
  }
}

type Group = Route.ComponentProps['loaderData']['groups'][number]

export default function PayPage({ loaderData: { groups, saved, key }, actionData }: Route.ComponentProps) {
  const words = useMessages(portalMoneyMessages).pay
  const count = groups.reduce((sum, { invoices }) => sum + invoices.length, 0)
  return (
    <FormPage
      title={words.title}
      text={words.chosen(count)}
      back={{ to: paths.billing(), label: words.back }}
      notice={
        actionData && (
          <Notice tone="bad" title={words.failed} live>
            {actionData.message}
          </Notice>
        )
      }
    >
      <div className="grid gap-5">
        {groups.length > 1 && <p className="text-muted">{words.apart}</p>}
        {groups.map((group) => (
          <GroupCard key={group.currency} group={group} saved={saved} formKey={`${key}.${group.currency}`} />
        ))}
      </div>
    </FormPage>
  )
}

function GroupCard({
  group: { currency, invoices, sumMinor },
  saved,
  formKey,
}: {
  group: Group
  formKey: string
  saved: Route.ComponentProps['loaderData']['saved']
}) {
  const words = useMessages(portalMoneyMessages).pay
  const billing = useMessages(portalBillingMessages)
  const locale = useLocale()
  const amount = formatMoney(sumMinor, currency, locale)
  return (
    <Card>
      <ul className="grid gap-2">
        {invoices.map((invoice) => (
          <li key={invoice.id} className="flex items-baseline justify-between gap-4">
            <span className="min-w-0">
              <a href={paths.invoice(invoice.id)} className="link">
                <InvoiceTitle invoice={invoice} />
              </a>
              <span className="ml-2 text-sm text-muted">
                <Time at={invoice.dueAt} format="date" />
              </span>
            </span>
            <Money minor={invoice.leftMinor} currency={currency} />
          </li>
        ))}
      </ul>
      <p className="mt-3 flex justify-between gap-4 border-t border-line pt-3 text-lg font-semibold">
        <span>{words.sum}</span>
        <Money minor={sumMinor} currency={currency} />
      </p>
      <p className="mt-3 mb-4 text-sm text-muted">{words.text}</p>
      <ActionForm id={`pay-${currency}`} summary={false}>
        {invoices.map(({ id }) => (
          <input key={id} type="hidden" name="invoice" value={id} />
        ))}
        <input type="hidden" name="key" value={formKey} />
        <div className="flex flex-wrap gap-2">
          <SubmitButton name="intent" value="page">
            <ExternalLink aria-hidden="true" />
            {words.page(amount)}
          </SubmitButton>
          {saved && (
            <SubmitButton variant="secondary" name="intent" value="saved" className="whitespace-normal!">
              <CreditCard aria-hidden="true" />
              {words.saved(amount, billing.method(saved.brand, saved.lastFour))}
            </SubmitButton>
          )}
        </div>
      </ActionForm>
    </Card>
  )
}

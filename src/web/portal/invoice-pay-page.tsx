import { ExternalLink } from 'lucide-react'
import { data, redirect } from 'react-router'
import { getInvoice } from '#modules/billing/billing-queries.ts'
import { findTransferDetails } from '#modules/billing/transfer.ts'
import { openPaymentPage } from '#modules/billing/open-payment-page.ts'
import { chooseTransfer } from '#modules/orders/choose-transfer.ts'
import { findOrderOfInvoice } from '#modules/orders/orders-queries.ts'
import { formatMoney } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { allowPaymentRedirect } from '../context.ts'
import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { FormPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { InvoiceTitle } from './invoice-title.tsx'
import { isPayable } from './invoice-view.ts'
import { invoiceRow } from './rows.ts'
import { pathId, portalScope } from './scope.ts'
import { TransferFacts, transferView } from './transfer-card.tsx'
import type { Route } from './+types/invoice-pay-page'

/** Reached when the payment page could not be opened, and by whoever follows a link to pay. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const invoice = await getInvoice(app, actor, pathId(params.invoiceId, 'inv'))
  if (!isPayable(invoice)) throw redirect(paths.invoice(invoice.id))
  allowPaymentRedirect(context)
  const transfer = await findTransferDetails(app, invoice)
  return { invoice: invoiceRow(app, invoice), transfer: transfer && transferView(transfer) }
}

/** Leads to the gateway's page; the same one as long as it is open. An invoice paid meanwhile shows itself instead. */
export async function action({ request, params, context }: Route.ActionArgs) {
  const { app, actor, locale } = portalScope(context)
  const { id: invoiceId } = await getInvoice(app, actor, pathId(params.invoiceId, 'inv'))
  const order = await findOrderOfInvoice(app, invoiceId)
  const page = paths.invoice(invoiceId)
  // Who pays for an order wants to see it being built.
  const returnPath = order ? `${paths.orderPlaced(locale, order.id)}?from=payment` : `${page}?from=payment`
  allowPaymentRedirect(context)
  const form = await request.formData()
  try {
    if (form.get('intent') === 'transfer') {
      await chooseTransfer(app, actor, { invoiceId })
      return redirect(page)
    }
    const { url } = await openPaymentPage(app, actor, { invoiceId, returnPath, cancelPath: page })
    return redirect(url)
  } catch (error) {
    if (!isProblem(error)) throw error
    if (error.kind === 'conflict') return redirect(page)
    if (error.kind !== 'unavailable') throw error
    return data({ unavailable: true as const }, formStatus(error))
  }
}

export default function InvoicePayPage({ loaderData: { invoice, transfer }, actionData }: Route.ComponentProps) {
  const words = useMessages(portalInvoiceMessages)
  const money = useMessages(portalMoneyMessages).transfer
  const locale = useLocale()
  const amount = formatMoney(invoice.leftMinor, invoice.currency, locale)
  return (
    <FormPage
      title={words.payPage.title(amount)}
      back={{ to: paths.invoice(invoice.id), label: words.payPage.back }}
      notice={
        actionData?.unavailable && (
          <Notice tone="bad" title={words.payPage.failed} live>
            {words.payPage.unavailable}
          </Notice>
        )
      }
    >
      <Card>
        <p className="font-medium">
          <InvoiceTitle invoice={invoice} />
        </p>
        <p className="mt-1.5 mb-5 text-muted">{words.payPage.text}</p>
        <ActionForm summary={false}>
          <div>
            <SubmitButton>
              <ExternalLink aria-hidden="true" />
              {words.payPage.go(amount)}
            </SubmitButton>
          </div>
        </ActionForm>
      </Card>
      {transfer && (
        <Card title={money.title} text={money.text} className="mt-5">
          <TransferFacts transfer={transfer} />
          {!transfer.chosen && (
            <ActionForm id="transfer" summary={false} className="mt-5">
              <div>
                <SubmitButton variant="secondary" name="intent" value="transfer">
                  {money.choose}
                </SubmitButton>
              </div>
            </ActionForm>
          )}
        </Card>
      )}
    </FormPage>
  )
}

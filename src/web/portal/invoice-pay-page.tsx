import { redirect } from 'react-router'
import { getInvoice, listPaymentMethods } from '#modules/billing/billing-queries.ts'
import { creditForInvoice } from '#modules/billing/pay-invoice-from-credit.ts'
import { partLimits } from '#modules/billing/part-payment.ts'
import { findTransferDetails } from '#modules/billing/transfer.ts'
import { formatMoney } from '#platform/i18n.ts'
import { randomToken } from '#platform/secrets.ts'
import { allowPaymentRedirect } from '../context.ts'
import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { FormPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { payInvoiceForm } from './invoice-pay-actions.ts'
import { PayCard } from './invoice-pay-card.tsx'
import { FromCreditCard } from './pay-from-credit.tsx'
import { isPayable } from './invoice-view.ts'
import { invoiceRow } from './rows.ts'
import { chargedCard } from './saved-card.ts'
import { pathId, portalScope } from './scope.ts'
import { TransferFacts, transferView } from './transfer-card.tsx'
import type { Route } from './+types/invoice-pay-page'

/** All ways to pay one invoice, wholly or in part; also reached when the payment page could not be opened. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const invoice = await getInvoice(app, actor, pathId(params.invoiceId, 'inv'))
  if (!isPayable(invoice)) throw redirect(paths.invoice(invoice.id))
  allowPaymentRedirect(context)
  const [transfer, methods, creditMinor] = await Promise.all([
    findTransferDetails(app, invoice),
    listPaymentMethods(app, actor),
    creditForInvoice(app, invoice),
  ])
  return {
    invoice: invoiceRow(app, invoice),
    creditMinor,
    part: partLimits(app.paymentGateway, invoice),
    saved: chargedCard(methods, app.clock.now()),
    transfer: transfer && transferView(transfer),
    key: randomToken(),
  }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  allowPaymentRedirect(context)
  return payInvoiceForm(portalScope(context), request, params.invoiceId)
}

export default function InvoicePayPage({ loaderData, actionData }: Route.ComponentProps) {
  const { invoice, part, saved, transfer, key, creditMinor } = loaderData
  const words = useMessages(portalInvoiceMessages)
  const money = useMessages(portalMoneyMessages).transfer
  const locale = useLocale()
  const message = actionData?.unavailable ? words.payPage.unavailable : actionData?.message
  return (
    <FormPage
      title={words.payPage.title(formatMoney(invoice.leftMinor, invoice.currency, locale))}
      back={{ to: paths.invoice(invoice.id), label: words.payPage.back }}
      notice={
        message && (
          <Notice tone="bad" title={actionData?.unavailable ? words.payPage.failed : words.payPage.refused} live>
            {message}
          </Notice>
        )
      }
    >
      <PayCard invoice={invoice} part={part} saved={saved} formKey={key} refused={actionData} />
      {creditMinor > 0n && <FromCreditCard invoice={invoice} creditMinor={creditMinor} />}
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

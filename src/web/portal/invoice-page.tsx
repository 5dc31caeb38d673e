import { Download } from 'lucide-react'
import { Link } from 'react-router'
import { mayDo } from '#modules/accounts/permissions.ts'
import { getInvoiceDetail } from '#modules/billing/billing-queries.ts'
import { listCorrections } from '#modules/billing/credit-note-queries.ts'
import { creditForInvoice } from '#modules/billing/pay-invoice-from-credit.ts'
import { partLimits } from '#modules/billing/part-payment.ts'
import { findTransferDetails } from '#modules/billing/transfer.ts'
import { findOrderOfInvoice } from '#modules/orders/orders-queries.ts'
import { allowPaymentRedirect } from '../context.ts'
import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { whyMessages } from '../messages/why.ts'
import { paths } from '../paths.ts'
import { buttonClass } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { useLive } from '../ui/live.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { KeyValue, Time } from '../ui/values.tsx'
import { correctionsView } from './corrections-view.ts'
import { InvoiceCorrections } from './invoice-corrections.tsx'
import { InvoiceDocument } from './invoice-document.tsx'
import { InvoiceNotices } from './invoice-notices.tsx'
import { InvoicePayments } from './invoice-payments.tsx'
import { PayFromCredit } from './pay-from-credit.tsx'
import { type InvoiceView, invoiceView } from './invoice-view.ts'
import { PayButton } from './parts.tsx'
import { pathId, portalScope } from './scope.ts'
import { TransferFacts, transferView } from './transfer-card.tsx'
import { shortId } from './view.ts'
import type { Route } from './+types/invoice-page'

/** Shows how things stand and moves no money, also for whoever comes back from the gateway. */
export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { app, actor, locale } = portalScope(context)
  const detail = await getInvoiceDetail(app, actor, pathId(params.invoiceId, 'inv'))
  const [order, corrections, transfer] = await Promise.all([
    findOrderOfInvoice(app, detail.invoice.id),
    listCorrections(app, actor, detail.invoice.id),
    findTransferDetails(app, detail.invoice),
  ])
  const invoice = invoiceView(app, detail, locale)
  const mayPay = mayDo(actor, 'invoice.pay')
  const creditMinor = mayPay ? await creditForInvoice(app, detail.invoice) : 0n
  if (invoice.payable && mayPay) allowPaymentRedirect(context)
  return {
    invoice,
    mayPay,
    creditMinor,
    partial: invoice.payable && partLimits(app.paymentGateway, detail.invoice) !== undefined,
    transfer: transfer && transferView(transfer),
    corrections: correctionsView(corrections),
    order: mayDo(actor, 'order.read') && order && { id: order.id, pending: order.state === 'pending' },
    returned: new URL(request.url).searchParams.get('from') === 'payment',
  }
}

export default function InvoicePage({
  loaderData: { invoice, mayPay, order, corrections, returned, transfer, partial, creditMinor },
}: Route.ComponentProps) {
  const words = useMessages(portalInvoiceMessages)
  const why = useMessages(whyMessages)
  const money = useMessages(portalMoneyMessages).transfer
  const waiting = returned && invoice.payable && invoice.paymentUnderWay
  useLive(invoice.payable || invoice.proForma)
  return (
    <ObjectPage
      title={invoice.number === null ? words.proForma(shortId(invoice.id)) : words.invoice(invoice.number)}
      state={waiting ? <StateBadge state="processing" /> : <StateBadge state={invoice.state} />}
      id={invoice.id}
      back={{ to: paths.invoices(), label: words.back }}
      actions={
        <>
          <a href={paths.invoicePdf(invoice.id)} download className={buttonClass()}>
            <Download aria-hidden="true" />
            {words.pdf}
          </a>
          {invoice.number !== null && (
            <a href={paths.invoiceXml(invoice.id)} download className={buttonClass()}>
              <Download aria-hidden="true" />
              {words.xml}
            </a>
          )}
          {creditMinor > 0n && !waiting && <PayFromCredit invoice={invoice} creditMinor={creditMinor} />}
          {invoice.payable && mayPay && !waiting && <PayButton invoiceId={invoice.id}>{words.pay}</PayButton>}
        </>
      }
      notice={<InvoiceNotices invoice={invoice} waiting={waiting} ordered={order ? order.pending : false} />}
      aside={
        <>
          <Facts invoice={invoice} orderId={order ? order.id : undefined} />
          <InvoicePayments payments={invoice.payments} />
          <InvoiceCorrections corrections={corrections} />
        </>
      }
    >
      {transfer?.chosen && (
        <Card title={money.chosen} text={money.chosenText}>
          <TransferFacts transfer={transfer} />
          <p className="mt-3 text-sm text-muted">{money.cardInstead}</p>
        </Card>
      )}
      <InvoiceDocument invoice={invoice} />
      <p className="flex flex-wrap gap-x-6 gap-y-1">
        {(partial || (transfer && !transfer.chosen)) && mayPay && !waiting && (
          <Link to={paths.invoicePay(invoice.id)} className="inline-flex min-h-6 items-center link">
            {partial ? words.payPage.part.link : money.other}
          </Link>
        )}
        <Link to={paths.invoiceWhy(invoice.id)} className="inline-flex min-h-6 items-center link">
          {why.link}
        </Link>
      </p>
    </ObjectPage>
  )
}

function Facts({ invoice, orderId }: { invoice: InvoiceView; orderId: string | undefined }) {
  const words = useMessages(portalInvoiceMessages)
  const locale = useLocale()
  return (
    <Card title={words.facts}>
      <KeyValue
        facts={[
          { label: words.date, value: <Time at={invoice.issuedAt} format="date" /> },
          ...(invoice.payable ? [{ label: words.due, value: <Time at={invoice.dueAt} format="dateTime" /> }] : []),
          ...(invoice.paidAt ? [{ label: words.paid, value: <Time at={invoice.paidAt} format="dateTime" /> }] : []),
          ...(orderId
            ? [
                {
                  label: words.order,
                  value: (
                    <a href={paths.orderPlaced(locale, orderId)} className="link">
                      {words.seeOrder}
                    </a>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Card>
  )
}

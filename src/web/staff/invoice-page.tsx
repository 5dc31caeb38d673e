import { FileText } from 'lucide-react'
import { listEvents } from '#modules/accounts/list-events.ts'
import { getInvoiceDetail } from '#modules/billing/billing-queries.ts'
import { documentTaxes } from '#modules/billing/document-taxes.ts'
import { listCorrections } from '#modules/billing/credit-note-queries.ts'
import { isOverdue, type Party } from '#modules/billing/invoice.ts'
import { findOrderOfInvoice } from '#modules/orders/orders-queries.ts'
import { formatNumber } from '#platform/i18n.ts'
import { localeContext } from '../context.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { whyMessages } from '../messages/why.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { takenOff } from '../portal/invoice-view.ts'
import { BUSY_MS, useAnswer, useLive } from '../ui/live.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { CardRows } from './card-rows.tsx'
import { PartyCard } from './party-card.tsx'
import { correct } from './correct-actions.ts'
import { CorrectForm } from './correct-form.tsx'
import { InvoiceFacts } from './invoice-facts.tsx'
import { AllLink, Day, EventTimeline } from './parts.tsx'
import { paymentRow } from './payment-row.tsx'
import { RecordForm } from './record-form.tsx'
import { recordMoney, recordView } from './record-money.ts'
import { eventView, iso, isoOrNull, shortId } from './view.ts'
import type { Route } from './+types/invoice-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const { invoice, lines, taxes, payments } = await getInvoiceDetail(app, actor, params.invoiceId)
  const [order, { creditNotes }, events] = await Promise.all([
    findOrderOfInvoice(app, invoice.id),
    listCorrections(app, actor, invoice.id),
    listEvents(app, actor, { limit: 20, subjectId: [invoice.id, ...payments.map(({ id }) => id)] }),
  ])
  const { id, number, customerId, currency, subtotalMinor, taxMinor, totalMinor, contentHash } = invoice
  return {
    invoice: {
      id,
      number,
      customerId,
      currency,
      subtotalMinor,
      taxMinor,
      totalMinor,
      contentHash,
      state: isOverdue(invoice, app.clock.now()) ? ('overdue' as const) : invoice.state,
      seller: invoice.seller as Party,
      buyer: invoice.buyer as Party,
      createdAt: iso(invoice.createdAt),
      dueAt: iso(invoice.dueAt),
      issuedAt: isoOrNull(invoice.issuedAt),
      paidAt: isoOrNull(invoice.paidAt),
    },
    orderId: order?.id,
    taxes: documentTaxes({ lines, taxes }),
    record: await recordView(app, invoice, may('payment.record')),
    mayReadPayments: may('payment.read'),
    mayCorrect: may('payment.refund') && invoice.state === 'paid' && invoice.creditedMinor < invoice.totalMinor,
    creditNotes: creditNotes.map((note) => ({
      id: note.id,
      number: note.number,
      reason: note.reason,
      totalMinor: note.totalMinor,
      at: iso(note.issuedAt ?? note.createdAt),
    })),
    lines: lines.map(
      ({
        id: lineId,
        description,
        quantity,
        unitMinor,
        amountMinor,
        taxBasisPoints,
        periodStart,
        periodEnd,
        reasons,
      }) => ({
        id: lineId,
        description,
        quantity,
        unitMinor,
        amountMinor,
        discounts: takenOff({ reasons }),
        taxBasisPoints,
        // The last day that is paid for; the document counts to the day after.
        period:
          periodStart && periodEnd
            ? { from: periodStart.toString(), to: periodEnd.subtract({ days: 1 }).toString() }
            : undefined,
      }),
    ),
    payments: payments.map(
      ({ id: paymentId, state, amountMinor, currency: its, failureCode, gatewayPaymentId, createdAt }) => ({
        id: paymentId,
        state,
        amountMinor,
        currency: its,
        failureCode,
        gatewayPaymentId,
        createdAt: iso(createdAt),
      }),
    ),
    events: events.rows.map(eventView),
  }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const form = await request.formData()
  const made = form.get('intent') === 'record' ? recordMoney : correct
  return made(staffScope(context), params.invoiceId, form, context.get(localeContext))
}

type Loaded = Route.ComponentProps['loaderData']

export default function InvoicePage({
  actionData,
  loaderData: { invoice, orderId, lines, taxes, payments, creditNotes, mayReadPayments, mayCorrect, record, events },
}: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const words = useMessages(staffObjectsMessages)
  const common = useMessages(staffMessages)
  const why = useMessages(whyMessages)
  const refused = answer?.ok === false ? answer : undefined
  useLive(true, BUSY_MS)
  return (
    <ObjectPage
      title={invoice.number ?? words.invoices.proFormaOf(shortId(invoice.id))}
      id={invoice.id}
      state={<StateBadge state={invoice.state} />}
      back={{ to: paths.staffInvoices(), label: words.invoices.title }}
      actions={
        <>
          <LinkButton to={paths.staffInvoiceWhy(invoice.id)}>{why.staffTitle}</LinkButton>
          <LinkButton to={paths.staffInvoicePdf(invoice.id)} document>
            <FileText aria-hidden="true" />
            {words.invoices.pdf}
          </LinkButton>
          {invoice.number !== null && (
            <LinkButton to={paths.staffInvoiceXml(invoice.id)} document download>
              <FileText aria-hidden="true" />
              {words.invoices.xml}
            </LinkButton>
          )}
        </>
      }
      aside={
        <>
          <InvoiceFacts invoice={invoice} orderId={orderId} />
          <Card
            title={common.timeline}
            actions={<AllLink to={paths.staffEvents({ subject: invoice.id })} label={common.allEvents} />}
          >
            <EventTimeline events={events} />
          </Card>
        </>
      }
    >
      <Lines invoice={invoice} lines={lines} taxes={taxes} />
      <Card title={words.invoices.payments} flush>
        <CardRows
          label={words.invoices.payments}
          empty={words.invoices.noPayments}
          rows={payments.map((each) => paymentRow(each, mayReadPayments))}
        />
      </Card>
      {creditNotes.length > 0 && (
        <Card title={words.invoices.creditNotes} flush>
          <CardRows
            label={words.invoices.creditNotes}
            empty={common.none}
            rows={creditNotes.map((note) => ({
              key: note.id,
              title: (
                <a href={paths.staffCreditNotePdf(note.id)} className="link">
                  {note.number ?? shortId(note.id)}
                </a>
              ),
              text: note.reason,
              amount: <Money minor={note.totalMinor} currency={invoice.currency} />,
              aside: <Time at={note.at} />,
            }))}
          />
        </Card>
      )}
      {record && <RecordForm {...record} refused={refused} />}
      {mayCorrect && <CorrectForm lines={lines} refused={refused} />}
      <div className="grid gap-5 sm:grid-cols-2">
        <PartyCard title={words.invoices.seller} party={invoice.seller} />
        <PartyCard title={words.invoices.buyer} party={invoice.buyer} />
      </div>
    </ObjectPage>
  )
}

function Lines({ invoice, lines, taxes }: Pick<Loaded, 'invoice' | 'lines' | 'taxes'>) {
  const words = useMessages(staffObjectsMessages).invoices
  const common = useMessages(staffMessages)
  const locale = useLocale()
  const { currency } = invoice
  const sums = [
    [words.subtotal, invoice.subtotalMinor],
    ...taxes.map((tax) => [`${tax.name} ${formatNumber(tax.basisPoints / 100, locale)} %`, tax.taxMinor] as const),
    [common.total, invoice.totalMinor],
  ] as const
  return (
    <Card title={words.lines} flush>
      <div className="overflow-x-auto">
        <table className="w-full text-left text-table">
          <thead>
            <tr className="border-b border-line text-muted [&>th]:px-5 [&>th]:py-2 [&>th]:font-medium">
              <th scope="col">{words.description}</th>
              <th scope="col" className="text-right">
                {words.quantity}
              </th>
              <th scope="col" className="text-right max-sm:hidden">
                {words.unit}
              </th>
              <th scope="col" className="text-right max-sm:hidden">
                {words.tax}
              </th>
              <th scope="col" className="text-right">
                {words.amount}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.id} className="border-b border-line [&>td]:px-5 [&>td]:py-2 [&>td]:align-top">
                <td>
                  {line.description}
                  {line.discounts.map((discount) => (
                    <span key={discount.name} className="block text-muted">
                      {words.discount(discount.name)} <Money minor={-discount.offMinor} currency={currency} />
                    </span>
                  ))}
                  {line.period && (
                    <span className="block text-muted">
                      <Day at={line.period.from} /> – <Day at={line.period.to} />
                    </span>
                  )}
                </td>
                <td className="text-right tabular">{line.quantity}</td>
                <td className="text-right max-sm:hidden">
                  <Money minor={line.unitMinor} currency={currency} />
                </td>
                <td className="text-right tabular max-sm:hidden">
                  {formatNumber(line.taxBasisPoints / 100, locale)} %
                </td>
                <td className="text-right">
                  <Money minor={line.amountMinor} currency={currency} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            {sums.map(([label, minor], index) => (
              <tr
                key={label}
                className={
                  index === sums.length - 1
                    ? 'border-t border-line [&>*]:font-semibold'
                    : 'text-muted [&>*]:font-normal'
                }
              >
                <th scope="row" colSpan={2} className="px-5 py-1.5 text-right sm:hidden">
                  {label}
                </th>
                <th scope="row" colSpan={4} className="px-5 py-1.5 text-right max-sm:hidden">
                  {label}
                </th>
                <td className="px-5 py-1.5 text-right">
                  <Money minor={minor} currency={currency} />
                </td>
              </tr>
            ))}
          </tfoot>
        </table>
      </div>
      {taxes.map(
        (tax) =>
          tax.note !== null && (
            <p key={tax.name} className="border-t border-line px-5 py-3 text-muted">
              {tax.note}
            </p>
          ),
      )}
    </Card>
  )
}

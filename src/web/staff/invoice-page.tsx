import { FileText } from 'lucide-react'
import { listEvents } from '#modules/accounts/list-events.ts'
import { getInvoiceDetail } from '#modules/billing/billing-queries.ts'
import { documentTaxes } from '#modules/billing/document-taxes.ts'
import { listCorrections } from '#modules/billing/credit-note-queries.ts'
import { canCorrect } from '#modules/billing/issue-credit-note.ts'
import { findDunningStory } from '#modules/billing/dunning-queries.ts'
import { invoiceMachine, isOverdue, type Party } from '#modules/billing/invoice.ts'
import { isVoidedByHand } from '#modules/billing/void-by-hand.ts'
import { findOrderOfInvoice } from '#modules/orders/orders-queries.ts'
import { can } from '#platform/state-machine.ts'
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
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { CardRows } from './card-rows.tsx'
import { PartyCard } from './party-card.tsx'
import { actOnDunning, DUNNING_DEEDS } from './dunning-actions.ts'
import { DunningCard } from './dunning-card.tsx'
import { storyView } from './dunning-view.ts'
import { correct } from './correct-actions.ts'
import { CorrectForm } from './correct-form.tsx'
import { InvoiceFacts } from './invoice-facts.tsx'
import { InvoiceLines } from './invoice-lines.tsx'
import { AllLink, EventTimeline, Refusal } from './parts.tsx'
import { paymentRow } from './payment-row.tsx'
import { RecordCard } from './record-card.tsx'
import { recordView } from './record-view.ts'
import { voidDocument } from './void-actions.ts'
import { VoidForm } from './void-form.tsx'
import { eventView, iso, isoOrNull, shortId } from './view.ts'
import type { Route } from './+types/invoice-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const { invoice, lines, taxes, payments } = await getInvoiceDetail(app, actor, params.invoiceId)
  const [order, { creditNotes }, events, dunning] = await Promise.all([
    findOrderOfInvoice(app, invoice.id),
    listCorrections(app, actor, invoice.id),
    listEvents(app, actor, { limit: 20, subjectId: [invoice.id, ...payments.map(({ id }) => id)] }),
    findDunningStory(app, actor, invoice.id),
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
      note: invoice.note,
      state: isOverdue(invoice, app.clock.now()) ? ('overdue' as const) : invoice.state,
      seller: invoice.seller as Party,
      buyer: invoice.buyer as Party,
      createdAt: iso(invoice.createdAt),
      dueAt: iso(invoice.dueAt),
      issuedAt: isoOrNull(invoice.issuedAt),
      paidAt: isoOrNull(invoice.paidAt),
    },
    orderId: order?.id,
    dunning: {
      story: storyView(dunning),
      open: can(invoiceMachine, invoice, 'writeOff')
        ? { minor: invoice.totalMinor - invoice.paidMinor, currency }
        : undefined,
      may: { hold: may('service.suspend') && invoice.purpose !== 'manual', writeOff: may('invoice.void') },
    },
    taxes: documentTaxes({ lines, taxes }),
    mayVoid: may('invoice.void') && isVoidedByHand(invoice) && can(invoiceMachine, invoice, 'void'),
    record: await recordView(app, invoice, may('payment.record')),
    mayReadPayments: may('payment.read'),
    mayCorrect: may('payment.refund') && canCorrect(invoice),
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
  const deed = DUNNING_DEEDS.find((each) => each === form.get('do'))
  const locale = context.get(localeContext)
  if (deed) return actOnDunning(staffScope(context), params.invoiceId, deed, form, locale)
  const made = form.get('intent') === 'void' ? voidDocument : correct
  return made(staffScope(context), params.invoiceId, form, locale)
}

export type LoadedInvoice = Route.ComponentProps['loaderData']

export default function InvoicePage({
  actionData,
  loaderData: {
    invoice,
    orderId,
    lines,
    taxes,
    payments,
    creditNotes,
    mayReadPayments,
    mayCorrect,
    mayVoid,
    record,
    events,
    dunning,
  },
}: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const words = useMessages(staffObjectsMessages)
  const common = useMessages(staffMessages)
  const why = useMessages(whyMessages)
  const refused = answer?.ok === false ? answer : undefined
  const dunningRefused = refused?.values['do'] === undefined ? undefined : refused
  const otherRefused = dunningRefused ? undefined : refused
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
          <DunningCard {...dunning} refused={dunningRefused} />
          <Card
            title={common.timeline}
            actions={<AllLink to={paths.staffEvents({ subject: invoice.id })} label={common.allEvents} />}
          >
            <EventTimeline events={events} />
          </Card>
        </>
      }
    >
      {dunningRefused?.message !== undefined && <Refusal state={dunningRefused} />}
      <InvoiceLines invoice={invoice} lines={lines} taxes={taxes} />
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
                <a href={paths.staffCreditNotePdf(note.id)} className="link inline-block py-0.5">
                  {note.number ?? shortId(note.id)}
                </a>
              ),
              text:
                note.number === null ? (
                  note.reason
                ) : (
                  <>
                    {note.reason}{' '}
                    <a href={paths.staffCreditNoteXml(note.id)} download className="link inline-block py-0.5">
                      {words.invoices.xml}
                    </a>
                  </>
                ),
              amount: <Money minor={note.totalMinor} currency={invoice.currency} />,
              aside: <Time at={note.at} />,
            }))}
          />
        </Card>
      )}
      {record && <RecordCard {...record} />}
      {mayVoid && <VoidForm refused={otherRefused?.values['intent'] === 'void' ? otherRefused : undefined} />}
      {mayCorrect && <CorrectForm lines={lines} refused={otherRefused} />}
      <div className="grid gap-5 sm:grid-cols-2">
        <PartyCard title={words.invoices.seller} party={invoice.seller} />
        <PartyCard title={words.invoices.buyer} party={invoice.buyer} />
      </div>
    </ObjectPage>
  )
}

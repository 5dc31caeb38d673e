import { formatDate, formatMoney } from '#platform/i18n.ts'
import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { portalMessages } from '../messages/portal.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages, useSite } from '../ui/site.tsx'
import type { HomeData } from './home-page.tsx'
import { ExpiringCardNotice } from './expiring-card.tsx'
import { PayButton, ResendButton } from './parts.tsx'
import { shortId } from './view.ts'

/** What needs the customer now, the worst first. */
export function HomeNeeds({ home: { needs, balances, email, verified, mayPay } }: { home: HomeData }) {
  const words = useMessages(portalMessages).needs
  const more = (balances ?? []).reduce((sum, balance) => sum + balance.invoices, 0) - needs.unpaid.length
  return (
    <>
      {needs.failed.map((service) => (
        <Notice
          key={service.id}
          tone="bad"
          title={words.failed(service.hostname)}
          action={<Look to={paths.service(service.id)} />}
        >
          {words.failedText}
        </Notice>
      ))}
      {needs.suspended.map((service) => (
        <Notice
          key={service.id}
          tone="warn"
          title={words.suspended(service.hostname)}
          action={<Look to={paths.service(service.id)} />}
        >
          {words.suspendedText}
        </Notice>
      ))}
      {needs.unpaid.map((invoice) => (
        <Unpaid key={invoice.id} invoice={invoice} />
      ))}
      {more > 0 && (
        <Notice tone="warn" title={words.moreUnpaid(more)} action={<Look to={`${paths.invoices()}?state=open`} />} />
      )}
      {needs.expiring && <ExpiringCardNotice card={needs.expiring} mayPay={mayPay} />}
      {!verified && (
        <Notice
          title={words.unverified}
          action={
            <ResendButton next={paths.portal()} size="small">
              {words.resend}
            </ResendButton>
          }
        >
          {words.unverifiedText(email)}
        </Notice>
      )}
    </>
  )
}

function Look({ to }: { to: string }) {
  const words = useMessages(portalMessages).needs
  return (
    <LinkButton to={to} size="small">
      {words.look}
    </LinkButton>
  )
}

function Unpaid({ invoice }: { invoice: HomeData['needs']['unpaid'][number] }) {
  const words = useMessages(portalMessages).needs
  const titles = useMessages(portalInvoiceMessages)
  const { locale, timeZone } = useSite()
  const amount = formatMoney(invoice.leftMinor, invoice.currency, locale)
  const title = invoice.number === null ? titles.proForma(shortId(invoice.id)) : titles.invoice(invoice.number)
  const due = formatDate(invoice.dueAt, locale, timeZone, 'date')
  const overdue = invoice.state === 'overdue'
  const text = overdue ? words.overdueInvoice(title, due) : words.unpaidInvoice(title, due)
  return (
    <Notice
      tone={overdue ? 'bad' : 'warn'}
      title={overdue ? words.overdue(amount) : words.unpaid(amount)}
      action={
        <div className="flex flex-wrap gap-2">
          <LinkButton to={paths.invoice(invoice.id)} size="small">
            {words.seeInvoice}
          </LinkButton>
          <PayButton invoiceId={invoice.id} size="small">
            {words.pay}
          </PayButton>
        </div>
      }
    >
      {invoice.orderCloses === undefined
        ? text
        : words.unpaidOrder(formatDate(invoice.orderCloses, locale, timeZone, 'dateTime'))}
    </Notice>
  )
}

import { whyMessages } from '../messages/why.ts'
import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { paths } from '../paths.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { InvoiceTitle } from './invoice-title.tsx'
import { WhyAside, WhyLines, type WhyLinks } from './invoice-why.tsx'
import { pathId, portalScope } from './scope.ts'
import { whyView } from './why-view.ts'
import type { Route } from './+types/invoice-why-page'

/** Why a customer was charged, line by line. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor, locale } = portalScope(context)
  return { why: await whyView(app, actor, pathId(params.invoiceId, 'inv'), locale) }
}

export default function InvoiceWhyPage({ loaderData: { why } }: Route.ComponentProps) {
  const words = useMessages(whyMessages)
  const invoiceWords = useMessages(portalInvoiceMessages)
  const locale = useLocale()
  const links: WhyLinks = {
    order: (orderId) => paths.orderPlaced(locale, orderId),
    subscription: paths.subscription,
    change: paths.subscriptionChange,
  }
  return (
    <ObjectPage
      title={words.title}
      aside={<WhyAside why={why} links={links} />}
      back={{
        to: paths.invoice(why.id),
        label: why.number === null ? words.back : invoiceWords.invoice(why.number),
      }}
      notice={
        <p className="text-muted">
          <InvoiceTitle invoice={why} />. {words.text}
        </p>
      }
    >
      <WhyLines why={why} links={links} />
    </ObjectPage>
  )
}

import { localeContext } from '../context.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { whyMessages } from '../messages/why.ts'
import { paths } from '../paths.ts'
import { WhyAside, WhyLines, type WhyLinks } from '../portal/invoice-why.tsx'
import { whyView } from '../portal/why-view.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { shortId } from './view.ts'
import type { Route } from './+types/invoice-why-page'

/** Why a customer was charged, as they see it. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  return { why: await whyView(app, actor, params.invoiceId, context.get(localeContext)) }
}

const links: WhyLinks = {
  order: paths.staffOrder,
  subscription: paths.staffSubscription,
  change: (subscriptionId) => paths.staffSubscription(subscriptionId),
}

export default function InvoiceWhyPage({ loaderData: { why } }: Route.ComponentProps) {
  const words = useMessages(whyMessages)
  const { invoices } = useMessages(staffObjectsMessages)
  return (
    <ObjectPage
      title={words.staffTitle}
      back={{ to: paths.staffInvoice(why.id), label: why.number ?? invoices.proFormaOf(shortId(why.id)) }}
      aside={<WhyAside why={why} links={links} />}
    >
      <WhyLines why={why} links={links} />
    </ObjectPage>
  )
}

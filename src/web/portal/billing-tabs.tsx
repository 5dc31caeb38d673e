import { portalBillingMessages } from '../messages/portal-billing.ts'
import { paths } from '../paths.ts'
import { useMessages } from '../ui/site.tsx'
import { Tabs } from '../ui/tabs.tsx'

/** From what is to pay and how, to the documents, and back. */
export function BillingTabs() {
  const words = useMessages(portalBillingMessages)
  return (
    <Tabs
      label={words.title}
      tabs={[
        { to: paths.billing(), label: words.tabs.overview },
        { to: paths.invoices(), label: words.tabs.invoices },
        { to: paths.credit(), label: words.tabs.credit },
        { to: paths.statements(), label: words.tabs.statements },
      ]}
    />
  )
}

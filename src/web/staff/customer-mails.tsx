import { Mail } from 'lucide-react'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Time } from '../ui/values.tsx'
import { CardRows } from './card-rows.tsx'

type MailRow = {
  id: string
  template: string
  state: Parameters<typeof StateBadge>[0]['state']
  recipient: string
  createdAt: string
}

/** What was written to a customer lately. */
export function CustomerMails({ mails }: { mails: readonly MailRow[] }) {
  const words = useMessages(staffObjectsMessages).customers
  return (
    <Card title={words.mails} flush>
      <CardRows
        label={words.mails}
        empty={words.noMails}
        wide
        rows={mails.map((mail) => ({
          key: mail.id,
          icon: <Mail aria-hidden="true" />,
          title: words.templates[mail.template] ?? mail.template,
          state: <StateBadge state={mail.state} />,
          text: mail.recipient,
          aside: <Time at={mail.createdAt} />,
        }))}
      />
    </Card>
  )
}

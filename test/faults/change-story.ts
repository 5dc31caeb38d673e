import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { cardBecomes, GOOD_CARD, ringUntil } from './night.ts'
import { differences } from './purchase-story.ts'
import { livingOf, type Story } from './story.ts'

type Change = { id: string; state: string; dueMinor: number; invoiceId: string | null }

/** The customer changes to a bigger plan: the saved card is charged for the days that are left, and the server grows. */
export const upgrade: Story = {
  name: 'upgrade',
  moves: false,
  from: ['starter'],
  prepare: ({ world, life }) => cardBecomes(world, life, GOOD_CARD),
  async act(stage) {
    const { world } = stage
    const life = livingOf(stage)
    const { client, subscriptionId, serviceId, customerId } = life
    const asked = { plan: 'vps-professional' }
    const key = `change-of-${serviceId}`
    const quote = await client.tell<Change>('POST', `/subscriptions/${subscriptionId}/changes`, asked, key)
    const accepted = await client.tell<Change>('POST', `/changes/${quote.id}/acceptance`)
    const look = () =>
      world.inspector.rows<Record<string, string | number | null>>(
        `select c.state::text, v.cores, v.memory_mb as memory, v.disk_gb as disk, v.state::text as service, v.power::text,
          s.plan_id = p.id as bigger, i.total_minor::int as charged, i.state::text as invoice, i.number is not null as numbered,
          (select count(*)::int from payments where invoice_id = i.id and state = 'succeeded') as payments,
          (select count(*)::int from invoices where customer_id = $2 and purpose = 'change') as documents,
          (select count(*)::int from change_quotes where customer_id = $2 and used_at is not null) as accepted
        from change_quotes c join subscriptions s on s.id = c.subscription_id join services v on v.subscription_id = s.id
        join plans p on p.slug = 'vps-professional' left join invoices i on i.id = $3 where c.id = $1`,
        [quote.id, customerId, accepted.invoiceId],
      )
    const expected = {
      state: 'applied',
      cores: 2,
      memory: 4_096,
      disk: 80,
      service: 'active',
      power: 'running',
      bigger: true,
      charged: quote.dueMinor,
      invoice: 'paid',
      numbered: true,
      payments: 1,
      documents: 1,
      // Asked again after a lost answer, a second quote may stand beside it until it lapses.
      accepted: 1,
    }
    const wrong = async (): Promise<string[]> => differences((await look())[0], expected)
    let seen: string[] = []
    const what = (): string => `the bigger server (${seen.join(', ')})`
    await ringUntil(world, [numberInvoices], what, async () => {
      seen = await wrong()
      return seen.length === 0
    })
    return {
      life: { ...life, standing: 'grown' },
      mails: ['change-confirmed'],
      judge: wrong,
    }
  },
}

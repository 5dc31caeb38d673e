import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { facts, findings, type Row } from '../findings.ts'

const HOURS_TO_ANSWER = 24
const HOURS_TO_FOLLOW = 1

const ofAgreement = { customer: sql`s.customer_id`, related: sql`s.gateway_subscription_id` }

/**
 * I40: an adopted subscription is billed by one of the two: no document of ours asks for what the gateway bills, no two agreements are
 * one subscription there, what was moved over renews there no more, what has ended here ends there, what was asked of the gateway is
 * answered within a day, and every invoice it was paid for is known here as it is there.
 */
async function checkAdoptions(app: App): Promise<Finding[]> {
  const asked = app.clock.now().subtract({ hours: HOURS_TO_ANSWER })
  const copied = app.clock.wallClock().subtract({ hours: HOURS_TO_FOLLOW })
  const { rows } = await sql<Row>`
    select s.id as subject_id, 'the gateway bills it, and document ' || l.invoice_id || ' asks for the period from ' || l.period_start as detail,
      'adoption_twice' as kind, ${facts({ customer: sql`s.customer_id`, related: sql`l.invoice_id` })} as facts
    from subscriptions s join invoice_lines l on l.subscription_id = s.id and l.kind = 'plan' and not l.released where s.billed_by = 'gateway'
    union all
    select min(s.id), count(*) || ' agreements are the subscription ' || s.gateway_subscription_id || ' of the gateway', 'adoption_twice',
      ${facts({ customer: sql`min(s.customer_id)`, related: sql`max(s.id)` })}
    from subscriptions s where s.gateway_subscription_id is not null group by s.gateway_subscription_id having count(*) > 1
    union all
    select s.id, 'it is billed by us from ' || a.moved_from || ', and the gateway made ' || g.id || ' for the period from ' || g.period_start,
      'adoption_twice', ${facts({ customer: sql`s.customer_id`, related: sql`g.id` })}
    from subscriptions s join adoptions a on a.subscription_id = s.id
      join gateway_invoices g on g.subscription_id = s.id and g.period_start >= a.moved_from and g.status not in ('void', 'draft')
    union all
    select s.id, 'it is billed by us from ' || a.moved_from || ', and the gateway renews it', 'adoption_renews', ${facts(ofAgreement)}
    from subscriptions s join adoptions a on a.subscription_id = s.id where s.billed_by = 'us' and a.renews
    union all
    select s.id, 'it has ended here, and the gateway renews it', 'adoption_renews', ${facts(ofAgreement)}
    from subscriptions s join adoptions a on a.subscription_id = s.id
    where s.state = 'cancelled' and a.renews and (a.wish is distinct from 'end_now' or a.wished_at < ${asked})
    union all
    select s.id, 'since ' || a.wished_at || ' the gateway is asked: ' || a.wish, 'adoption_late', ${facts(ofAgreement)}
    from subscriptions s join adoptions a on a.subscription_id = s.id where a.wished_at < ${asked}
    union all
    select s.id, 'it was adopted, and nothing is known of it at the gateway', 'adoption_late', ${facts(ofAgreement)}
    from subscriptions s left join adoptions a on a.subscription_id = s.id where s.gateway_subscription_id is not null and a.subscription_id is null
    union all
    select s.id, 'the gateway was paid ' || i.amount_paid || ' for ' || i.id || ', known of it is ' || coalesce(g.paid_minor::text, 'nothing'),
      'adoption_money', ${facts({
        left: sql`coalesce(g.paid_minor, 0)`,
        right: sql`i.amount_paid`,
        currency: sql`upper(i.currency)`,
        customer: sql`s.customer_id`,
        related: sql`i.id`,
      })}
    from subscriptions s join stripe.invoices i on i.subscription = s.gateway_subscription_id and i.status = 'paid' and i.synced_at < ${copied}
      left join gateway_invoices g on g.id = i.id
    where upper(i.currency) not in ('ISK', 'UGX', 'MGA') and (g.id is null or g.status <> 'paid' or g.paid_minor <> i.amount_paid)`.execute(
    app.db,
  )
  return findings('I40', rows, ({ subjectId, detail }) => `Subscription ${subjectId}: ${detail}.`)
}

export const adoptionChecks = [checkAdoptions]

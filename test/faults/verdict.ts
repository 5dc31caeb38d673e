import type { Life } from './life.ts'
import type { World } from './world.ts'

type Charge = {
  id: string
  amount: number
  status: string
  amount_refunded: number
  payment_intent: string
}
type Machine = { vmid: number; node: string; type: string; template?: number; status: string; tags?: string }
type MailSummary = { MessageID: string; Subject: string }

/** The mails that a customer has had before, by the id of their notification. */
export type MailsBefore = ReadonlySet<string>

export async function mailsOf({ inspector }: World, email: string | undefined): Promise<MailsBefore> {
  const rows = await inspector.rows<{ id: string }>('select id from notifications where recipient = $1', [email ?? ''])
  return new Set(rows.map(({ id }) => id))
}

/** What is not as promised once a story has come to rest, in sentences; none when everything is. */
export async function judge(
  world: World,
  life: Life,
  { before, templates }: { before: MailsBefore; templates: readonly string[] },
): Promise<{ violations: string[]; copies: number }> {
  const mails = await judgeMails(world, life, before, templates)
  return {
    violations: [...(await judgeMoney(world, life)), ...(await judgeMachines(world, life)), ...mails.violations],
    copies: mails.copies,
  }
}

/** Every charge at the gateway is one payment of ours and the other way round, to the cent; nobody was given credit for a mistake. */
async function judgeMoney(world: World, { customerId }: Life): Promise<string[]> {
  const { inspector } = world
  const charges = (await chargesOf(world, customerId)).filter(({ status }) => status === 'succeeded')
  const payments = await inspector.rows<{
    id: string
    intent: string
    amount: number
    refunded: number
    booked: number
  }>(
    `select p.id, p.gateway_payment_id as intent, p.amount_minor::int as amount, 
      (select coalesce(sum(r.amount_minor), 0)::int from refunds r where r.payment_id = p.id and r.state = 'succeeded') as refunded,
      (select coalesce(sum(e.amount_minor), 0)::int from ledger_transactions t
        join ledger_entries e on e.transaction_id = t.id and e.account = 'clearing' where t.reference = p.id) as booked
    from payments p where p.customer_id = $1 and p.state = 'succeeded'`,
    [customerId],
  )
  const violations: string[] = []
  for (const { payment_intent: intent, amount, amount_refunded: refunded } of charges)
    if (!payments.some((each) => each.intent === intent && each.amount === amount && each.refunded === refunded))
      violations.push(
        `the card was charged ${amount} (${refunded} went back), which no payment of ours tells (${intent})`,
      )
  for (const { id, intent, amount, booked } of payments) {
    const taken = charges.filter((charge) => charge.payment_intent === intent).length
    if (taken !== 1) violations.push(`payment ${id} was charged ${taken} times`)
    if (booked !== amount) violations.push(`the ledger holds ${booked} of payment ${id} over ${amount}`)
  }
  const credit = await inspector.rows<{ amount: string }>(
    'select amount_minor::text as amount from credit_grants where customer_id = $1',
    [customerId],
  )
  if (credit.length > 0) violations.push(`credit was given: ${credit.map(({ amount }) => amount).join(', ')}`)
  return violations
}

async function chargesOf({ inspector, stripe, keys }: World, customerId: string): Promise<Charge[]> {
  const [known] = await inspector.rows<{ id: string }>(
    'select gateway_customer_id as id from gateway_customers where customer_id = $1',
    [customerId],
  )
  const headers = { authorization: `Bearer ${keys.STRIPE_SECRET_KEY}` }
  const charges: Charge[] = []
  for (let more = known !== undefined; more;) {
    const query = new URLSearchParams({ customer: known!.id, limit: '100' })
    const last = charges.at(-1)
    if (last) query.set('starting_after', last.id)
    const answer = await fetch(`${stripe}/v1/charges?${query.toString()}`, { headers })
    const page = (await answer.json()) as { data: Charge[]; has_more: boolean }
    charges.push(...page.data)
    more = page.has_more
  }
  return charges
}

const RUNS: Record<string, string> = { active: 'running', suspended: 'stopped' }

/** Every machine with our tag belongs to a live service and every live service has one; the customer's runs unless suspended. */
async function judgeMachines(world: World, { serviceId }: Life): Promise<string[]> {
  const owned = await machinesByService(world)
  const rows = await world.inspector.rows<{ id: string; vmid: number; state: string }>(
    `select id, vm_id as vmid, state::text from services where state in ('active', 'suspended')`,
  )
  const violations: string[] = []
  for (const { id, vmid, state } of rows) {
    const machines = owned.get(id) ?? []
    owned.delete(id)
    if (machines.length !== 1 || machines[0]!.vmid !== vmid)
      violations.push(
        `service ${id} (${vmid}) has the machines ${machines.map((each) => each.vmid).join(', ') || 'none'}`,
      )
    else if (id === serviceId && machines[0]!.status !== RUNS[state])
      violations.push(`machine ${vmid} of the service that is ${state} is ${machines[0]!.status}`)
  }
  for (const [id, machines] of owned)
    violations.push(
      `machines ${machines.map((each) => each.vmid).join(', ')} belong to ${id}, which is no live service`,
    )
  return violations
}

async function machinesByService({ keys, proxmox }: World): Promise<Map<string, Machine[]>> {
  const headers = { authorization: `PVEAPIToken=${keys.PROXMOX_TOKEN_ID}=${keys.PROXMOX_TOKEN_SECRET}` }
  const answer = await fetch(`${proxmox}/api2/json/cluster/resources?type=vm`, { headers })
  const { data } = (await answer.json()) as { data: Machine[] }
  const owned = new Map<string, Machine[]>()
  for (const machine of data.filter((each) => !each.template)) {
    const config = await fetch(`${proxmox}/api2/json/nodes/${machine.node}/qemu/${machine.vmid}/config`, { headers })
    const { data: said } = (await config.json()) as { data: { tags?: string; description?: string } }
    const tag = /\bez-(svc_\w+)/.exec(`${said.tags ?? ''} ${said.description ?? ''}`)?.[1]
    if (tag !== undefined) owned.set(tag, [...(owned.get(tag) ?? []), machine])
  }
  return owned
}

/**
 * One mail for each event and template. A mail whose acceptance was not heard of is handed over again under the same
 * Message-ID, by which mailboxes drop the second: `copies` counts those.
 */
async function judgeMails(
  world: World,
  { email }: Life,
  before: MailsBefore,
  templates: readonly string[],
): Promise<{ violations: string[]; copies: number }> {
  const answer = await fetch(`${world.mail}/api/v1/search?limit=100&query=${encodeURIComponent(`to:${email}`)}`)
  const { messages } = (await answer.json()) as { messages: MailSummary[] }
  const rows = await world.inspector.rows<{ id: string; template: string; state: string; event: string }>(
    `select id, template, state::text, event_id as event from notifications where recipient = $1`,
    [email],
  )
  const violations: string[] = []
  const since = rows.filter(({ id }) => !before.has(id))
  const arrived = messages.filter((mail) => !before.has(idOf(mail)))
  for (const { id, template, state } of since)
    if (state !== 'sent' || !arrived.some((mail) => idOf(mail) === id))
      violations.push(`the mail ${template} is ${state} and ${arrived.length} mails arrived`)
  const known = new Set(since.map(({ id }) => id))
  for (const mail of arrived)
    if (!known.has(idOf(mail))) violations.push(`nobody asked for the mail "${mail.Subject}" (${mail.MessageID})`)
  const told = rows.map(({ event, template }) => `${event} ${template}`)
  if (new Set(told).size !== told.length) violations.push('one event was told twice by one template')
  for (const template of templates)
    if (!since.some((row) => row.template === template)) violations.push(`there is no mail ${template}`)
  return { violations, copies: arrived.length - new Set(arrived.map((mail) => mail.MessageID)).size }
}

const idOf = ({ MessageID }: MailSummary): string => MessageID.split('@')[0]!

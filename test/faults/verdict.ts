import pg from 'pg'
import type { Purchase } from './buyer.ts'
import type { World } from './world.ts'

type Charge = {
  amount: number
  currency: string
  status: string
  captured: boolean
  amount_refunded: number
  metadata: Record<string, string>
  payment_intent: string | null
}
type Machine = { vmid: number; node: string; type: string; template?: number; status: string; tags?: string }
type MailSummary = { MessageID: string; Subject: string }

/** What is not as promised after a purchase has come to rest, in sentences; none when everything is. */
export async function judge(world: World, purchase: Purchase): Promise<{ violations: string[]; copies: number }> {
  const client = new pg.Client(world.databaseUrl)
  await client.connect()
  try {
    const mails = await judgeMails(world, client, purchase)
    return {
      violations: [
        ...purchase.contradictions,
        ...(await judgeMoney(world, client, purchase)),
        ...(await judgeMachines(world, client, purchase)),
        ...(await judgeRecords(client, purchase)),
        ...mails.violations,
      ],
      copies: mails.copies,
    }
  } finally {
    await client.end()
  }
}

/** Exactly one charge that succeeded, for the invoice's total, and the ledger says the same. */
async function judgeMoney(world: World, client: pg.Client, { invoiceId, totalMinor }: Purchase): Promise<string[]> {
  const headers = { authorization: `Bearer ${world.keys.STRIPE_SECRET_KEY}` }
  const answer = await fetch(`${world.stripe}/v1/charges?limit=100`, { headers })
  const { data } = (await answer.json()) as { data: Charge[] }
  const charges = data.filter((each) => Object.values(each.metadata).includes(invoiceId) && each.status === 'succeeded')
  const { rows } = await client.query<{ minor: string; payments: number }>(
    `select coalesce(sum(e.amount_minor), 0)::text as minor, count(*)::int as payments from payments p
     join ledger_transactions t on t.reference = p.id join ledger_entries e on e.transaction_id = t.id and e.account = 'clearing'
     where p.invoice_id = $1`,
    [invoiceId],
  )
  const violations: string[] = []
  if (charges.length !== 1) violations.push(`the card was charged ${charges.length} times`)
  const taken = charges.reduce((sum, each) => sum + each.amount - each.amount_refunded, 0)
  if (taken !== totalMinor) violations.push(`${taken} was taken for an invoice over ${totalMinor}`)
  if (rows[0]?.minor !== String(taken) || rows[0].payments !== 1)
    violations.push(`the ledger holds ${rows[0]?.minor} of ${rows[0]?.payments} payments, Stripe ${taken}`)
  return violations
}

/** Every machine with our tag belongs to a live service and every live service has one; the new one runs. */
async function judgeMachines(world: World, client: pg.Client, { serviceId }: Purchase): Promise<string[]> {
  const headers = {
    authorization: `PVEAPIToken=${world.keys.PROXMOX_TOKEN_ID}=${world.keys.PROXMOX_TOKEN_SECRET}`,
  }
  const answer = await fetch(`${world.proxmox}/api2/json/cluster/resources?type=vm`, { headers })
  const { data } = (await answer.json()) as { data: Machine[] }
  const owned = new Map<string, Machine[]>()
  for (const machine of data.filter((each) => !each.template)) {
    const config = await fetch(`${world.proxmox}/api2/json/nodes/${machine.node}/qemu/${machine.vmid}/config`, {
      headers,
    })
    const { data: said } = (await config.json()) as { data: { tags?: string; description?: string } }
    const tag = /\bez-(svc_\w+)/.exec(`${said.tags ?? ''} ${said.description ?? ''}`)?.[1]
    if (tag !== undefined) owned.set(tag, [...(owned.get(tag) ?? []), machine])
  }
  const { rows } = await client.query<{ id: string; vmid: number }>(
    `select id, vm_id as vmid from services where state in ('active', 'suspended')`,
  )
  const violations: string[] = []
  for (const { id, vmid } of rows) {
    const machines = owned.get(id) ?? []
    owned.delete(id)
    if (machines.length !== 1 || machines[0]!.vmid !== vmid)
      violations.push(
        `service ${id} (${vmid}) has the machines ${machines.map((each) => each.vmid).join(', ') || 'none'}`,
      )
    else if (id === serviceId && machines[0]!.status !== 'running')
      violations.push(`machine ${vmid} is ${machines[0]!.status}`)
  }
  for (const [id, machines] of owned)
    violations.push(
      `machines ${machines.map((each) => each.vmid).join(', ')} belong to ${id}, which is no live service`,
    )
  return violations
}

/** What was acknowledged is there, once. */
async function judgeRecords(client: pg.Client, bought: Purchase): Promise<string[]> {
  const { rows } = await client.query<Record<string, string | number | boolean | null>>(
    `select c.city, u.email_verified_at is not null as verified,
      (select count(*)::int from users where email = $1) as users,
      (select count(*)::int from orders where customer_id = c.id) as orders,
      (select count(*)::int from invoices where customer_id = c.id) as invoices,
      (select count(*)::int from services where customer_id = c.id) as services,
      (select count(*)::int from subscriptions where customer_id = c.id) as subscriptions,
      (select state::text from orders where id = $2) as order_state,
      (select number from invoices where id = $3 and state = 'paid') as number,
      (select state::text from payments where id = $4) as payment,
      (select count(*)::int from invoices where number is not null and number = (select number from invoices where id = $3)) as numbered
    from customers c join members m on m.customer_id = c.id join users u on u.id = m.user_id where u.email = $1`,
    [bought.email, bought.orderId, bought.invoiceId, bought.paymentId],
  )
  const expected = {
    city: 'Berlin',
    verified: true,
    users: 1,
    orders: 1,
    invoices: 1,
    services: 1,
    subscriptions: 1,
    order_state: 'active',
    number: bought.invoiceNumber,
    payment: 'succeeded',
    numbered: 1,
  }
  const [row] = rows
  if (!row) return [`${bought.email} is not there, though registering was acknowledged`]
  return Object.entries(expected)
    .filter(([name, value]) => row[name] !== value)
    .map(([name, value]) => `${name} is ${String(row[name])}, not ${String(value)}`)
}

/**
 * One mail for each event and template. A mail whose acceptance was not heard of is handed over again under the same
 * Message-ID, by which mailboxes drop the second: `copies` counts those.
 */
async function judgeMails(
  world: World,
  client: pg.Client,
  { email }: Purchase,
): Promise<{ violations: string[]; copies: number }> {
  const answer = await fetch(`${world.mail}/api/v1/search?limit=100&query=${encodeURIComponent(`to:${email}`)}`)
  const { messages } = (await answer.json()) as { messages: MailSummary[] }
  const { rows } = await client.query<{ id: string; template: string; state: string; event: string }>(
    `select id, template, state::text, event_id as event from notifications where recipient = $1`,
    [email],
  )
  const violations: string[] = []
  for (const { id, template, state } of rows)
    if (state !== 'sent' || !messages.some((mail) => mail.MessageID.startsWith(`${id}@`)))
      violations.push(`the mail ${template} is ${state} and ${messages.length} mails arrived`)
  const known = new Set(rows.map(({ id }) => id))
  for (const { MessageID, Subject } of messages)
    if (!known.has(MessageID.split('@')[0]!)) violations.push(`nobody asked for the mail "${Subject}" (${MessageID})`)
  const told = rows.map(({ event, template }) => `${event} ${template}`)
  if (new Set(told).size !== told.length) violations.push('one event was told twice by one template')
  for (const template of ['verify-email', 'invoice-receipt', 'service-ready'])
    if (!rows.some((row) => row.template === template)) violations.push(`there is no mail ${template}`)
  return { violations, copies: messages.length - new Set(messages.map((mail) => mail.MessageID)).size }
}

import type pg from 'pg'

/** Renewals as a loop over objects: what a night costs when each agreement is loaded, decided and saved on its own. */
export async function renewOneByOne(floor: pg.Pool): Promise<void> {
  const client = await floor.connect()
  try {
    const due = await client.query<{ id: string }>(
      `select id from subscriptions where next_billing_on is not null and id like 'sub_bench_%' order by id`,
    )
    for (const { id } of due.rows) await renewOne(client, id)
  } finally {
    client.release()
  }
}

type Row = Record<string, string>

async function renewOne(client: pg.PoolClient, id: string): Promise<void> {
  const one = async (text: string, values: unknown[]): Promise<Row> =>
    (await client.query<Row>(text, values)).rows[0] ?? {}
  await client.query('begin')
  const agreement = await one('select * from subscriptions where id = $1 for update', [id])
  const customer = await one('select * from customers where id = $1', [agreement['customer_id']])
  const seller = await one('select * from legal_entities where id = $1', [agreement['legal_entity_id']])
  const rule = await one('select * from tax_rules where legal_entity_id = $1 order by valid_from desc limit 1', [
    seller['id'],
  ])
  const items = await client.query<Row>('select * from subscription_items where subscription_id = $1', [id])
  await one('select id from invoice_lines where subscription_id = $1 and period_start = $2', [
    id,
    agreement['billed_until'],
  ])
  const amount = items.rows.reduce((sum, item) => sum + Number(item['amount_minor']), 0)
  const rate = Number(rule['rate_basis_points'])
  const tax = Math.round((amount * rate) / (10_000 + rate))
  const invoiceId = `inv_loop_${id}`
  await client.query(
    `insert into invoices (id, customer_id, legal_entity_id, state, purpose, currency, subtotal_minor, tax_minor, total_minor, paid_minor, credited_minor,
      seller, buyer, locale, due_at, due_on, created_at, updated_at)
    values ($1, $2, $3, 'open', 'renewal', $4, $5, $6, $7, 0, 0, $8, $9, 'en', now(), current_date, now(), now())`,
    [
      invoiceId,
      customer['id'],
      seller['id'],
      agreement['currency'],
      amount - tax,
      tax,
      amount,
      JSON.stringify(seller),
      JSON.stringify(customer),
    ],
  )
  for (const [position, item] of items.rows.entries())
    await client.query(
      `insert into invoice_lines (id, invoice_id, position, kind, description, quantity, unit_minor, amount_minor, tax_basis_points, tax_minor, subscription_id,
        period_start, period_end, discount_minor, cause, released)
      values ($1, $2, $3, 'plan', $4, $5, $6, $7, $8, $9, $10, $11, $11::date + 30, 0, 'renewal', false)`,
      [
        `inl_loop_${id}_${position}`,
        invoiceId,
        position,
        item['description'],
        item['quantity'],
        item['unit_minor'],
        amount - tax,
        rate,
        tax,
        id,
        agreement['billed_until'],
      ],
    )
  await client.query('update invoices set updated_at = now() where id = $1', [invoiceId])
  await client.query(
    'update subscriptions set periods = periods + 1, billed_until = billed_until + 30, next_billing_on = null where id = $1',
    [id],
  )
  for (const name of ['invoice.open', 'subscription.renewed'])
    await client.query(
      `insert into events (id, name, subject_id, customer_id, actor_kind, actor_id, created_at) values ($1, $2, $3, $4, 'system', 'loop', now())`,
      [`evt_loop_${name}_${id}`, name, id, customer['id']],
    )
  await one('select email, locale from customers where id = $1', [customer['id']])
  await client.query(`insert into queue.job (name, data) values ('notifications', $1)`, [JSON.stringify({ invoiceId })])
  await client.query(`insert into queue.job (name, data) values ('billing', $1)`, [JSON.stringify({ invoiceId })])
  await client.query('commit')
}

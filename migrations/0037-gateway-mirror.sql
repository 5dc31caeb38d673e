-- How far we have come with what the gateway lists: its events, and the objects of each type.
create table gateway_cursors (
  name          text primary key,
  -- Everything that was made before this has been seen.
  seen_until    timestamptz,
  -- The last object of the last page that was stored.
  after_id      text,
  -- When the end was reached for the first time.
  completed_at  timestamptz,
  updated_at    timestamptz not null
);
alter table gateway_cursors enable row level security;

-- When the gateway says it happened.
alter table gateway_events add column created_at timestamptz;

-- How fast we may call a vendor, for all processes together. Lost with the server's memory and made anew: nothing depends on it.
create unlogged table call_paces (
  key            text primary key,
  -- When all calls that were let through have been paid for in time.
  free_at        timestamptz not null,
  -- When the next call that nobody waits for may leave.
  background_at  timestamptz not null,
  -- Until when the vendor asked to be left alone.
  paused_until   timestamptz not null default '-infinity'
);
-- Not of anybody, as rate_limits.

-- What a message of the gateway carries, until it is worked and the mirror has it.
alter table gateway_events add column object jsonb;

-- The gateway's objects as they are there, for joins. What people join on is drawn out of them.
create schema stripe;

-- The id of what a field refers to, which may be expanded.
create function stripe.reference(field jsonb) returns text language sql immutable parallel safe as $$
  select case jsonb_typeof(field) when 'string' then field #>> '{}' when 'object' then field ->> 'id' end
$$;

do $$
declare
  its_table text;
  extra record;
begin
  foreach its_table in array array['customers', 'products', 'prices', 'payment_methods', 'payment_intents', 'charges', 'refunds', 'disputes',
    'checkout_sessions', 'setup_intents', 'subscriptions', 'subscription_items', 'invoices', 'invoice_line_items', 'balance_transactions',
    'events'] loop
    execute format('create table stripe.%I (
      id         text primary key,
      data       jsonb not null,
      created    timestamptz generated always as (to_timestamp((data->>''created'')::float8)) stored,
      livemode   boolean generated always as ((data->>''livemode'')::boolean) stored,
      deleted    boolean not null generated always as (coalesce((data->>''deleted'')::boolean, false)) stored,
      -- As of when this is how it is: when it was asked for, or when the event that brought it happened.
      synced_at  timestamptz not null)', its_table);
  end loop;
  for extra in
    select t.name as table_name, c.name as column_name, c.type, c.expression
    from (values
      ('payment_methods', '{customer}', '{}', '{type}'),
      ('prices', '{product}', '{unit_amount}', '{currency}'),
      ('payment_intents', '{customer,payment_method,latest_charge}', '{amount,amount_received}', '{status,currency}'),
      ('charges', '{customer,payment_intent,payment_method,balance_transaction}', '{amount,amount_captured,amount_refunded}', '{status,currency}'),
      ('refunds', '{payment_intent,charge,balance_transaction}', '{amount}', '{status,currency}'),
      ('disputes', '{payment_intent,charge}', '{amount}', '{status,currency,reason}'),
      ('checkout_sessions', '{customer,payment_intent,setup_intent,subscription,invoice}', '{amount_total}', '{status,payment_status,mode,currency}'),
      ('setup_intents', '{customer,payment_method}', '{}', '{status}'),
      ('subscriptions', '{customer,latest_invoice}', '{}', '{status,currency}'),
      ('subscription_items', '{price}', '{quantity}', '{subscription}'),
      ('invoices', '{customer}', '{total,amount_due,amount_paid}', '{status,currency,number}'),
      ('invoice_line_items', '{}', '{amount,quantity}', '{invoice,currency}'),
      ('balance_transactions', '{source}', '{amount,fee,net}', '{status,currency,type,reporting_category}'),
      ('events', '{}', '{}', '{type}')) as t (name, refs, numbers, texts)
    cross join lateral (
      select name, 'text' as type, format('stripe.reference(data->%L)', name) as expression from unnest(t.refs::text[]) as r (name)
      union all select name, 'bigint', format('(data->>%L)::bigint', name) from unnest(t.numbers::text[]) as n (name)
      union all select name, 'text', format('data->>%L', name) from unnest(t.texts::text[]) as x (name)) c
    union all values
      ('invoices', 'subscription', 'text', 'stripe.reference(data#>''{parent,subscription_details,subscription}'')'),
      ('invoice_line_items', 'subscription', 'text', 'stripe.reference(data#>''{parent,subscription_item_details,subscription}'')'),
      ('invoice_line_items', 'price', 'text', 'stripe.reference(data#>''{pricing,price_details,price}'')'),
      ('events', 'object_id', 'text', 'data#>>''{data,object,id}''')
  loop
    execute format('alter table stripe.%I add column %I %s generated always as (%s) stored', extra.table_name, extra.column_name, extra.type,
      extra.expression);
    if extra.column_name in ('customer', 'payment_intent', 'charge', 'subscription', 'invoice', 'source', 'object_id') then
      execute format('create index on stripe.%I (%I)', extra.table_name, extra.column_name);
    end if;
  end loop;
end $$;

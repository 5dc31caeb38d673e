-- B3: one call writes the rows that placing an order writes, into the same tables under the same constraints.
create function floor.checkout(n text, customer text, entity text, plan text, region text) returns void language plpgsql as $$
declare
  now_ timestamptz := clock_timestamp();
  seller constant jsonb := '{"name":"EZ Hosting GmbH","company":null,"address":"Musterstrasse 12\n10115 Berlin","country":"DE","vatId":"DE123456789","email":"billing@example.com"}';
  buyer constant jsonb := '{"name":"Customer 123","company":null,"address":"Street 1\n10115 Berlin","country":"DE","vatId":null,"email":"bench-123@example.com"}';
  agreed constant jsonb := '[{"kind":"plan","code":null,"choice":null,"description":"VPS Starter · bench · 1 month","quantity":1,"unitMinor":"900"}]';
  configuration constant jsonb := '{"plan":"vps-starter","period":"month","region":"fsn1","image":"debian-13","hostname":"bench","sshKey":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH bench","options":[]}';
begin
  perform 1 from public.customers where id = customer for update;
  insert into public.invoices (id, customer_id, legal_entity_id, state, purpose, currency, subtotal_minor, tax_minor, total_minor, paid_minor,
    credited_minor, seller, buyer, locale, due_at, due_on, created_at, updated_at)
  values ('inv_' || n, customer, entity, 'open', 'order', 'EUR', 756, 144, 900, 0, 0, seller, buyer, 'en', now_, current_date, now_, now_);
  insert into public.invoice_lines (id, invoice_id, position, kind, description, quantity, unit_minor, amount_minor, tax_basis_points, tax_minor,
    discount_minor, cause, released, priced_minor)
  values ('inl_' || n, 'inv_' || n, 0, 'plan', 'VPS Starter · bench · 1 month', 1, 756, 756, 1900, 144, 0, 'order', false, 900);
  insert into public.invoice_taxes (invoice_id, position, name, category, rate_basis_points, compound, base_minor, tax_minor)
  values ('inv_' || n, 0, 'VAT', 'S', 1900, false, 756, 144);
  insert into public.orders (id, customer_id, invoice_id, state, currency, total_minor, idempotency_key, expires_at, created_at, updated_at)
  values ('ord_' || n, customer, 'inv_' || n, 'pending', 'EUR', 900, n, now_, now_, now_);
  insert into public.order_items (id, order_id, position, plan_id, configuration, description, amount_minor, agreed)
  values ('ori_' || n, 'ord_' || n, 0, plan, configuration, 'VPS Starter', 900, agreed);
  insert into public.stock_holdings (order_item_id, customer_id, plan_id, region_id, held_at)
  values ('ori_' || n, customer, plan, region, now_);
  insert into public.events (id, name, subject_id, customer_id, actor_kind, actor_id, after, created_at)
  values ('evt_1' || n, 'invoice.open', 'inv_' || n, customer, 'user', 'usr', '{"totalMinor":900,"currency":"EUR"}', now_),
         ('evt_2' || n, 'order.pending', 'ord_' || n, customer, 'user', 'usr', jsonb_build_object('totalMinor', 900, 'currency', 'EUR', 'invoiceId', 'inv_' || n), now_);
  insert into queue.job (name, data) values ('notifications', jsonb_build_object('queue', 'notifications', 'job', 'notifications.notify-of-event', 'payload',
    jsonb_build_object('eventId', 'evt_2' || n, 'name', 'order.pending', 'subjectId', 'ord_' || n, 'customerId', customer), 'requestId', null, 'by', 'usr'));
end $$;

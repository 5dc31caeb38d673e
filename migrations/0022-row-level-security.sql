-- The second wall: what acts for a customer takes this role, and then sees that customer's rows alone, whatever its query
-- says. The owner of the tables is not bound, so that staff, jobs and reports cost nothing more.
do $$
begin
  begin
    create role ez_customer nologin;
  exception
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then
      raise exception 'The role ez_customer is missing. As a superuser, once: create role ez_customer nologin; grant ez_customer to %;', current_user;
  end;
  if not pg_has_role(current_user, 'ez_customer', 'set') then
    execute format('grant ez_customer to %I', current_user);
  end if;
end $$;

grant usage on schema public to ez_customer;
grant select, insert, update, delete on all tables in schema public to ez_customer;
grant usage on all sequences in schema public to ez_customer;
alter default privileges in schema public grant select, insert, update, delete on tables to ez_customer;
alter default privileges in schema public grant usage on sequences to ez_customer;

create function acting_customer() returns text language sql stable parallel safe as $$
  select current_setting('ez.customer', true)
$$;

-- Rows that name their customer.
do $$
declare
  its_table text;
begin
  foreach its_table in array array['subscriptions', 'invoices', 'payments', 'gateway_customers', 'payment_methods',
    'ledger_transactions', 'entitlements', 'services', 'orders', 'notifications', 'procedures', 'invitations', 'impersonations'] loop
    execute format('alter table %I enable row level security', its_table);
    execute format('create policy own_rows on %I to ez_customer using (customer_id = acting_customer())', its_table);
  end loop;
end $$;

alter table customers enable row level security;
create policy own_rows on customers to ez_customer using (id = acting_customer());

-- A cart of nobody becomes theirs.
alter table carts enable row level security;
create policy own_rows on carts to ez_customer using (customer_id is null or customer_id = acting_customer());

-- Facts may be written about anybody, such as whoever invited them, and read about oneself.
alter table events enable row level security;
create policy own_rows on events for select to ez_customer using (customer_id = acting_customer());
create policy any_fact on events for insert to ez_customer with check (true);

-- What colleagues ask of each other concerns no customer's eyes.
alter table approvals enable row level security;

-- Rows that belong to one that names its customer, which may be made in the same statement.
alter table invoice_lines enable row level security;
create policy own_rows on invoice_lines to ez_customer using (exists (select from invoices i where i.id = invoice_id)) with check (true);
alter table ledger_entries enable row level security;
create policy own_rows on ledger_entries to ez_customer using (exists (select from ledger_transactions t where t.id = transaction_id)) with check (true);
alter table service_suspensions enable row level security;
create policy own_rows on service_suspensions to ez_customer using (exists (select from services s where s.id = service_id)) with check (true);
alter table addresses enable row level security;
create policy own_rows on addresses to ez_customer using (exists (select from services s where s.id = service_id)) with check (true);
alter table vm_ids enable row level security;
create policy own_rows on vm_ids to ez_customer using (exists (select from services s where s.id = service_id)) with check (true);
alter table order_items enable row level security;
create policy own_rows on order_items to ez_customer using (exists (select from orders o where o.id = order_id)) with check (true);
alter table cart_items enable row level security;
create policy own_rows on cart_items to ez_customer using (exists (select from carts c where c.id = cart_id)) with check (true);
alter table procedure_steps enable row level security;
create policy own_rows on procedure_steps to ez_customer using (exists (select from procedures p where p.id = procedure_id)) with check (true);
alter table procedure_log enable row level security;
create policy own_rows on procedure_log to ez_customer using (exists (select from procedures p where p.id = procedure_id)) with check (true);

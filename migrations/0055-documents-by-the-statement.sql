-- A night writes hundreds of thousands of documents, and a foreign key looks at every row by itself: two fifths of what the night
-- cost. Whether the document of a line or a tax is there is seen by the look that is taken at it anyway, once for all rows of a
-- statement, and so is its seller. What is pointed at never goes and never changes its name. See docs/decisions/0015.
create or replace function refuse_additions_to_numbered() returns trigger language plpgsql security definer
  set search_path = public, pg_temp set enable_seqscan = off as $$
declare
  its_invoice text;
  is_there boolean;
begin
  select a.invoice_id, i.id is not null into its_invoice, is_there
  from added a left join invoices i on i.id = a.invoice_id where i.id is null or i.number is not null limit 1;
  if is_there then
    raise exception 'invoice % is numbered, its % cannot change', its_invoice, replace(tg_table_name, 'invoice_', '')
      using errcode = 'restrict_violation';
  elsif is_there is not null then
    raise exception 'there is no invoice %', its_invoice using errcode = 'foreign_key_violation', table = tg_table_name;
  end if;
  return null;
end $$;

create function refuse_unknown_seller() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  its_seller text;
begin
  select a.legal_entity_id into its_seller from (select distinct legal_entity_id from added) a
  where not exists (select from legal_entities e where e.id = a.legal_entity_id) limit 1;
  if found then
    raise exception 'there is no legal entity %', its_seller using errcode = 'foreign_key_violation', table = tg_table_name;
  end if;
  return null;
end $$;
create trigger invoices_of_a_seller after insert on invoices referencing new table as added
  for each statement execute function refuse_unknown_seller();

create function refuse_going() returns trigger language plpgsql as $$
begin
  raise exception '% % stays as it is named', tg_table_name, old.id using errcode = 'restrict_violation';
end $$;
create trigger invoices_stay before delete on invoices for each row execute function refuse_going();
create trigger invoices_keep_their_names before update of id, legal_entity_id on invoices for each row
  when ((old.id, old.legal_entity_id) is distinct from (new.id, new.legal_entity_id)) execute function refuse_going();
create trigger legal_entities_stay before delete on legal_entities for each row execute function refuse_going();
create trigger legal_entities_keep_their_names before update of id on legal_entities for each row
  when (old.id is distinct from new.id) execute function refuse_going();

create function refuse_moving() returns trigger language plpgsql as $$
begin
  raise exception 'what is of invoice % stays with it', old.invoice_id using errcode = 'restrict_violation';
end $$;
create trigger invoice_lines_stay before update of invoice_id on invoice_lines for each row
  when (old.invoice_id is distinct from new.invoice_id) execute function refuse_moving();
create trigger invoice_taxes_stay before update of invoice_id on invoice_taxes for each row
  when (old.invoice_id is distinct from new.invoice_id) execute function refuse_moving();

alter table invoice_lines drop constraint invoice_lines_invoice_id_fkey;
alter table invoice_taxes drop constraint invoice_taxes_invoice_id_fkey;
alter table invoices drop constraint invoices_legal_entity_id_fkey;

-- Only what the gateway bills has a name there.
alter table subscriptions drop constraint subscriptions_one_per_gateway_subscription;
create unique index subscriptions_one_per_gateway_subscription on subscriptions (gateway_subscription_id)
  where gateway_subscription_id is not null;

create type tax_category as enum ('S', 'Z', 'E', 'AE', 'O');
create type vat_outcome as enum ('valid', 'invalid', 'unknown');

-- The state or province, as the second half of ISO 3166-2: CA, QC, 13.
alter table customers add column region text check (region ~ '^[A-Z0-9]{1,3}$');

-- Category is EN 16931's code of the tax: S standard, Z zero-rated, E exempt, AE reverse charge, O out of scope. A rule of the
-- second level is charged beside the first, on the net amount, or on net plus first where it is compound.
alter table tax_rules
  add column region text check (region ~ '^[A-Z0-9]{1,3}$'),
  add column level int not null default 1 check (level in (1, 2)),
  add column compound boolean not null default false,
  add column category tax_category not null default 'S',
  add constraint tax_rules_region_has_country check (region is null or country is not null),
  add constraint tax_rules_compound_is_second check (level = 2 or not compound),
  add constraint tax_rules_only_standard_charges check (category = 'S' or rate_basis_points = 0),
  add constraint tax_rules_end_after_start check (valid_to > valid_from);
-- Whoever writes a rule says what it is; only those that were there stand for the standard one.
alter table tax_rules alter column level drop default, alter column compound drop default, alter column category drop default;
drop index tax_rules_one_start;
create unique index tax_rules_one_start on tax_rules (legal_entity_id, coalesce(country, ''), coalesce(region, ''), level, valid_from);

-- The taxes of a document as they were charged, frozen with it. Documents from before have none; their lines tell.
create table invoice_taxes (
  invoice_id         text not null references invoices,
  position           int not null check (position in (0, 1)),
  name               text not null,
  category           tax_category not null,
  rate_basis_points  int not null check (rate_basis_points between 0 and 10000),
  compound           boolean not null,
  -- What it is charged on: net, or net plus the tax before it.
  base_minor         bigint not null,
  tax_minor          bigint not null,
  -- What the law wants the document to say, in its language.
  note               text,
  primary key (invoice_id, position),
  check (category = 'S' or tax_minor = 0)
);

create function refuse_change_of_numbered_tax() returns trigger language plpgsql as $$
begin
  if exists (select from invoices i where i.number is not null and i.id in (old.invoice_id, new.invoice_id)) then
    raise exception 'invoice % is numbered, its taxes cannot change', coalesce(old.invoice_id, new.invoice_id) using errcode = 'restrict_violation';
  end if;
  return coalesce(new, old);
end $$;
create trigger invoice_taxes_numbered_are_final before update or delete on invoice_taxes
  for each row execute function refuse_change_of_numbered_tax();
create trigger invoice_taxes_not_added after insert on invoice_taxes referencing new table as added
  for each statement execute function refuse_additions_to_numbered();

-- As before for a document without rows of taxes, so that what was numbered stays proven.
create or replace function invoice_content_hash(invoice text, its_series text, its_sequence int, its_issued_at timestamptz) returns text
language sql stable as $$
  select encode(sha256(convert_to((jsonb_build_array(i.id, its_series, its_sequence, extract(epoch from its_issued_at), i.customer_id, i.currency,
    i.subtotal_minor, i.tax_minor, i.total_minor, i.seller, i.buyer,
    (select jsonb_agg(jsonb_build_array(l.position, l.kind, l.description, l.quantity, l.unit_minor, l.amount_minor, l.tax_basis_points,
      l.tax_minor, l.period_start, l.period_end) order by l.position) from invoice_lines l where l.invoice_id = i.id))
    || coalesce((select jsonb_build_array(jsonb_agg(jsonb_build_array(t.position, t.name, t.category, t.rate_basis_points, t.compound, t.base_minor,
      t.tax_minor, t.note) order by t.position)) from invoice_taxes t where t.invoice_id = i.id having count(*) > 0), '[]'::jsonb))::text, 'UTF8')), 'hex')
  from invoices i where i.id = invoice
$$;

-- How a customer is taxed beyond where they are: how far the proof of their VAT number is, and what staff decided.
create table tax_profiles (
  customer_id            text primary key references customers,
  -- The number that was or will be asked about; a proof counts only while it is the customer's.
  vat_number             text,
  outcome                vat_outcome,
  checked_at             timestamptz,
  confirmed_at           timestamptz,
  -- The first question of those that have had no answer since.
  asked_since            timestamptz,
  attempts               int not null check (attempts >= 0),
  check_due_at           timestamptz,
  -- Null is unset; 0 is a value.
  override_basis_points  int check (override_basis_points between 0 and 10000),
  override_reason        text,
  updated_at             timestamptz not null,
  check ((override_basis_points is null) = (override_reason is null)),
  check (confirmed_at is null or vat_number is not null),
  check (check_due_at is null or vat_number is not null)
);
create index tax_profiles_due on tax_profiles (check_due_at) where check_due_at is not null;

-- Every answer of the registry, kept as proof.
create table vat_checks (
  id                  text primary key check (id like 'vck_%'),
  customer_id         text not null references customers,
  number              text not null,
  outcome             vat_outcome not null,
  -- The consultation number.
  request_identifier  text,
  request_date        timestamptz,
  name                text,
  address             text,
  error_code          text,
  checked_at          timestamptz not null,
  check ((outcome = 'unknown') = (error_code is not null))
);
create index vat_checks_by_customer on vat_checks (customer_id, id);
create trigger vat_checks_final before update or delete on vat_checks for each row execute function refuse_change();

alter table invoice_taxes enable row level security;
create policy own_rows on invoice_taxes to ez_customer using (exists (select from invoices i where i.id = invoice_id)) with check (true);
alter table tax_profiles enable row level security;
create policy own_rows on tax_profiles for select to ez_customer using (customer_id = acting_customer());
alter table vat_checks enable row level security;
create policy own_rows on vat_checks for select to ez_customer using (customer_id = acting_customer());

-- Numbers on file are asked about as if they were entered now.
update customers set vat_id = nullif(upper(regexp_replace(vat_id, '[^0-9A-Za-z+*]', '', 'g')), '') where vat_id is not null;
insert into tax_profiles (customer_id, vat_number, asked_since, attempts, check_due_at, updated_at)
select id, vat_id, now(), 0, now(), now() from customers
where closed_at is null and vat_id ~ '^[A-Z]{2}' and country in ('AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE',
  'IT', 'LT', 'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK') and left(vat_id, 2) = replace(country, 'GR', 'EL');

update staff_roles set permissions = permissions || '{tax.manage}' where id = 'billing';

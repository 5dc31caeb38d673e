-- What a seller sets about numbers. {PREFIX} is the seller's own, {YYYY} or {YY} the year in its time zone, {NNNNNN} the number with
-- at least so many digits, at the end.
create function is_number_format(format text) returns boolean language sql immutable parallel safe as $$
  select format ~ '^([A-Za-z0-9/_.-]|\{PREFIX\})*\{(YYYY|YY)\}([A-Za-z0-9/_.-]|\{PREFIX\})*\{N{1,9}\}$' and format ~ '[-/_.]\{N+\}$'
$$;

-- The series of a year: all that stands before the number, without what sets it apart. Two formats that differ only behind it go on
-- with the same numbers.
create function number_series(format text, prefix text, year int) returns text language sql immutable parallel safe as $$
  select rtrim(replace(replace(replace(regexp_replace(format, '\{N+\}$', ''), '{PREFIX}', prefix), '{YYYY}', year::text),
    '{YY}', right(year::text, 2)), '-/_.')
$$;

create function number_in_series(format text, prefix text, year int, sequence bigint) returns text language sql immutable parallel safe as $$
  select replace(replace(replace(regexp_replace(format, '\{N+\}$', ''), '{PREFIX}', prefix), '{YYYY}', year::text),
    '{YY}', right(year::text, 2))
    || lpad(sequence::text, greatest(length(substring(format from '\{(N+)\}$')), length(sequence::text)), '0')
$$;

alter table legal_entities
  add column invoice_format text not null default '{PREFIX}-{YYYY}-{NNNNNN}' check (is_number_format(invoice_format)),
  add column credit_note_format text not null default '{PREFIX}-CN-{YYYY}-{NNNNNN}' check (is_number_format(credit_note_format)),
  -- Orders and renewals made since then are numbered when they are issued; empty while all are numbered when they are paid.
  add column numbered_at_issue_since timestamptz,
  -- What invoices say at their foot, per language.
  add column invoice_footer jsonb not null default '{"en": "", "de": ""}',
  add constraint legal_entities_series_apart
    check (number_series(invoice_format, series_prefix, 2000) <> number_series(credit_note_format, series_prefix, 2000));
alter table legal_entities alter column invoice_format drop default, alter column credit_note_format drop default,
  alter column invoice_footer drop default;

-- What is issued and waits for its number, for sellers who number at issue.
create index invoices_open_to_number on invoices (legal_entity_id, created_at, id)
  where state = 'open' and number is null and purpose in ('order', 'renewal', 'manual');

-- A series may begin at a number that follows on from another system's, as long as none of it is given.
alter table invoice_series add column first_sequence int not null default 1 check (first_sequence > 0);
alter table invoice_series add constraint invoice_series_runs_forward check (next_sequence >= first_sequence);
create function refuse_gap_in_series() returns trigger language plpgsql as $$
begin
  if old.next_sequence > old.first_sequence and (new.first_sequence <> old.first_sequence or new.next_sequence < old.next_sequence) then
    raise exception 'series % has begun, its numbers only go on', old.series using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger invoice_series_without_gap before update on invoice_series for each row execute function refuse_gap_in_series();

-- The seller as documents say it. A document takes it as it is on the day of its number.
create function seller_party(e legal_entities) returns jsonb language sql stable parallel safe as $$
  select jsonb_build_object('name', e.name, 'company', null, 'address', e.address, 'country', e.country, 'vatId', e.vat_id, 'email', e.email)
    || case when e.invoice_footer = '{"en": "", "de": ""}' then '{}'::jsonb else jsonb_build_object('footer', e.invoice_footer) end
$$;

-- What staff decided about a currency. One that nobody decided about is sold as its prices say.
create table currencies (
  code        text primary key check (code ~ '^[A-Z]{3}$'),
  sold        boolean not null,
  updated_at  timestamptz not null
);
create trigger currencies_bump_offer after insert or update or delete on currencies for each statement execute function bump_offer_version();

-- What visitors and new customers of a country are shown before they choose.
create table country_currencies (
  country   text primary key check (country ~ '^[A-Z]{2}$'),
  currency  text not null references currencies
);
create trigger country_currencies_bump_offer after insert or update or delete on country_currencies
  for each statement execute function bump_offer_version();

-- The history of the settings of a seller, and the mails that were sent, are lists of their own.
create index notifications_by_template on notifications (template, id);
create index notifications_by_recipient on notifications (lower(recipient), id);

update staff_roles set permissions = permissions || '{settings.manage,notification.send}' where id = 'billing';

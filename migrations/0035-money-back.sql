-- Money back: where it goes, what it corrects, and what becomes of the service.
create type refund_destination as enum ('gateway', 'credit', 'by_hand');
create type refund_service as enum ('keep', 'suspend', 'terminate');
alter table refunds
  add column destination refund_destination not null default 'gateway',
  add column service refund_service not null default 'keep',
  -- Staff's own word for a transfer made by hand.
  add column reference text,
  -- The form it was asked on: sent twice, it is made once.
  add column request_key text unique,
  -- Set and committed before the gateway is asked; from then on the refund is only looked for, never sent again.
  add column sent_at timestamptz,
  -- What of it is taken from the customer's credit, and what nothing of ours explains; the rest corrects documents.
  add column credit_minor bigint not null default 0 check (credit_minor >= 0),
  add column goodwill_minor bigint not null default 0 check (goodwill_minor >= 0),
  add check (credit_minor + goodwill_minor <= amount_minor),
  add check (destination <> 'credit' or credit_minor + goodwill_minor = 0);
alter table refunds alter column destination drop default, alter column service drop default,
  alter column credit_minor drop default, alter column goodwill_minor drop default;
create index refunds_by_state on refunds (state, id);
create index refunds_to_check on refunds (updated_at) where state = 'pending';

-- Which documents a refund corrects; the credit note is made once the money is on its way.
create table refund_documents (
  refund_id       text not null references refunds,
  invoice_id      text not null references invoices,
  amount_minor    bigint not null check (amount_minor > 0),
  credit_note_id  text references credit_notes,
  primary key (refund_id, invoice_id)
);
create index refund_documents_by_invoice on refund_documents (invoice_id);
alter table refund_documents enable row level security;
create policy own_rows on refund_documents to ez_customer using (exists (select from refunds r where r.id = refund_id)) with check (true);

alter type credit_source add value 'credit_note';
alter table credit_uses add column refund_id text references refunds;
create index credit_uses_by_refund on credit_uses (refund_id) where refund_id is not null;

-- A line is corrected once per credit note, and asked for when the next correction is made.
create index credit_note_lines_by_line on credit_note_lines (invoice_line_id) where invoice_line_id is not null;

-- The product's policy for contested charges; unset, staff are told and nothing stops.
alter table legal_entities add column dispute_suspends boolean not null default false;
alter table legal_entities alter column dispute_suspends drop default;
-- How often the books moved for a dispute: each movement is posted once.
alter table disputes add column postings int not null default 0 check (postings >= 0);
alter table disputes alter column postings drop default;
create index disputes_evidence_due on disputes (evidence_due_at) where state in ('warning', 'open');

-- Staff list every payment, the newest first.
create index payments_by_state on payments (state, id);

-- A numbered credit note never changes.
create function refuse_change_of_numbered_credit_note() returns trigger language plpgsql as $$
begin
  if old.number is not null then
    raise exception 'credit note % is numbered and cannot change', old.id using errcode = 'restrict_violation';
  end if;
  return coalesce(new, old);
end $$;
create trigger credit_notes_numbered_are_final before update or delete on credit_notes
  for each row execute function refuse_change_of_numbered_credit_note();

create function refuse_change_of_numbered_credit_note_line() returns trigger language plpgsql as $$
begin
  if exists (select from credit_notes c where c.number is not null and c.id in (old.credit_note_id, new.credit_note_id)) then
    raise exception 'credit note % is numbered, its lines cannot change', coalesce(old.credit_note_id, new.credit_note_id) using errcode = 'restrict_violation';
  end if;
  return coalesce(new, old);
end $$;
create trigger credit_note_lines_numbered_are_final before insert or update or delete on credit_note_lines
  for each row execute function refuse_change_of_numbered_credit_note_line();

-- What a numbered credit note says, in one figure.
create function credit_note_content_hash(note text, its_series text, its_sequence int, its_issued_at timestamptz) returns text
language sql stable as $$
  select encode(sha256(convert_to(jsonb_build_array(c.id, its_series, its_sequence, extract(epoch from its_issued_at), c.customer_id, c.invoice_id,
    c.currency, c.subtotal_minor, c.tax_minor, c.total_minor, c.reason, c.seller, c.buyer,
    (select jsonb_agg(jsonb_build_array(l.position, l.invoice_line_id, l.description, l.amount_minor, l.tax_basis_points, l.tax_minor)
      order by l.position) from credit_note_lines l where l.credit_note_id = c.id))::text, 'UTF8')), 'hex')
  from credit_notes c where c.id = note
$$;

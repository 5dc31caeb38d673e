-- What a line came to as it was priced, after its discounts: with the tax in it where prices include tax. Empty on lines from
-- before this was kept. With it, whoever asks why they were charged can do every sum again, whatever the seller's settings become.
alter table invoice_lines add column priced_minor bigint;
create or replace function refuse_change_of_numbered_line() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.id, new.invoice_id, new.position, new.kind, new.description, new.quantity, new.unit_minor, new.amount_minor,
      new.tax_basis_points, new.tax_minor, new.period_start, new.period_end, new.priced_minor)
      is not distinct from (old.id, old.invoice_id, old.position, old.kind, old.description, old.quantity, old.unit_minor, old.amount_minor,
      old.tax_basis_points, old.tax_minor, old.period_start, old.period_end, old.priced_minor) then
    return new;
  end if;
  if exists (select from invoices i where i.number is not null and i.id in (old.invoice_id, new.invoice_id)) then
    raise exception 'invoice % is numbered, its lines cannot change', coalesce(old.invoice_id, new.invoice_id) using errcode = 'restrict_violation';
  end if;
  return coalesce(new, old);
end $$;

-- Bank transfers: how long an order waits for one, and when the buyer said that they will send one.
alter table legal_entities add column bank_transfer_days int not null default 14 check (bank_transfer_days between 1 and 60);
alter table legal_entities alter column bank_transfer_days drop default;
alter table invoices add column transfer_chosen_at timestamptz;

-- What a numbered document charges for never changes either. Fulfilment may still say later which subscription a line belongs to.
create function refuse_change_of_numbered_line() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.id, new.invoice_id, new.position, new.kind, new.description, new.quantity, new.unit_minor, new.amount_minor,
      new.tax_basis_points, new.tax_minor, new.period_start, new.period_end)
      is not distinct from (old.id, old.invoice_id, old.position, old.kind, old.description, old.quantity, old.unit_minor, old.amount_minor,
      old.tax_basis_points, old.tax_minor, old.period_start, old.period_end) then
    return new;
  end if;
  if exists (select from invoices i where i.number is not null and i.id in (old.invoice_id, new.invoice_id)) then
    raise exception 'invoice % is numbered, its lines cannot change', coalesce(old.invoice_id, new.invoice_id) using errcode = 'restrict_violation';
  end if;
  return coalesce(new, old);
end $$;
create trigger invoice_lines_numbered_are_final before insert or update or delete on invoice_lines
  for each row execute function refuse_change_of_numbered_line();

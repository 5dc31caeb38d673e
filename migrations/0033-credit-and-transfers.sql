-- Lines that are no period of an agreement: credit bought ahead, and what staff write by hand.
alter type invoice_line_kind add value 'topup';
alter type invoice_line_kind add value 'manual';

-- Where customers may send money to, as printed on what is to pay; empty when the seller takes no transfers.
alter table legal_entities
  add column bank_holder text,
  add column bank_iban text,
  add column bank_bic text,
  add check ((bank_holder is null) = (bank_iban is null));

-- What the bank statement says about money that staff recorded, and the day it came in.
alter table payments
  add column reference text,
  add column received_on date;
-- One line of a bank statement is recorded once.
create unique index payments_one_per_reference on payments (gateway, reference) where reference is not null;

update staff_roles set permissions = permissions || '{payment.record,credit.manage}' where id = 'billing';

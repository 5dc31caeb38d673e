-- B1: what a night of renewals has to write at the least, as one statement per chunk: documents, lines, the books with three
-- entries each, a balance and a job to charge it. Tax is counted once over a document, half up, and shown per line by largest
-- remainder, so that its rows are the product's.
create table floor.customer (id int primary key, country text not null);
create table floor.tax_rate (country text primary key, bp int not null);
create table floor.account (id int primary key, balance bigint not null);
create table floor.subscription (id int primary key, customer_id int not null references floor.customer, anchor date not null, periods int not null,
  months int not null, period_start date not null, period_end date not null, qty int not null, unit_amount bigint not null, currency text not null,
  active boolean not null, off_bp int not null);
create index on floor.subscription (customer_id, period_end);
create table floor.run_chunk (run int not null, lo int not null, hi int not null, done_at timestamptz, primary key (run, lo));
create table floor.invoice (id bigint generated always as identity primary key, customer_id int not null references floor.customer, currency text not null,
  subtotal bigint not null, tax bigint not null, total bigint not null, status int not null, due_on date not null, run int not null);
create table floor.invoice_line (id bigint generated always as identity primary key, invoice_id bigint not null references floor.invoice,
  subscription_id int not null references floor.subscription, amount bigint not null, tax bigint not null, description text not null,
  period_start date not null, period_end date not null, unique (subscription_id, period_start));
create table floor.ledger_tx (id bigint generated always as identity primary key, kind int not null, ref_id bigint not null, at timestamptz not null, unique (kind, ref_id));
create table floor.ledger_entry (tx_id bigint not null references floor.ledger_tx, account_id int not null references floor.account, amount bigint not null,
  currency text not null, primary key (tx_id, account_id));
create table floor.charge (id bigint generated always as identity primary key, payload jsonb not null, run_at timestamptz not null, dedupe text not null unique);

create function floor.renew(its_run int, its_lo int, asof date, included boolean) returns int language plpgsql as $$
declare
  its_hi int;
  made int;
begin
  select hi into its_hi from floor.run_chunk where run = its_run and lo = its_lo and done_at is null for update skip locked;
  with u as (
    update floor.subscription s set periods = periods + 1, period_start = s.period_end,
      period_end = (s.anchor + make_interval(months => s.months * (s.periods + 1)))::date
    where s.active and s.period_end <= asof and s.customer_id >= its_lo and s.customer_id < its_hi
    returning s.id, s.customer_id, s.qty * s.unit_amount - (2 * s.qty * s.unit_amount * s.off_bp + 10000) / 20000 as priced, s.currency, s.period_start, s.period_end
  ), p as (
    select u.*, t.bp, (sum(priced) over doc)::bigint as doc_priced from u join floor.customer c on c.id = u.customer_id
    join floor.tax_rate t on t.country = c.country window doc as (partition by u.customer_id, u.currency, u.period_start)
  ), x as (
    select p.*, case when included then (2 * doc_priced * bp + 10000 + bp) / (2 * (10000 + bp)) else (2 * doc_priced * bp + 10000) / 20000 end as doc_tax from p
  ), r as (
    select x.*, doc_tax * priced / doc_priced as share,
      row_number() over (partition by customer_id, currency, period_start order by doc_tax * priced % doc_priced desc, id) as rank,
      doc_tax - sum(doc_tax * priced / doc_priced) over (partition by customer_id, currency, period_start) as rest
    from x
  ), d as (
    select *, share + case when rank <= rest then 1 else 0 end as tax,
      priced - case when included then share + case when rank <= rest then 1 else 0 end else 0 end as net from r
  ), i as (
    insert into floor.invoice (customer_id, currency, subtotal, tax, total, status, due_on, run)
    select customer_id, currency, sum(net), sum(tax), sum(net) + sum(tax), 1, period_start, its_run from d group by customer_id, currency, period_start
    returning id, customer_id, currency, subtotal, tax, total, due_on
  ), l as (
    insert into floor.invoice_line (invoice_id, subscription_id, amount, tax, description, period_start, period_end)
    select i.id, d.id, d.net, d.tax, 'VPS Starter', d.period_start, d.period_end
    from d join i on i.customer_id = d.customer_id and i.currency = d.currency and i.due_on = d.period_start
  ), tx as (
    insert into floor.ledger_tx (kind, ref_id, at) select 1, id, now() from i returning id, ref_id
  ), j as (
    insert into floor.charge (payload, run_at, dedupe) select jsonb_build_object('invoice', id), now(), 'charge:' || id from i
  ), a as (
    update floor.account a set balance = a.balance + t.total from (select customer_id, sum(total) as total from i group by customer_id) t where a.id = t.customer_id
  ), e as (
    insert into floor.ledger_entry (tx_id, account_id, amount, currency)
    select tx.id, v.acc, v.amt, i.currency from tx join i on i.id = tx.ref_id
    cross join lateral (values (i.customer_id, i.total), (-1, -i.subtotal), (-2, -i.tax)) v(acc, amt)
  )
  select count(*) into made from i;
  update floor.run_chunk set done_at = now() where run = its_run and lo = its_lo;
  return made;
end $$;

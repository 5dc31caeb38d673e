-- What the catalogue lacked: choices and prices of options that are edited as drafts and keep what was agreed.

-- A price of an option that changes is ended, with a new one beside it, as prices of plans are.
alter table option_prices add column active boolean not null default true, drop constraint option_prices_pkey;
alter table option_prices alter column active drop default;
create unique index option_prices_one_active on option_prices (option_id, currency, interval_unit, interval_count) where active;
create index option_prices_by_option on option_prices (option_id);
alter table choice_prices add column active boolean not null default true, drop constraint choice_prices_pkey;
alter table choice_prices alter column active drop default;
create unique index choice_prices_one_active on choice_prices (choice_id, currency, interval_unit, interval_count) where active;
create index choice_prices_by_choice on choice_prices (choice_id);

-- Versions say which choices an option has. Until now they did not change with a version, so all of them had those of today.
alter table catalog_versions disable trigger catalog_versions_published_are_final;
update catalog_versions v set document = jsonb_set(v.document, '{options}', (
  select coalesce(jsonb_agg(o.value || jsonb_build_object('choices', (
    select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'code', c.code, 'name', c.name, 'position', c.position, 'active', c.active,
      'prices', (select coalesce(jsonb_agg(jsonb_build_object('currency', r.currency, 'intervalUnit', r.interval_unit,
        'intervalCount', r.interval_count, 'amountMinor', r.amount_minor::text, 'setupMinor', r.setup_minor::text, 'trialDays', null)), '[]')
        from choice_prices r where r.choice_id = c.id)) order by c.position, c.id), '[]')
    from option_choices c where c.option_id = o.value ->> 'id')) order by o.ordinality), '[]')
  from jsonb_array_elements(v.document -> 'options') with ordinality o));
alter table catalog_versions enable trigger catalog_versions_published_are_final;
-- Who has a choice, for the page that retires it.
create index subscription_items_by_choice on subscription_items (code, choice) where choice is not null;

-- A change of plan moves the place: reserved with the new plan when it is accepted, and the old one free once it holds.
alter table stock_holdings
  add column change_id text references change_quotes,
  drop constraint stock_holdings_pkey;
create unique index stock_holdings_one_place on stock_holdings (order_item_id) where change_id is null;
create unique index stock_holdings_one_per_change on stock_holdings (change_id) where change_id is not null;

-- Places stayed with the plan that was ordered. What has changed since is counted where it is; a limit it passes grows to it.
alter table plan_stock drop constraint plan_stock_not_oversold;
update stock_holdings h set plan_id = s.plan_id from order_items i join subscriptions s on s.id = i.subscription_id
  where i.id = h.order_item_id and h.plan_id <> s.plan_id;
update plan_stock set quantity = taken where taken > quantity;
alter table plan_stock add constraint plan_stock_not_oversold check (taken <= quantity);

-- The places of a change follow its state, in the same statement: however it is accepted, applied or taken back.
create function move_held_stock() returns trigger language plpgsql as $$
begin
  if new.state in ('awaiting_payment', 'scheduled') then
    insert into stock_holdings (order_item_id, customer_id, plan_id, region_id, held_at, change_id)
    select h.order_item_id, h.customer_id, new.plan_id, h.region_id, new.updated_at, new.id
    from order_items i join stock_holdings h on h.order_item_id = i.id and h.change_id is null and h.released_at is null
    where i.subscription_id = new.subscription_id and h.plan_id <> new.plan_id;
  else
    update stock_holdings set released_at = new.updated_at where change_id = new.id and released_at is null;
  end if;
  if new.state = 'applied' then
    update stock_holdings h set plan_id = new.plan_id from order_items i
    where i.subscription_id = new.subscription_id and h.order_item_id = i.id and h.change_id is null and h.released_at is null and h.plan_id <> new.plan_id;
  end if;
  return null;
end $$;
create trigger change_quotes_move_stock after update of state on change_quotes for each row when (new.state <> old.state) execute function move_held_stock();

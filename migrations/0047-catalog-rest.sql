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

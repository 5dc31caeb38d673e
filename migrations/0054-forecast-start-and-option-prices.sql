-- The moment a forecast's copy was taken: what really happened since stands beside what it said.
alter table forecasts add column starts_at timestamptz;
update forecasts f set starts_at = (select max(created_at) from events e where e.subject_id = f.id and e.name = 'forecast.running')
where f.starts_on is not null;

-- A new price may be of an option, or of one of its choices, instead of the plan itself. It is for one piece.
alter table repricings
  add column option_code text,
  add column choice text,
  add constraint repricings_choice_of_option check (choice is null or option_code is not null);

-- What was announced, as it was: which part, and how many of it the agreement has.
alter table repricing_items
  add column option_code text,
  add column choice text,
  add column quantity int not null default 1 check (quantity > 0),
  add constraint repricing_items_choice_of_option check (choice is null or option_code is not null);

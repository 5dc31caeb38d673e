-- The moment a forecast's copy was taken: what really happened since stands beside what it said.
alter table forecasts add column starts_at timestamptz;
update forecasts f set starts_at = (select max(created_at) from events e where e.subject_id = f.id and e.name = 'forecast.running')
where f.starts_on is not null;

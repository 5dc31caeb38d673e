-- How many days before its period ends an agreement is billed. One that is tried out is billed when its customer is told that the
-- trial ends, three days before, however early the seller bills otherwise; its first paid period has not been billed then.
create function renewal_lead_of(entity text, unit interval_unit, count int, periods int, trial_ends_on date) returns int
language sql stable parallel safe as $$
  select case when periods = 0 and trial_ends_on is not null then least(renewal_lead_of(entity, unit, count), 3)
    else renewal_lead_of(entity, unit, count) end
$$;

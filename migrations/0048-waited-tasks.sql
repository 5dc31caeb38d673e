-- What a step began outside and waits for, so that its failure is seen however soon it came: a task that has ended is no
-- longer among those that run, and must not be mistaken for one that was never begun.
alter table procedure_steps add column waits_for jsonb;

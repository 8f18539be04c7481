-- Whose finding an act is about. Of acts from before, those are left without whose finding two
-- agents have.
alter table audit add column agent_id text not null default '';
update audit set agent_id = coalesce((
  select min(i.agent_id) from incidents i where i.finding_uid = audit.subject
  having count(*) = 1), '')
where action in ('acknowledge', 'close', 'reopen', 'note');

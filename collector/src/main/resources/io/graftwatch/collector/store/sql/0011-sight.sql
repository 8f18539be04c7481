-- What an agent says it sees now, analytic by analytic, as JSON; empty until its next heartbeat.
alter table vitals add column sees text not null default '';

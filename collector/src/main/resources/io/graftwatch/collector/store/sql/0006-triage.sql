-- What people make of an incident. It is on their list while the agent holds it open and they have
-- not closed it: `listed` says so in one column, so that one index serves the list.
alter table incidents add column triage integer not null default 0;
alter table incidents add column verdict integer not null default 0;
alter table incidents add column listed integer not null default 0;
update incidents set listed = open;
drop index incidents_by_kind;
create index incidents_by_list on incidents (alert, listed, changed_at, id);

-- What was placed: its path and hash, to find it elsewhere.
alter table incidents add column component text not null default '';
alter table incidents add column component_hash text not null default '';
create index incidents_by_component on incidents (component, changed_at);
create index incidents_by_component_hash on incidents (component_hash, changed_at);

-- What is hidden from the list until a moment. An empty host, component or analytic is any.
create table suppressions (
  id         integer primary key,
  host       text not null,
  component  text not null,
  analytic   text not null,
  reason     text not null,
  made_by    text not null,
  made_at    bigint not null,
  expires    bigint not null,
  ended_at   bigint not null default 0
);
create index suppressions_by_expiry on suppressions (expires);

-- What retention removed on each day (midnight UTC, milliseconds).
create table removed (
  day       bigint primary key,
  incidents bigint not null default 0,
  findings  bigint not null default 0,
  acts      bigint not null default 0
);

-- How far work has come that is done a little at a time.
create table chores (
  name     text primary key,
  position bigint not null
);

-- Incidents from before their component was kept: the highest number that has not been looked at.
insert into chores (name, position)
select 'components', coalesce(max(id), 0) from incidents where component = '';

-- What changed last before this moment may have been removed.
insert into chores (name, position) values ('removed before', 0);

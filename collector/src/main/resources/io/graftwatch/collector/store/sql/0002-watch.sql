-- What an agent's latest heartbeat says, in columns: lists of hosts filter and count by it.
create table vitals (
  agent_id      text primary key,
  received_at   bigint not null,
  machine_id    text not null,
  boot_id       text not null,
  counter       bigint not null,
  stopping      integer not null,
  degraded      integer not null,
  coverage      text not null,
  -- The other machine or boot that was heard before this one, and when last.
  other         text not null,
  other_seen    bigint not null,
  cloned_until  bigint not null,
  -- Findings that the agent had receipts for before it was first heard here.
  receipts_base bigint not null,
  proven_at     bigint not null default 0
);

-- What is wrong in the fleet now, whether it has been told, and under which revision.
create table conditions (
  subject    text not null,
  kind       text not null,
  part       text not null,
  host       text not null,
  detail     text not null,
  since      bigint not null,
  seen       bigint not null,
  cleared_at bigint not null default 0,
  told_at    bigint not null default 0,
  revision   integer not null default 0,
  gathered   integer not null default 0,
  members    bigint not null default 0,
  primary key (subject, kind, part)
);

-- Who does what only one collector may do at a time.
create table leases (
  name    text primary key,
  holder  text not null,
  expires bigint not null
);

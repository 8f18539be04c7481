-- How far each output has come through the findings, in the order of their numbers.
create table outputs (
  name         text primary key,
  position     bigint not null,
  delivered    bigint not null default 0,
  delivered_at bigint not null default 0,
  problem      text not null default '',
  problem_at   bigint not null default 0
);

-- What an output would not take, with its words.
create table dead_letters (
  output     text not null,
  finding_id bigint not null,
  reason     text not null,
  died_at    bigint not null,
  again      integer not null default 0,
  primary key (output, finding_id)
);

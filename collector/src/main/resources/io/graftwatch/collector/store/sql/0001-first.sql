create table agents (
  id                  text primary key,
  hostname            text not null,
  machine_id          text not null,
  boot_id             text not null,
  os                  text not null,
  agent_version       text not null,
  group_name          text not null,
  token_id            text not null,
  key_digest          blob not null,
  enrolled_at         integer not null,
  certificate_expires integer not null default 0,
  revoked_at          integer
) without rowid;
create index agents_by_hostname on agents (hostname, id);
create unique index agents_by_key on agents (token_id, key_digest);

create table tokens (
  id         text primary key,
  secret     blob not null,
  uses_left  integer not null,
  expires    integer not null,
  group_name text not null,
  created_at integer not null
) without rowid;

create table heartbeats (
  agent_id    text primary key,
  received_at integer not null,
  body        blob not null
) without rowid;

-- The numbers of an agent's records that have arrived, as closed intervals that never touch.
create table arrived (
  agent_id text not null,
  low      integer not null,
  high     integer not null,
  primary key (agent_id, low)
) without rowid;

create table incidents (
  id          integer primary key,
  agent_id    text not null,
  finding_uid text not null,
  revision    integer not null,
  records     integer not null,
  severity    integer not null,
  alert       integer not null,
  open        integer not null,
  host        text not null,
  analytic    text not null,
  title       text not null,
  message     text not null,
  state       text not null,
  codes       text not null,
  merged_into text,
  first_seen  integer not null,
  last_seen   integer not null,
  changed_at  integer not null
);
create unique index incidents_by_uid on incidents (finding_uid, agent_id);
create index incidents_by_change on incidents (changed_at, id);
create index incidents_by_kind on incidents (alert, open, changed_at, id);
create index incidents_by_host on incidents (host, changed_at, id);

create table findings (
  id          integer primary key,
  agent_id    text not null,
  uid         text not null,
  incident_id integer not null,
  revision    integer not null,
  time        integer not null,
  received_at integer not null,
  json        blob not null
);
create unique index findings_by_uid on findings (uid, agent_id);
create index findings_by_incident on findings (incident_id, revision);

-- Open alerts by severity, kept by the writer: counting them would read every row.
create table open_alerts (
  severity integer primary key,
  count    integer not null
);

-- SQLite only
create virtual table incident_text using fts5 (
  body, content = '', contentless_delete = 1, tokenize = 'unicode61'
);

-- PostgreSQL only
create table incident_text (
  id   bigint primary key,
  body tsvector not null
);

-- PostgreSQL only
create index incident_text_by_word on incident_text using gin (body);

create table admin_links (
  link    blob primary key,
  expires integer not null
) without rowid;

create table sessions (
  session blob primary key,
  used_at integer not null,
  expires integer not null
) without rowid;

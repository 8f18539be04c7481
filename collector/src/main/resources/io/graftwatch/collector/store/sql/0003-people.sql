-- password is an Argon2id hash, or empty: then nobody signs in by it.
create table people (
  name        text primary key,
  role        text not null,
  password    text not null,
  created_at  bigint not null,
  disabled_at bigint not null default 0
);

-- What was done, by whom. Rows are only added.
create table audit (
  id      integer primary key,
  at      bigint not null,
  who     text not null,
  action  text not null,
  subject text not null,
  detail  text not null
);
create index audit_by_subject on audit (subject, id);

-- Sessions from before there were people belong to nobody and end.
delete from sessions;
alter table sessions add column person text not null default '';
alter table sessions add column created_at bigint not null default 0;
alter table sessions add column address text not null default '';
create index sessions_by_person on sessions (person);

-- What a one-time link makes of who opens it. A link with a person sets that person's password.
alter table admin_links add column person text not null default '';
alter table admin_links add column role text not null default 'ADMIN';
alter table admin_links add column made_by text not null default '';

-- Programs, by digest of their token.
create table api_tokens (
  name       text primary key,
  token      blob not null,
  role       text not null,
  made_by    text not null,
  created_at bigint not null,
  expires    bigint not null
);
create unique index api_tokens_by_token on api_tokens (token);

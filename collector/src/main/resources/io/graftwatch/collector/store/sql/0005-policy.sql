create table policies (
  version   bigint primary key,
  toml      text not null,
  signature text not null
);

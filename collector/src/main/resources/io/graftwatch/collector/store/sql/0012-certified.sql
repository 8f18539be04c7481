-- When an agent's newest certificate was made; 0 for one from before this was kept.
alter table agents add column certified_at bigint not null default 0;

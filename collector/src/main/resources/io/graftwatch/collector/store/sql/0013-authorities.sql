-- Which authorities an agent was given with its newest certificate, and which one signed it; empty for
-- one from before this was kept.
alter table agents add column authorities text not null default '';

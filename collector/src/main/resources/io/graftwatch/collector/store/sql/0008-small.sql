-- A record is named after its finding and its revision, and its finding has the agent: only another
-- name is kept.
drop index findings_by_uid;
drop index findings_by_incident;
update findings set uid = '' where revision > 0 and uid = (
  select i.finding_uid || '-' || findings.revision from incidents i
  where i.id = findings.incident_id);
alter table findings rename column uid to other_uid;
alter table findings drop column agent_id;
create unique index findings_by_incident on findings (incident_id, revision, other_uid);

-- Two agents seldom have the same finding, so its uid alone finds it.
drop index incidents_by_uid;
create index incidents_by_uid on incidents (finding_uid);

-- Half the digits of a hash find it as well as all.
drop index incidents_by_component;
drop index incidents_by_component_hash;
create index incidents_by_component on incidents (component, changed_at) where component <> '';
create index incidents_by_component_hash on incidents (substr(component_hash, 1, 16))
where component_hash <> '';

-- What is severe and rare; the others are met soon enough in the list.
create index incidents_by_severity on incidents (severity);

-- A host or an analytic that has little of what is asked for: without these every row was read.
create index incidents_by_analytic on incidents (analytic, changed_at, id);
create index incidents_by_host_and_kind on incidents (host, alert, open, severity, changed_at, id);

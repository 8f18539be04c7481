package io.graftwatch.windows.event;

import org.jspecify.annotations.Nullable;

/// One record of a Windows event log.
///
/// @param provider name of the event's provider
/// @param id EventID without its qualifiers
/// @param version of the event's form
/// @param time TimeCreated in microseconds since the epoch
/// @param recordId EventRecordID in its channel; 0 when a conversion lost it
/// @param channel the log
/// @param computer the host, as it names itself
/// @param userSid on whose behalf the event was written, null when the record does not say
/// @param pid the process that wrote it, -1 when the record does not say
/// @param data its values
public record WinEvent(
    String provider,
    int id,
    int version,
    long time,
    long recordId,
    String channel,
    String computer,
    @Nullable String userSid,
    int pid,
    EventData data) {}

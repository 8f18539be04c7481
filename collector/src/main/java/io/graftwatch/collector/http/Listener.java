package io.graftwatch.collector.http;

/// Where one site is served.
///
/// @param name `agents`, `console`
/// @param host address to bind
/// @param port 0 takes a free one
/// @param clients whether TLS asks for a client certificate and refuses to go on without one
/// @param idleMillis after which a quiet connection is closed
/// @param connections at most
public record Listener(
    String name,
    String host,
    int port,
    boolean clients,
    long idleMillis,
    int connections,
    Site site) {}

package io.graftwatch.collector.console.view;

/// A host that is about to be put out.
public record RevokeView(String agentId, String host, boolean revoked) {}

package io.graftwatch.collector.console.view;

/// One of several links of which one is taken.
public record Choice(String word, String href, boolean taken) {}

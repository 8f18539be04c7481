package io.graftwatch.collector.console.view;

/// One of several answers in a form.
public record Answer(String value, String word) {}

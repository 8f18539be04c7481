package io.graftwatch.collector.console.view;

/// What every page has.
///
/// @param section of the navigation, empty for none
/// @param style address of the style sheet
/// @param theme address of the script that runs before the first paint
/// @param script address of the script for keys and times
/// @param mark address of the mark
public record Frame(
    String title, String section, String style, String theme, String script, String mark) {}

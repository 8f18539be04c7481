/// The command line: one small class a command, and only the asked one is loaded. Data goes to
/// standard output, words for people to standard error, both escaped.
@NullMarked
package io.graftwatch.core.cli;

import org.jspecify.annotations.NullMarked;

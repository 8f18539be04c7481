/// macOS: the unified log through `log`, process events through `eslogger`, live and recorded.
/// Everything about the native formats stands here, nothing about detection.
@NullMarked
package io.graftwatch.macos;

import org.jspecify.annotations.NullMarked;

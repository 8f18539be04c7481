/// Process events as `eslogger exec fork exit` prints them, one JSON object a line, and the facts
/// that they give. Pure functions of bytes.
@NullMarked
package io.graftwatch.macos.es;

import org.jspecify.annotations.NullMarked;

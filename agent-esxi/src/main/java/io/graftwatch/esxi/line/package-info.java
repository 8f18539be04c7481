/// Bytes into messages, messages into header and text: framing, stamps and the forms of all
/// versions, in place and without allocation.
@NullMarked
package io.graftwatch.esxi.line;

import org.jspecify.annotations.NullMarked;

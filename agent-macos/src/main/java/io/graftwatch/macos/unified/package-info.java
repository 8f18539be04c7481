/// The unified log as `log stream` and `log show` print it (`--style ndjson`): its rows, what the
/// few messages mean that the agent asks for, and the facts that they give. Pure functions of
/// bytes.
@NullMarked
package io.graftwatch.macos.unified;

import org.jspecify.annotations.NullMarked;

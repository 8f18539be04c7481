/// `demo`: the one place that knows agent and collector. It starts both as processes of their own,
/// stages a harmless attack before the agent's eyes, and shows what arrived.
@NullMarked
package io.graftwatch.packaging.demo;

import org.jspecify.annotations.NullMarked;

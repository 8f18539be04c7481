/// What is known about servers, evidence and programs, as data: JSON resources with their types.
/// The four analytics and the six sub-techniques are rows here, not code.
@NullMarked
package io.graftwatch.core.catalogue;

import org.jspecify.annotations.NullMarked;

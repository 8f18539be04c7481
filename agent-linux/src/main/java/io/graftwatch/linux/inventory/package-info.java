/// The component inventory: what servers have registered, what lies in their component folders and
/// what they have mapped, held against the package database. A module that loads well is logged by
/// nobody, so this is where an install on Linux is seen when nobody watched the write.
@NullMarked
package io.graftwatch.linux.inventory;

import org.jspecify.annotations.NullMarked;

/// Who is who: the process table, which server a process belongs to, and how sure that is.
/// Detection asks here; nothing here knows what is evidence.
@NullMarked
package io.graftwatch.core.lineage;

import org.jspecify.annotations.NullMarked;

/// Makes and measures big audit logs. Never shipped.
@NullMarked
package io.graftwatch.testbed.audit;

import org.jspecify.annotations.NullMarked;

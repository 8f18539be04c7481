/// What the templates show, ready to be shown: hostile text is already visible, times are already
/// words. Markup is escaped by the templates and nowhere else.
@NullMarked
package io.graftwatch.collector.console.view;

import org.jspecify.annotations.NullMarked;

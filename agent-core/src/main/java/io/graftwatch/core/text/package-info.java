/// Text for people: made safe to show on a terminal, and matched to what they probably meant. Knows
/// nothing of what the text is about.
@NullMarked
package io.graftwatch.core.text;

import org.jspecify.annotations.NullMarked;

/// What a message means: its program, its text, and the fact that it tells.
@NullMarked
package io.graftwatch.esxi.map;

import org.jspecify.annotations.NullMarked;

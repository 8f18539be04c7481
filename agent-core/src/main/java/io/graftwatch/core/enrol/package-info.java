/// How this host gets, keeps and renews its certificate: the token, the key that never leaves, and
/// the files under `trust/` in the state folder.
@NullMarked
package io.graftwatch.core.enrol;

import org.jspecify.annotations.NullMarked;

/// What is built into the servers of this host: files mapped into their processes, files in their
/// component folders, lines in their configuration, each held against package ownership. A
/// successful load is logged by no Linux server, so this carries AN1508's installation.
@NullMarked
package io.graftwatch.linux.inventory;

import org.jspecify.annotations.NullMarked;

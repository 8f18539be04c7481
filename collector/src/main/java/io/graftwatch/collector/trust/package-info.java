/// Whom the collector trusts and why it is trusted: its own certificate authority, one-time tokens,
/// the identity of an agent on each request, and the administrator's sessions. Secrets are stored
/// as digests only; private keys never leave their files.
@NullMarked
package io.graftwatch.collector.trust;

import org.jspecify.annotations.NullMarked;

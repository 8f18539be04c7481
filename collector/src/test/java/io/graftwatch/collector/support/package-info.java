/// A collector to test against and an agent to test with: real TLS, real certificates, loopback.
@NullMarked
package io.graftwatch.collector.support;

import org.jspecify.annotations.NullMarked;

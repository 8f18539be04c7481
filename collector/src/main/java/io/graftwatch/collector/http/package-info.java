/// HTTP without the servlet layer: a route table, a request as endpoints see it, bounded bodies,
/// and the two listeners. Nothing here knows what is served.
@NullMarked
package io.graftwatch.collector.http;

import org.jspecify.annotations.NullMarked;

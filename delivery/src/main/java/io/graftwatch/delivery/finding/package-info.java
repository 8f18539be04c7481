/// What Graftwatch says: a finding in the names of OCSF 1.8.0 class 2004 (Detection Finding), the
/// heartbeat, the collector's receipt. Values only, with one JSON form that [Json] writes and
/// reads.
@NullMarked
package io.graftwatch.delivery.finding;

import org.jspecify.annotations.NullMarked;

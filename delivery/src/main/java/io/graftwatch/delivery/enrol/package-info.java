/// The wire of enrolment: the token an administrator hands over, the request that proves possession
/// of a key, and the identity that comes back. Agent and collector share these records, so that the
/// bytes that are signed have one definition.
@NullMarked
package io.graftwatch.delivery.enrol;

import org.jspecify.annotations.NullMarked;

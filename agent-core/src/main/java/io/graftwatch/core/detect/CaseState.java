package io.graftwatch.core.detect;

/// How far an implant has come, a pure function of what the case holds (detection-spec section 6).
enum CaseState {
  PLACED,
  ARMED,
  ACTIVE,
  CONFIRMED,
  CLOSED
}

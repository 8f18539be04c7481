package io.graftwatch.collector.trust;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a password must be, after NIST SP 800-63B: long, and not what everybody tries first. No
/// letter, digit or sign is asked for, and none is forbidden.
public final class PasswordRules {
  private static final int LEAST = 12;
  private static final int MOST = 256;
  private static final int LEAST_DIFFERENT = 5;

  /// Those of the commonest that are long enough, and what people make of a shorter one.
  private static final Set<String> COMMONEST =
      Set.of(
          "123456789012",
          "1234567890123",
          "012345678901",
          "123456123456",
          "123123123123",
          "abcdefghijkl",
          "abcdefgh1234",
          "abcd12345678",
          "qwertyuiop12",
          "qwertyuiop123",
          "qwertyuiop[]",
          "qwertyuiopas",
          "qwerty123456",
          "1q2w3e4r5t6y",
          "1qaz2wsx3edc",
          "q1w2e3r4t5y6",
          "zaq12wsxcde3",
          "asdfghjkl123",
          "password1234",
          "password12345",
          "passwordpassword",
          "password123!",
          "p@ssw0rd1234",
          "p@ssword1234",
          "passw0rd1234",
          "administrator",
          "administrator1",
          "admin1234567",
          "adminadminadmin",
          "changeme1234",
          "changemechangeme",
          "changemenow!",
          "letmein12345",
          "welcome12345",
          "welcome123456",
          "iloveyou1234",
          "iloveyouiloveyou",
          "monkey123456",
          "dragon123456",
          "football1234",
          "baseball1234",
          "sunshine1234",
          "princess1234",
          "superman1234",
          "trustno1trustno1",
          "correct horse battery staple",
          "correcthorsebatterystaple",
          "graftwatch123");

  private PasswordRules() {}

  /// @param name of the person
  /// @return what is wrong with the password, as a sentence, or null
  public static @Nullable String problem(String password, String name) {
    int length = password.codePointCount(0, password.length());
    if (length < LEAST) {
      return "A password has at least " + LEAST + " characters. Several words make a good one.";
    }
    if (length > MOST) {
      return "A password has at most " + MOST + " characters.";
    }
    String lower = password.toLowerCase(Locale.ROOT);
    if (lower.contains(name) && length - name.length() < LEAST) {
      return "This password is your name and little else.";
    }
    if (COMMONEST.contains(lower) || password.codePoints().distinct().count() < LEAST_DIFFERENT) {
      return "This password is one of those that are tried first.";
    }
    return null;
  }
}

package io.graftwatch.delivery.output;

import io.graftwatch.delivery.finding.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// The index template for the monthly indices of an `elasticsearch` output: the ECS head by its
/// types, the OCSF finding as keywords, and what has no fixed shape stored but not indexed.
public final class IndexTemplate {
  private static final String FILE = "index-template.json";

  private IndexTemplate() {}

  /// @param index the part of the indices' names before the month
  /// @return the body of `PUT _index_template/NAME`
  public static String of(String index) {
    try (InputStream in = IndexTemplate.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("the package lacks " + FILE);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Json.mapper().readTree(text.replace("INDEX", index)).toPrettyString();
    } catch (IOException e) {
      throw new IllegalStateException(FILE + " cannot be read", e);
    }
  }
}

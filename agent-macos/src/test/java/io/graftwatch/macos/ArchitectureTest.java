package io.graftwatch.macos;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.graftwatch.macos");

  @Test
  void formats_are_read_without_files_children_or_clocks() {
    noClasses()
        .that()
        .resideInAnyPackage("io.graftwatch.macos.unified", "io.graftwatch.macos.es")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file..", "io.graftwatch.macos.live")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.lang\\.Process(Builder)?|java\\.time\\.(Clock|InstantSource)")
        .check(MODULE);
  }

  @Test
  void nobody_uses_what_the_image_leaves_out_nor_another_platform() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "javax.xml..",
            "java.net..",
            "com.sun.jna..",
            "oshi..",
            "io.graftwatch.linux..",
            "io.graftwatch.windows..")
        .check(MODULE);
  }
}

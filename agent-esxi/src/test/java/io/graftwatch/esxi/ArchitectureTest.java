package io.graftwatch.esxi;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.graftwatch.esxi");

  @Test
  void readingAndMappingSeeNoNetwork() {
    noClasses()
        .that()
        .resideInAnyPackage("io.graftwatch.esxi.line", "io.graftwatch.esxi.map")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.channels..", "javax.net..", "com.jcraft..")
        .check(MODULE);
  }

  @Test
  void nobodyUsesWhatTheImageLeavesOutNorAnotherPlatform() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "javax.xml..", "io.graftwatch.linux..", "io.graftwatch.windows..", "oshi..")
        .check(MODULE);
  }
}

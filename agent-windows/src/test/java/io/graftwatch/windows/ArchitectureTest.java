package io.graftwatch.windows;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.graftwatch.windows");

  @Test
  void native_calls_stand_in_one_package() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.graftwatch.windows.win32")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.sun.jna..")
        .check(MODULE);
  }

  @Test
  void nobody_uses_what_the_image_leaves_out_nor_another_platform() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "javax.xml..", "org.w3c..", "java.net..", "io.graftwatch.linux..", "oshi..")
        .check(MODULE);
  }
}

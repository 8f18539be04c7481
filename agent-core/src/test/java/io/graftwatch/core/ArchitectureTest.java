package io.graftwatch.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/// What the house is built by: which package may know what.
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.graftwatch.core");

  private static void hold(ArchRule rule) {
    rule.check(CLASSES);
  }

  @Test
  void the_core_knows_no_platform_no_collector_and_no_native_calls() {
    hold(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.graftwatch.linux..",
                "io.graftwatch.windows..",
                "io.graftwatch.macos..",
                "io.graftwatch.esxi..",
                "io.graftwatch.collector..",
                "com.sun.jna.."));
  }

  @Test
  void oshi_stands_in_one_package() {
    hold(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.graftwatch.core.host")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("oshi.."));
  }

  @Test
  void http_stands_in_enrolment_only() {
    hold(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.graftwatch.core.enrol")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("okhttp3.."));
  }

  @Test
  void detection_sees_no_network_no_files_no_log_and_no_clock() {
    ArchRule pure =
        noClasses()
            .that()
            .resideInAnyPackage(
                "io.graftwatch.core.fact",
                "io.graftwatch.core.lineage",
                "io.graftwatch.core.detect")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.net..", "java.nio.file..", "java.nio.channels..", "org.tinylog..");
    hold(pure);
    hold(
        noClasses()
            .that()
            .resideInAnyPackage(
                "io.graftwatch.core.fact",
                "io.graftwatch.core.lineage",
                "io.graftwatch.core.detect")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now"));
  }

  @Test
  void nobody_uses_what_the_image_leaves_out() {
    hold(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.awt..",
                "java.sql..",
                "java.util.logging..",
                "javax.naming..",
                "javax.xml..",
                "sun.misc.."));
  }

  @Test
  void only_the_entry_ends_the_process() {
    hold(
        noClasses()
            .that()
            .doNotHaveSimpleName("Main")
            .should()
            .callMethod(System.class, "exit", int.class));
  }
}

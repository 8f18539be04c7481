package io.graftwatch.collector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Who may know whom.
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.graftwatch");

  @Test
  void theCollectorDoesNotKnowTheAgent() {
    noClasses()
        .that()
        .resideInAPackage("io.graftwatch.collector..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.graftwatch.core..", "io.graftwatch.linux..")
        .check(CLASSES);
  }

  @Test
  void onlyTheStoreKnowsTheDatabase() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.graftwatch.collector.store.sql..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "org.sqlite..", "org.postgresql..")
        .check(CLASSES);
  }

  @Test
  void onlyTheEdgeKnowsTheServerAndOnlyTrustTheCertificateLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.graftwatch.collector.http..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.eclipse.jetty..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.graftwatch.collector.trust..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bouncycastle..")
        .check(CLASSES);
  }

  @Test
  void nothingInTheRoomsReadsTheClock() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.graftwatch.collector.console..",
            "io.graftwatch.collector.http..",
            "io.graftwatch.collector.ingest..",
            "io.graftwatch.collector.store..",
            "io.graftwatch.collector.trust..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .check(CLASSES);
  }
}

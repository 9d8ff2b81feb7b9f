/* The firmware: runs the ELF files it was given on the command line, or the demo.
 *
 *   --load FILE      run a file of the host as a process; may be repeated: they run side by side
 *   --list FILE      run the files whose paths are the lines of this one, one after the other (init/list.c)
 *   --limit MS       how long each of a list may run; 10000 unless said
 *   --services MS    let the services of the image alone run so long, and show their state
 *   --stay           go on when all is done
 *
 * If the image has a table of services, they run beside it all. */
#include "init.h"
#include "mem.h"
#include "pith/kernel.h"
#include "pith/thread.h"
#include "supervise.h"

enum { FILES = 8, LIMIT_MS = 10000, MS_MAX = 86400000 };

static int run_files(const char *const path[], int count) {
  void *memory[FILES] = {NULL};
  int pid[FILES], status = 0;

  say("\n");
  say_free();
  for (int i = 0; i < count; i++) pid[i] = run_host(path[i], (const char *const[]){path[i], NULL}, &memory[i]);
  for (int i = 0; i < count; i++) {
    int s = pid[i] < 0 ? 1 : finish(pid[i]);

    if (memory[i]) process_memory_give(memory[i]);
    if (!status) status = s;
  }
  say_free();
  return status;
}

/* What the command line asks for. */
struct wish {
  const char *path[FILES], *list;
  int count;
  uint32_t limit_ms, services_ms;
  bool stay, services;
};

/* A number of milliseconds; false: it is none or out of range. */
static bool read_ms(const char *text, uint32_t *ms) {
  uint32_t n = 0;
  const char *s = text;

  for (; *s >= '0' && *s <= '9' && n <= MS_MAX; s++) n = 10 * n + (uint32_t)(*s - '0');
  *ms = n;
  return s != text && !*s && n <= MS_MAX;
}

/* One argument, and its value if it takes one; how many were taken, or 0 if it is not understood. */
static int take(struct wish *w, char *const argv[], int left) {
  if (!strcmp(argv[0], "--stay")) {
    w->stay = true;
    return 1;
  }
  if (left < 2) return 0;
  if (!strcmp(argv[0], "--load") && w->count < FILES) w->path[w->count++] = argv[1];
  else if (!strcmp(argv[0], "--list")) w->list = argv[1];
  else if (!strcmp(argv[0], "--limit") && read_ms(argv[1], &w->limit_ms) && w->limit_ms) return 2;
  else if (!strcmp(argv[0], "--services") && read_ms(argv[1], &w->services_ms)) w->services = true;
  else return 0;
  return 2;
}

static int run_services(int services, uint32_t ms) {
  if (!services) {
    say("init: no services: the built-in image has no /etc/services, or nothing in it\n");
    return 1;
  }
  pith_sleep(PITH_MS(ms));
  services_show();
  return 0;
}

static int run(const struct wish *w) {
  int services = services_start("/etc/services"), status = 0, listed = 0;

  if (services < 0) return 1;
  if (!w->count && !w->list && !w->services) return demo(w->stay);
  if (w->services) status = run_services(services, w->services_ms);
  if (w->count) status = run_files(w->path, w->count);
  if (w->list) listed = run_list(w->list, w->limit_ms);
  while (w->stay) pith_sleep(PITH_MS(1000));
  return status ? status : listed;
}

static int program(int argc, char *argv[]) {
  struct wish w = {.limit_ms = LIMIT_MS};
  int taken;

  for (int i = 1; i < argc; i += taken) {
    taken = take(&w, argv + i, argc - i);
    if (taken) continue;
    say("init: %s: %s\n", argv[i],
        w.count == FILES
            ? "more than 8 files"
            : "unknown argument; known: --load FILE, --list FILE, --limit MS, --services MS, --stay");
    return 2;
  }
  return run(&w);
}

int main(void) { init_run(program); }

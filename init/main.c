/* The firmware: runs the ELF files it was given on the command line, or the demo.
 *
 *   --load FILE   run a file of the host as a process; may be repeated: they run side by side
 *   --list FILE   run the files whose paths are the lines of this one, one after the other (init/list.c)
 *   --limit MS    how long each of a list may run; 10000 unless said
 *   --stay        go on when all is done */
#include "init.h"
#include "mem.h"
#include "pith/kernel.h"
#include "pith/thread.h"

enum { FILES = 8, LIMIT_MS = 10000, LIMIT_MAX = 3600000 };

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
  uint32_t limit_ms;
  bool stay;
};

/* A number of milliseconds, or 0 if it is none or out of range. */
static uint32_t milliseconds(const char *text) {
  uint32_t n = 0;

  for (; *text >= '0' && *text <= '9' && n <= LIMIT_MAX; text++) n = 10 * n + (uint32_t)(*text - '0');
  return *text || n > LIMIT_MAX ? 0 : n;
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
  else if (!strcmp(argv[0], "--limit") && milliseconds(argv[1])) w->limit_ms = milliseconds(argv[1]);
  else return 0;
  return 2;
}

static int program(int argc, char *argv[]) {
  struct wish w = {.limit_ms = LIMIT_MS};
  int status, taken;

  for (int i = 1; i < argc; i += taken) {
    taken = take(&w, argv + i, argc - i);
    if (taken) continue;
    say("init: %s: %s\n", argv[i],
        w.count == FILES ? "more than 8 files"
                         : "unknown argument; known: --load FILE, --list FILE, --limit MS, --stay");
    return 2;
  }
  if (!w.count && !w.list) return demo(w.stay);
  status = w.count ? run_files(w.path, w.count) : 0;
  if (w.list) taken = run_list(w.list, w.limit_ms), status = status ? status : taken;
  while (w.stay) pith_sleep(PITH_MS(1000));
  return status;
}

int main(void) { init_run(program); }

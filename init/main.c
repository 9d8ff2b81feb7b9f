/* The firmware: runs the ELF files it was given on the command line, or the demo.
 *
 *   --load FILE   run a file of the host as a process; may be repeated: they run side by side
 *   --stay        go on when all is done */
#include "init.h"
#include "mem.h"
#include "pith/kernel.h"
#include "pith/thread.h"

enum { FILES = 8 };

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

static int program(int argc, char *argv[]) {
  const char *path[FILES];
  bool stay = false;
  int count = 0, status;

  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--stay")) {
      stay = true;
    } else if (!strcmp(argv[i], "--load") && i + 1 < argc && count < FILES) {
      path[count++] = argv[++i];
    } else {
      say("init: %s: %s\n", argv[i],
          count == FILES ? "more than 8 files" : "unknown argument; known: --load FILE, --stay");
      return 2;
    }
  }
  if (!count) return demo(stay);
  status = run_files(path, count);
  while (stay) pith_sleep(PITH_MS(1000));
  return status;
}

int main(void) { init_run(program); }

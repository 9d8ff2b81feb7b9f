/* The firmware: runs the ELF files it was given on the command line, or the demo.
 *
 *   --load FILE      run a file of the host as a process; may be repeated: they run side by side
 *   --services MS    let the services of the image alone run so long, and show their state
 *   --stay           go on when all is done
 *
 * If the image has a table of services, they run beside it all. */
#include "init.h"
#include "mem.h"
#include "pith/kernel.h"
#include "pith/thread.h"
#include "supervise.h"

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

/* A number of milliseconds, up to a day; -1: it is none. */
static int32_t read_ms(const char *s) {
  int32_t n = 0;

  if (!*s) return -1;
  for (; *s; s++) {
    if (*s < '0' || *s > '9' || n > 8640000) return -1;
    n = n * 10 + (*s - '0');
  }
  return n;
}

static int run_services(int services, int32_t ms) {
  if (!services) {
    say("init: no services: the built-in image has no /etc/services, or nothing in it\n");
    return 1;
  }
  pith_sleep(PITH_MS((uint32_t)ms));
  services_show();
  return 0;
}

static int program(int argc, char *argv[]) {
  const char *path[FILES];
  bool stay = false;
  int count = 0, status, services;
  int32_t services_ms = -1;

  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--stay")) {
      stay = true;
    } else if (!strcmp(argv[i], "--services") && i + 1 < argc && (services_ms = read_ms(argv[i + 1])) >= 0) {
      i++;
    } else if (!strcmp(argv[i], "--load") && i + 1 < argc && count < FILES) {
      path[count++] = argv[++i];
    } else {
      say("init: %s: %s\n", argv[i],
          count == FILES ? "more than 8 files"
                         : "unknown argument; known: --load FILE, --services MS, --stay");
      return 2;
    }
  }
  services = services_start("/etc/services");
  if (services < 0) return 1;
  if (!count && services_ms < 0) return demo(stay);
  status = services_ms < 0 ? 0 : run_services(services, services_ms);
  if (count) status = run_files(path, count);
  while (stay) pith_sleep(PITH_MS(1000));
  return status;
}

int main(void) { init_run(program); }

/* The firmware: services and a shell on the console, or what the command line asks for.
 *
 *   --exec COMMANDS  run these in a shell, and end with its status
 *   --once           run the commands that come on the console, to their end; end with the status of the last
 *   --load FILE      run a file of the host as a process; may be repeated: they run side by side
 *   --demo           run the demo (init/demo.c)
 *   --list FILE      run the files whose paths are the lines of this one, one after the other (init/list.c)
 *   --limit MS       how long each of a list may run; 10000 unless said
 *   --services MS    let the services of the image alone run so long, and show their state
 *   --host FOLDER    /host is what is served there (fs/hostfs.h)
 *   --sensor MS      a kernel thread sends a reading each MS milliseconds to /mq/sensor (init/sensor.c)
 *   --data FILE      /data is kept in this file of the host, where the board's flash memory is only modelled
 *   --format-data    /data is made anew, whatever was there
 *   --time SECONDS   the time of day, since 1970; the first moment of 1970 unless said
 *   --rows N, --columns N  how large the console's terminal is; 24 and 80 unless said
 *   --pipe           the console is fed by a pipe: no echo, no keys that send signals
 *   --stay           go on when all is done
 *
 * The services of the image's table run beside it all; one that has the console (docs/SERVICES.md), the shell, only when
 * nothing else was asked for. */
#include "init.h"
#include "mem.h"
#include "pith/kernel.h"
#include "pith/thread.h"
#include "pith/monitor.h"
#include "supervise.h"
#include "vfs.h"

enum { FILES = 8, LIMIT_MS = 10000, MS_MAX = 86400000, SENSOR_MS_MAX = 10000, SIZE_LIMIT = 9999 };

static int run_files(const char *const path[], int count) {
  void *memory[FILES] = {NULL};
  int pid[FILES], status = 0;

  say("\n");
  say_free();
  for (int i = 0; i < count; i++)
    pid[i] = run_host(path[i], (const char *const[]){path[i], NULL}, &memory[i]);
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
  const char *path[FILES], *list, *commands, *host, *data;
  int count;
  uint32_t limit_ms, services_ms, sensor_ms; /* sensor_ms 0: none */
  uint32_t rows, columns, time;              /* 0: not said */
  bool stay, services, demo, once, pipe, format;
};

/* False: it is none or more than `most`. */
static bool read_number(const char *text, uint32_t *number, uint32_t most) {
  uint32_t n = 0;
  const char *s = text;

  for (; *s >= '0' && *s <= '9' && n < UINT32_MAX / 10; s++) n = 10 * n + (uint32_t)(*s - '0');
  *number = n;
  return s != text && !*s && n <= most;
}

static int take_number(struct wish *w, const char *name, const char *text) {
  const struct {
    const char *name;
    uint32_t *number, most;
    bool some; /* not 0 */
  } numbers[] = {
      {"--limit", &w->limit_ms, MS_MAX, true},        {"--sensor", &w->sensor_ms, SENSOR_MS_MAX, true},
      {"--services", &w->services_ms, MS_MAX, false}, {"--time", &w->time, UINT32_MAX, false},
      {"--rows", &w->rows, SIZE_LIMIT, false},        {"--columns", &w->columns, SIZE_LIMIT, false}};

  for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    if (strcmp(name, numbers[i].name)) continue;
    if (!read_number(text, numbers[i].number, numbers[i].most)) return 0;
    w->services |= numbers[i].number == &w->services_ms;
    return numbers[i].some && !*numbers[i].number ? 0 : 2;
  }
  return 0;
}

/* One argument, and its value if it takes one; how many were taken, or 0 if it is not understood. */
static int take(struct wish *w, char *const argv[], int left) {
  bool *flag = !strcmp(argv[0], "--stay")          ? &w->stay
               : !strcmp(argv[0], "--demo")        ? &w->demo
               : !strcmp(argv[0], "--once")        ? &w->once
               : !strcmp(argv[0], "--pipe")        ? &w->pipe
               : !strcmp(argv[0], "--format-data") ? &w->format
                                                   : NULL;

  if (flag) {
    *flag = true;
    return 1;
  }
  if (left < 2) return 0;
  if (!strcmp(argv[0], "--load") && w->count < FILES) w->path[w->count++] = argv[1];
  else if (!strcmp(argv[0], "--list")) w->list = argv[1];
  else if (!strcmp(argv[0], "--exec")) w->commands = argv[1];
  else if (!strcmp(argv[0], "--host")) w->host = argv[1];
  else if (!strcmp(argv[0], "--data")) w->data = argv[1];
  else return take_number(w, argv[0], argv[1]);
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

static int run_shell(const char *commands) {
  const char *const exec[] = {"sh", "-c", commands, NULL}, *const typed[] = {"sh", "-c", ". /dev/console",
                                                                             NULL};
  int pid = start_shell(commands ? exec : typed);

  return pid < 0 ? 1 : finish(pid);
}

static long set_time(long seconds, long unused, long unused2) {
  (void)unused, (void)unused2;
  vfs_set_time((int64_t)(uint32_t)seconds * 1000000);
  return 0;
}

static int run(const struct wish *w) {
  bool prompt = !w->count && !w->list && !w->services && !w->demo && !w->once && !w->commands;
  int services, status = 0, listed = 0, error = w->host ? mount_host(w->host) : 0;

  if (error) say("init: --host %s: nobody serves it (error %d); there is no /host\n", w->host, -error);
  error = w->sensor_ms ? sensor_start(w->sensor_ms) : 0;
  if (error) say("init: --sensor: error %d; there are no readings\n", -error);
  if (w->time) pith_monitor(set_time, (long)w->time, 0, 0);
  if (w->rows && w->columns) resize_console(w->rows, w->columns);
  mount_data(w->data, w->format, !prompt && !w->data && !w->format);
  services = services_start("/etc/services", prompt);
  if (services < 0) return 1;
  if (prompt && !services) {
    say("init: nothing to run: the built-in image has no /etc/services, or nothing in it\n");
    return 1;
  }
  if (w->demo) return demo(w->stay);
  if (w->services) status = run_services(services, w->services_ms);
  if (w->commands || w->once) status = run_shell(w->commands);
  if (w->count) status = run_files(w->path, w->count);
  if (w->list) listed = run_list(w->list, w->limit_ms);
  while (w->stay || prompt) pith_sleep(PITH_MS(1000));
  return status ? status : listed;
}

static int program(int argc, char *argv[]) {
  struct wish w = {.limit_ms = LIMIT_MS};
  int taken;

  for (int i = 1; i < argc; i += taken) {
    taken = take(&w, argv + i, argc - i);
    if (taken) continue;
    say("init: %s: %s\n", argv[i],
        w.count == FILES ? "more than 8 files"
                         : "unknown argument; known: --exec COMMANDS, --once, --load FILE, --demo, --list "
                           "FILE, --limit MS, "
                           "--services MS, --host FOLDER, --data FILE, --format-data, --sensor MS, --time "
                           "SECONDS, --rows N, --columns N, --pipe, --stay");
    return 2;
  }
  return run(&w);
}

int main(void) { init_run(program); }

/* pith_app: STACK 4096 HEAP 256
 *
 * How full file systems are: those that have a size, or with -a all, or those of the files named. -h: with units; -k: in KiB. */
#include <string.h>
#include <unistd.h>
#include "sysinfo.h"

const char util_name[] = "df", util_synopsis[] = "[-ahk] [FILE...]";

static char unit;
static bool all;
static const char *file; /* the mount of this one is looked for */
static char best[64];    /* its point, so far */
static bool only_best;

static void put_size(unsigned long long bytes) {
  char size[8];
  if (unit == 'h') put_format(" %8s", format_size(bytes, size));
  else put_format(" %8llu", unit == 'k' ? (bytes + 1023) / 1024 : bytes);
}

static bool put_mount(const struct mounted *m) {
  if (only_best ? strcmp(m->point, best) != 0 : !all && !m->total) return true;
  put_format("%-12s %-8s", m->source, m->type);
  put_size(m->total);
  put_size(m->total - m->free);
  put_size(m->free);
  if (m->total) put_format(" %3u%%", (unsigned)((m->total - m->free) * 100 / m->total));
  else put_text("    -");
  put_format(" %s\n", m->point);
  return true;
}

/* The longest mount point that the path begins with. */
static bool is_better(const struct mounted *m) {
  size_t n = strlen(m->point);
  bool root = strcmp(m->point, "/") == 0;
  bool inside = root || (strncmp(file, m->point, n) == 0 && (!file[n] || file[n] == '/'));
  if (inside && n < sizeof best && n > strlen(best)) strcpy(best, m->point);
  return true;
}

int main(int argc, char **argv) {
  int status = 0;
  for (int c; (c = option(argc, argv, "ahkbP")) != -1;) {
    if (c == 'a') all = true;
    else unit = (char)c;
  }
  put_text("source       type         size     used     free  use point\n");
  if (!argv[option_at]) each_mount(put_mount);
  for (char **name = argv + option_at; *name; name++) {
    struct stat st;
    if (stat(*name, &st) < 0) {
      complain_errno(*name);
      status = 1;
      continue;
    }
    file = *name;
    if (*file != '/') {
      char here[PATH_ROOM];
      if (!getcwd(here, sizeof here)) fail_errno(NULL);
      file = path_join(here, *name);
      if (!file) fail_errno(*name);
    }
    best[0] = 0;
    each_mount(is_better);
    only_best = true;
    if (*best) each_mount(put_mount);
  }
  return finish(status);
}

/* pith_app: STACK 4096 HEAP 256
 *
 * What is mounted where. Nothing else can be: the system mounts at its start what it was built with. */
#include "sysinfo.h"

const char util_name[] = "mount", util_synopsis[] = "";

static bool put_mount(const struct mounted *m) {
  put_format("%s on %s type %s (%s)\n", m->source, m->point, m->type, m->options);
  return true;
}

int main(int argc, char **argv) {
  option(argc, argv, "");
  if (option_at != argc)
    usage(argv[option_at], "cannot be mounted: mounts are made at the start of the system");
  each_mount(put_mount);
  return finish(0);
}

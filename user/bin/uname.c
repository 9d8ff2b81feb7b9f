/* pith_app: STACK 4096 HEAP 256
 *
 * What runs here. -s: the system; -n: the machine's name; -r -v: release and version; -m: the processor; -a: all. */
#include <string.h>
#include "sysinfo.h"

const char util_name[] = "uname", util_synopsis[] = "[-asnrvm]";

#if defined __ARM_ARCH_PROFILE
#define STRING(x) #x
#define NUMBER(x) STRING(x)
#define MACHINE "armv" NUMBER(__ARM_ARCH) "m"
#else
#define MACHINE "host"
#endif

int main(int argc, char **argv) {
  static const char letters[] = "snrvm";
  bool chosen[5] = {false}, some = false;
  char line[128] = "", host[32] = "pith";
  for (int c; (c = option(argc, argv, "asnrvm")) != -1; some = true)
    for (int i = 0; i < 5; i++) chosen[i] |= c == 'a' || c == letters[i];
  if (option_at != argc) usage(argv[option_at], "no operands are known");
  if (!some) chosen[0] = true;
  /* "Pith RELEASE VERSION" */
  proc_value("version", NULL, line, sizeof line);
  proc_value("hostname", NULL, host, sizeof host);
  char *rest = line, *system = strsep(&rest, " "), *release = rest ? strsep(&rest, " ") : NULL;
  const char *parts[] = {*system ? system : "Pith", host, release ? release : "unknown",
                         rest ? rest : "unknown", MACHINE};
  bool later = false;
  for (int i = 0; i < 5; i++) {
    if (!chosen[i]) continue;
    put_format("%s%s", later ? " " : "", parts[i]);
    later = true;
  }
  put_char('\n');
  return finish(0);
}

/* What only Pith tells: processes, threads, memory, mounts, names. All of it comes through here, from sys_info() and from the
 * texts of /proc. */
#ifndef PITH_SYSINFO_H
#define PITH_SYSINFO_H
#include <stdbool.h>
#include <stddef.h>
#include "pith_process.h"
#include "util.h"

/* index counts from 0; false: there is none, or no such call. */
bool info_process(unsigned index, struct pith_info_process *p);
bool info_thread(unsigned index, struct pith_info_thread *t);
bool info_memory(struct pith_info_memory *m);
unsigned long long info_uptime(void); /* microseconds since boot */

char thread_letter(const struct pith_info_thread *t);
/* Of its state and, alive, of its threads: R one could run, S all wait, T stopped, L loading, Z waited for by nobody yet. The
 * first thread is stored, if there is one (tid -1 if not). */
char process_letter(const struct pith_info_process *p, struct pith_info_thread *first);
/* What process pid waits for: "Waits" of its status, else "-". */
const char *process_waits(int pid, char *to, size_t room);

/* The value behind "key:" in /proc/file; key NULL: the first line. False: there is none. */
bool proc_value(const char *file, const char *key, char *to, size_t room);

struct mounted {
  const char *source, *point, *type, *options;
  unsigned long long total, free; /* bytes */
};
/* Calls each for every mount of /proc/mounts; it may say false to stop. The texts live until it returns. */
void each_mount(bool (*each)(const struct mounted *m));

enum { POWER_HALT, POWER_RESET };
/* Ends the run of the machine, with a status where something takes one. Returns only if that is refused: errno. */
void power(int how, int status);
#endif

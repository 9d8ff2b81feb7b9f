/* Programs of a system without files: those that it knows by name. */
#include "load.h"

#if !PITH_FILES
static int (*find)(const char *name, const void **file, uint32_t *size);
static char name[PROCESS_NAME]; /* of the program that is being spawned: one at a time is */

void process_programs(int (*find_)(const char *name, const void **file, uint32_t *size)) { find = find_; }

long program_open(struct process *p, uint32_t path, const char **name_, const void **file, uint32_t *size) {
  long n = process_string(&p->domain, name, path, sizeof name);

  *name_ = name;
  return n < 0 ? n : find ? find(name, file, size) : -ENOENT;
}
#endif

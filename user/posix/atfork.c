/* What is to be done around fork(): before it the last entry first, afterwards the first one first. */
#include <pthread.h>
#include <stdlib.h>
#include "thread.h"

static struct entry {
  struct entry *next, *before;
  void (*what[3])(void); /* by FORK_ */
} *first, *last;

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
  struct entry *e = malloc(sizeof *e);
  if (!e) return ENOMEM;
  *e = (struct entry){NULL, last, {[FORK_BEFORE] = prepare, [FORK_PARENT] = parent, [FORK_CHILD] = child}};
  *(last ? &last->next : &first) = e;
  last = e;
  return 0;
}

void __pith_atfork(int when) {
  for (struct entry *e = when == FORK_BEFORE ? last : first; e; e = when == FORK_BEFORE ? e->before : e->next)
    if (e->what[when]) e->what[when]();
}

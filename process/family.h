/* What family.c and fork.c share: a family, which is processes that fork() has made of one. */
#ifndef PITH_FAMILY_H
#define PITH_FAMILY_H
#include "internal.h"
#include "versions.h"

struct family {
  struct pith_mutex lock; /* held while versions, members or who is at home change, and while that must not */
  struct versions versions; /* under the lock */
  struct process *member[VERSIONS_MEMBERS];
  struct process *resident; /* whose versions are at home; NULL: nobody's */
  const struct pith_thread *claimant; /* a service that is to bring somebody next; NULL: none */
  uint32_t touched;         /* pages that threads of the resident one wait for; kernel context */
  uint32_t base;
  uint8_t members; /* 0: free */
};

#if !PITH_FAMILIES
static inline void family_remove(struct family *f, struct process *p) { (void)f, (void)p; }
#else
/* All in a thread that holds the lock. */
struct family *family_new(struct process *first); /* p's, locked, p at home; NULL: PITH_FAMILIES exist */
void family_freeze(struct process *p);            /* p runs no more until it is brought */
void family_settle(struct family *f, struct process *p);
/* What a process that has ended leaves is of worth to the report on its fault alone: its versions may be dropped. */
bool family_is_worthless(const struct process *p);
void family_bring(struct family *f, struct process *p);
void family_remove(struct family *f,
                   struct process *p); /* gives its memory back, and dissolves a family of one */
void family_split(struct family *f, struct process *p,
                  uint32_t pages);            /* p, at home, becomes the sole owner of them */
void family_apply_results(struct process *p); /* what was kept for its threads, now that it is at home */
void swap_let_go(struct process *p);          /* those who wait for it go on */
/* swap.c, kernel context */
bool family_is_any(void);
void swap_wait(void);      /* the running thread, for touched pages */
void swap_share(void);     /* there is a family: its members take turns */
void swap_share_end(void); /* there may be none any more */
long swap_arrive(long process, long family, long unused);  /* 1: there are results to be written first */
uint32_t family_pages(const struct family *f, uint32_t from,
                      uint32_t size); /* a bit for each page that has a part in it */
#endif
#endif

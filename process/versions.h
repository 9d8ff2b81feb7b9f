/* Who of a family has which version of which page: the book-keeping of fork() without an MMU, and the moving.
 *
 * A page is one subregion of the block. It has one or more versions, each of which has one or more owners: members of the
 * family that have not touched the page since they were one. One version lies at home, at the addresses the
 * program knows, the others in the shadows, at the page's place there; a family of n members has n - 1 shadows,
 * so there is a place for each. Pure; callers serialise. */
#ifndef PITH_VERSIONS_H
#define PITH_VERSIONS_H
#include <stdbool.h>
#include <stdint.h>
#include "config.h"

enum {
  VERSIONS_PAGES = 16,  /* as two MPU regions have subregions */
  VERSIONS_MEMBERS = PITH_PROCESSES > 8 ? 16 : 8,
};
#if PITH_PROCESSES > 8
typedef uint16_t versions_set; /* of members, a bit each */
#else
typedef uint8_t versions_set;
#endif

struct versions {
  uintptr_t place[VERSIONS_MEMBERS]; /* the first one is home; 0: none of that number */
  uint32_t unit;                     /* bytes of a page, a multiple of 32 */
  uint32_t pages;
  versions_set owners[VERSIONS_MEMBERS][VERSIONS_PAGES]; /* of what lies there; 0: nothing of worth */
};

/* Everything of member 0 and at home, which is a multiple of 4. */
void versions_init(struct versions *v, uintptr_t home, uint32_t unit, uint32_t pages);
/* `child` has from now on what `member` has; shadow is room for one more version of each page. O(pages, members). */
void versions_share(struct versions *v, unsigned member, unsigned child, uintptr_t shadow);
/* The member, whose versions are at home, becomes the sole owner of its version of a page; the others keep what
 * there is, or, if it is but one and that is of no worth to it (`dead`), zeros. O(unit), if it has to be copied. */
void versions_split(struct versions *v, unsigned member, unsigned page, bool dead);
/* The member's versions to home, in exchange for what lies there. O(unit) for each page where that is another one. */
void versions_bring(struct versions *v, unsigned member);
/* The member is no more: its versions are nothing, unless they are others' too. O(pages, members). */
void versions_drop(struct versions *v, unsigned member);
/* After a drop there is a shadow too many: moves what is in one of them elsewhere; its address. Home is moved to only
 * where nothing of worth lies there. */
uintptr_t versions_release(struct versions *v);
/* A bit for each page at home of which the member is the sole owner. */
uint32_t versions_own(const struct versions *v, unsigned member);
#endif

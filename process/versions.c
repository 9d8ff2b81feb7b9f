/* See versions.h. The rules that hold between any two calls:
 *   each member is an owner of exactly one version of each page;
 *   a page has at most as many versions as there are members, so at least one place is free where a version has two;
 *   the content of a place without owners is never read. */
#include "versions.h"
#include "arch.h"
#include "mem.h"

static void *at(const struct versions *v, unsigned place, unsigned page) {
  return (void *)(v->place[place] + (uintptr_t)page * v->unit);
}

static unsigned place_of(const struct versions *v, unsigned member, unsigned page) {
  unsigned k = 0;

  while (!(v->owners[k][page] >> member & 1)) k++;
  return k;
}

/* Another place than `not` that holds nothing of the page. */
static unsigned free_place(const struct versions *v, unsigned page, unsigned not ) {
  unsigned k = 0;

  while (k == not || !v->place[k] || v->owners[k][page]) k++;
  return k;
}

static void move(struct versions *v, unsigned page, unsigned from, unsigned to) {
  arch_copy(at(v, to, page), at(v, from, page), v->unit);
  v->owners[to][page] = v->owners[from][page];
  v->owners[from][page] = 0;
}

void versions_init(struct versions *v, uintptr_t home, uint32_t unit, uint32_t pages) {
  *v = (struct versions){.place = {home}, .unit = unit, .pages = pages};
  for (unsigned i = 0; i < pages; i++) v->owners[0][i] = 1;
}

void versions_share(struct versions *v, unsigned member, unsigned child, uintptr_t shadow) {
  unsigned k = 1;

  while (v->place[k]) k++;
  for (unsigned i = 0; i < v->pages; i++) v->owners[place_of(v, member, i)][i] |= (versions_set)(1u << child);
  v->place[k] = shadow;
}

void versions_split(struct versions *v, unsigned member, unsigned page, bool dead) {
  versions_set me = (versions_set)(1u << member), others = v->owners[0][page] & (versions_set)~me;
  unsigned k;

  if (!others) return;
  k = free_place(v, page, 0);
  if (dead && !(others & (others - 1))) memset(at(v, k, page), 0, v->unit);
  else arch_copy(at(v, k, page), at(v, 0, page), v->unit);
  v->owners[k][page] = others;
  v->owners[0][page] = me;
}

void versions_bring(struct versions *v, unsigned member) {
  for (unsigned i = 0; i < v->pages; i++) {
    versions_set home = v->owners[0][i];
    unsigned k;

    if (home >> member & 1) continue;
    k = place_of(v, member, i);
    if (!home) {
      move(v, i, k, 0);
      continue;
    }
    arch_exchange(at(v, 0, i), at(v, k, i), v->unit);
    v->owners[0][i] = v->owners[k][i];
    v->owners[k][i] = home;
  }
}

void versions_drop(struct versions *v, unsigned member) {
  for (unsigned k = 0; k < VERSIONS_MEMBERS; k++)
    for (unsigned i = 0; v->place[k] && i < v->pages; i++) v->owners[k][i] &= (versions_set) ~(1u << member);
}

static unsigned used(const struct versions *v, unsigned place) {
  unsigned n = 0;

  for (unsigned i = 0; i < v->pages; i++) n += v->owners[place][i] != 0;
  return n;
}

uintptr_t versions_release(struct versions *v) {
  unsigned best = 0, least = VERSIONS_PAGES + 1;
  uintptr_t shadow;

  for (unsigned k = 1; k < VERSIONS_MEMBERS; k++) {
    if (!v->place[k] || used(v, k) >= least) continue;
    best = k;
    least = used(v, k);
  }
  for (unsigned i = 0; i < v->pages; i++)
    if (v->owners[best][i]) move(v, i, best, free_place(v, i, best));
  shadow = v->place[best];
  v->place[best] = 0;
  return shadow;
}

uint32_t versions_own(const struct versions *v, unsigned member) {
  uint32_t mask = 0;

  for (unsigned i = 0; i < v->pages; i++)
    if (v->owners[0][i] == 1u << member) mask |= 1u << i;
  return mask;
}

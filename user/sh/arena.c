/* Arenas: memory that is given back all at once, or down to a mark.
 *
 * An arena is a list of chunks, filled from below; what does not fit begins a new chunk. Releasing to a mark frees the
 * chunks begun since, so marks are a stack. The tree of a function's body has an arena of its own, a child of the arena
 * in which the definition was met: each has a count of those who need it, so a function outlives its line, and a
 * definition that is never executed goes with it. A string grows at the top of its arena in place, elsewhere by a copy
 * of twice the size; the old one stays until the release, at most as much again. */
#include <stdlib.h>
#include <string.h>
#include "sh.h"

struct chunk {
  struct chunk *below;
  char *end;
  _Alignas(8) char bytes[];
};

struct arena scratch;

void *mem_get(size_t size) {
  void *p = malloc(size);
  if (!p) sh_nomem();
  return p;
}

char *mem_text(const char *text) {
  size_t size = strlen(text) + 1;
  return memcpy(mem_get(size), text, size);
}

static void *new_chunk(struct arena *a, size_t size) {
  enum { LEAST = CHUNK > sizeof(struct chunk) ? CHUNK - sizeof(struct chunk) : 0 };
  size_t least = a == &scratch ? LEAST : LEAST / 2; /* functions are small, and many */
  size_t room = size > least ? size : least;
  struct chunk *c = mem_get(sizeof *c + room);
  c->below = a->chunk;
  a->chunk = c;
  a->next = c->bytes + size;
  a->end = c->end = c->bytes + room;
  return c->bytes;
}

void *arena_get(struct arena *a, size_t size) {
  size = (size + 7) & ~(size_t)7;
  if ((size_t)(a->end - a->next) < size) return new_chunk(a, size);
  void *p = a->next;
  a->next += size;
  return p;
}

char *arena_text(struct arena *a, const char *text, size_t len) {
  char *p = arena_get(a, len + 1);
  memcpy(p, text, len);
  p[len] = 0;
  return p;
}

struct mark arena_mark(const struct arena *a) {
  return (struct mark){a->chunk, a->next, a->children};
}

void arena_release(struct arena *a, struct mark m) {
  while (a->children != m.children) {
    struct arena *child = a->children;
    a->children = child->sibling;
    arena_drop(child);
  }
  while (a->chunk != m.chunk) {
    struct chunk *below = a->chunk->below;
    free(a->chunk);
    a->chunk = below;
  }
  a->next = m.next;
  a->end = a->chunk ? a->chunk->end : NULL;
}

struct arena *arena_new(void) {
  struct arena *a = mem_get(sizeof *a);
  memset(a, 0, sizeof *a);
  a->refs = 1;
  return a;
}

void arena_drop(struct arena *a) {
  if (--a->refs) return;
  arena_release(a, (struct mark){NULL, NULL, NULL});
  free(a);
}

void str_init(struct str *s, struct arena *in) {
  s->in = in;
  s->len = 0;
  s->room = 24;
  s->p = arena_get(in, s->room);
}

static void grow(struct str *s, size_t more) {
  struct arena *a = s->in;
  size_t room = s->room;
  if (s->len + more > WORD_LIMIT) sh_error(2, "word too long");
  while (room < s->len + more) room *= 2;
  if (s->p + s->room == a->next && (size_t)(a->end - s->p) >= room) {
    a->next = s->p + room;
  } else {
    char *p = arena_get(a, room);
    memcpy(p, s->p, s->len);
    s->p = p;
  }
  s->room = room;
}

void str_put(struct str *s, char c) {
  if (s->len == s->room) grow(s, 1);
  s->p[s->len++] = c;
}

void str_add(struct str *s, const char *text, size_t len) {
  if (s->len + len > s->room) grow(s, len);
  memcpy(s->p + s->len, text, len);
  s->len += len;
}

/* Gives back what it does not need, if it is at the top. */
char *str_end(struct str *s) {
  str_put(s, 0);
  s->len--;
  if (s->p + s->room == s->in->next) {
    s->room = (s->len + 8) & ~(size_t)7;
    s->in->next = s->p + s->room;
  }
  return s->p;
}

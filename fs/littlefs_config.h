/* What littlefs's C sources need of their surroundings (LFS_CONFIG, see its lfs_util.h): no heap, no output, and two ways
 * out for a damaged image. An assertion that fails, and a call that looks at more than any sound image could make it look at,
 * end in littlefs_escape(), which does not return to littlefs. */
#ifndef PITH_LITTLEFS_CONFIG_H
#define PITH_LITTLEFS_CONFIG_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "mem.h"

#define PRIu16 "u"
#define PRIx16 "x"
#define PRIu32 "lu"
#define PRIx32 "lx"
#define PRId32 "ld"
#define LFS_NO_MALLOC
#define LFS_TRACE(...)
#define LFS_DEBUG(...)
#define LFS_WARN(...)
#define LFS_ERROR(...)
#define LFS_ASSERT(test) ((test) ? (void)0 : littlefs_escape())

_Noreturn void littlefs_escape(void);
extern uint32_t littlefs_steps; /* that the call under way may still make */

static inline uint32_t lfs_max(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* HAZARD: every loop of littlefs over what it reads, cached or not, has a call of this in it; so the bound is here. */
static inline uint32_t lfs_min(uint32_t a, uint32_t b) {
  if (!littlefs_steps--) littlefs_escape();
  return a < b ? a : b;
}

static inline uint32_t lfs_aligndown(uint32_t a, uint32_t unit) { return a - a % unit; }
static inline uint32_t lfs_alignup(uint32_t a, uint32_t unit) { return lfs_aligndown(a + unit - 1, unit); }
static inline uint32_t lfs_npw2(uint32_t a) { return a < 2 ? 0 : 32 - (uint32_t)__builtin_clz(a - 1); }
static inline uint32_t lfs_ctz(uint32_t a) { return (uint32_t)__builtin_ctz(a); }
static inline uint32_t lfs_popc(uint32_t a) { return (uint32_t)__builtin_popcount(a); }
static inline int lfs_scmp(uint32_t a, uint32_t b) { return (int)(a - b); }

/* All cores here, and the host, are little-endian. */
static inline uint32_t lfs_fromle32(uint32_t a) { return a; }
static inline uint32_t lfs_tole32(uint32_t a) { return a; }
static inline uint32_t lfs_frombe32(uint32_t a) { return __builtin_bswap32(a); }
static inline uint32_t lfs_tobe32(uint32_t a) { return __builtin_bswap32(a); }

/* CRC-32, 0x04C11DB7 reflected, not inverted. */
uint32_t lfs_crc(uint32_t crc, const void *buffer, size_t size);
static inline void *lfs_malloc(size_t size) { return (void)size, NULL; }
static inline void lfs_free(void *p) { (void)p; }

#ifdef LITTLEFS_CORE /* for lfs.c alone: others may have <string.h> */
static inline size_t littlefs_span(const char *s, char c, bool same) {
  size_t n = 0;

  while (s[n] && (s[n] == c) == same) n++;
  return n;
}

/* As littlefs calls them: with a set of one character. */
#define strspn(s, set) littlefs_span(s, *(set), true)
#define strcspn(s, set) littlefs_span(s, *(set), false)
#define strchr(s, c)                                                                                         \
  ((s)[littlefs_span(s, (char)(c), false)] ? (s) + littlefs_span(s, (char)(c), false) : NULL)
#define strcpy(to, from) memcpy(to, from, strlen(from) + 1)
#endif
#endif

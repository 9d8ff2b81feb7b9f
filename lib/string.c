/* Memory and string functions: byte loops with a word path where it pays.
 *
 * The compiler knows these loops: left alone it recognises the one in memcpy() as a memcpy and calls
 * memcpy, without end. The pragma forbids that, for this file.
 *
 * The word path aligns the destination, so every store is aligned. The source may stay unaligned: it is
 * read through a packed type, which is one LDR where the core allows unaligned loads (Armv7-M ARM A3.2.1)
 * and four LDRB where it does not (Armv6-M). Word accesses may alias any type and stay inside the range. */
#include "mem.h"
#include <stdint.h>
#pragma GCC optimize("no-tree-loop-distribute-patterns")

typedef uint32_t __attribute__((may_alias)) word;
struct loose {
  uint32_t w;
} __attribute__((packed, may_alias));

/* Whole blocks of 32 bytes, both sides word-aligned: one LDM and one STM each where there are registers
 * enough. The bytes moved; upwards, so right for what copy_up() is right for. */
enum { BLOCK = 32 };

/* Not where the compiler is to save code. */
#ifdef __OPTIMIZE_SIZE__
enum { WORDS_PAY = 0 };
#else
enum { WORDS_PAY = 1 };
#endif

#if defined(__thumb2__)
static size_t copy_blocks(uint8_t *d, const uint8_t *s, size_t n) {
  size_t moved = n & ~(size_t)(BLOCK - 1);

  if (!moved) return 0;
  n = moved;
  __asm__ volatile("1: ldmia %1!, {r3-r6, r8-r10, r12}\n\t"
                   "subs %2, #32\n\t"
                   "stmia %0!, {r3-r6, r8-r10, r12}\n\t"
                   "bne 1b"
                   : "+r"(d), "+r"(s), "+r"(n)
                   :
                   : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "cc", "memory");
  return moved;
}

static size_t set_blocks(uint8_t *d, uint32_t w, size_t n) {
  size_t set = n & ~(size_t)(BLOCK - 1);
  register uint32_t w0 __asm__("r3") = w, w1 __asm__("r4") = w, w2 __asm__("r5") = w, w3 __asm__("r6") = w;

  if (!set) return 0;
  n = set;
  __asm__ volatile("1: subs %1, #32\n\t"
                   "stmia %0!, {r3-r6}\n\t"
                   "stmia %0!, {r3-r6}\n\t"
                   "bne 1b"
                   : "+r"(d), "+r"(n)
                   : "r"(w0), "r"(w1), "r"(w2), "r"(w3)
                   : "cc", "memory");
  return set;
}
#else
static size_t copy_blocks(uint8_t *d, const uint8_t *s, size_t n) {
  (void)d;
  (void)s;
  (void)n;
  return 0;
}

static size_t set_blocks(uint8_t *d, uint32_t w, size_t n) {
  (void)d;
  (void)w;
  (void)n;
  return 0;
}
#endif

/* Upwards: also right for ranges that overlap with dst below src, since every load of a turn precedes
 * its stores. */
static void copy_up(uint8_t *d, const uint8_t *s, size_t n) {
  if (n >= 16 && WORDS_PAY) {
    for (; (uintptr_t)d & 3; n--) *d++ = *s++;
    if (((uintptr_t)s & 3) == 0) {
      size_t moved = copy_blocks(d, s, n);

      d += moved;
      s += moved;
      n -= moved;
      for (; n >= 16; n -= 16, d += 16, s += 16) {
        const word *from = (const word *)s;
        word *to = (word *)d;
        uint32_t a = from[0], b = from[1], c = from[2], e = from[3];
        to[0] = a;
        to[1] = b;
        to[2] = c;
        to[3] = e;
      }
    }
    for (; n >= 4; n -= 4, d += 4, s += 4) *(word *)d = ((const struct loose *)s)->w;
  }
  while (n--) *d++ = *s++;
}

/* Downwards, for ranges that overlap with dst above src. d and s are one past the ends. */
static void copy_down(uint8_t *d, const uint8_t *s, size_t n) {
  if (n >= 16 && WORDS_PAY && (((uintptr_t)d ^ (uintptr_t)s) & 3) == 0) {
    for (; (uintptr_t)d & 3; n--) *--d = *--s;
    for (; n >= 4; n -= 4) {
      d -= 4;
      s -= 4;
      *(word *)d = *(const word *)s;
    }
  }
  while (n--) *--d = *--s;
}

void *memcpy(void *dst, const void *src, size_t n) {
  copy_up(dst, src, n);
  return dst;
}

void *memmove(void *dst, const void *src, size_t n) {
  /* One unsigned comparison: dst below src wraps to a large number and is an upward copy too. */
  if ((uintptr_t)dst - (uintptr_t)src >= n) copy_up(dst, src, n);
  else copy_down((uint8_t *)dst + n, (const uint8_t *)src + n, n);
  return dst;
}

void *memset(void *dst, int c, size_t n) {
  uint8_t *d = dst, byte = (uint8_t)c;
  if (n >= 16 && WORDS_PAY) {
    for (; (uintptr_t)d & 3; n--) *d++ = byte;
    uint32_t w = byte * 0x01010101u;
    size_t set = set_blocks(d, w, n);

    d += set;
    n -= set;
    for (; n >= 16; n -= 16, d += 16) {
      word *to = (word *)d;
      to[0] = w;
      to[1] = w;
      to[2] = w;
      to[3] = w;
    }
    for (; n >= 4; n -= 4, d += 4) *(word *)d = w;
  }
  while (n--) *d++ = byte;
  return dst;
}

int memcmp(const void *a, const void *b, size_t n) {
  const uint8_t *x = a, *y = b;
  for (; n; n--, x++, y++)
    if (*x != *y) return *x - *y;
  return 0;
}

size_t strlen(const char *s) {
  size_t n = 0;
  while (s[n]) n++;
  return n;
}

size_t strnlen(const char *s, size_t n) {
  size_t i = 0;
  while (i < n && s[i]) i++;
  return i;
}

int strcmp(const char *a, const char *b) {
  for (; *a && *a == *b; a++) b++;
  return (uint8_t)*a - (uint8_t)*b;
}

int strncmp(const char *a, const char *b, size_t n) {
  for (; n; n--, a++, b++)
    if (*a != *b || !*a) return (uint8_t)*a - (uint8_t)*b;
  return 0;
}

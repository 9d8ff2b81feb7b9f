/* What libstdc++'s std::unordered_map and std::unordered_set leave to a library: the number of buckets, and a hash of bytes. */
#include <stdbool.h>
#include <stddef.h>

struct policy { /* std::__detail::_Prime_rehash_policy */
  float max_load;
  size_t next_resize; /* elements from which more buckets are needed */
};

struct answer { /* std::pair<bool, size_t> */
  bool needed;
  size_t buckets;
};

size_t next_buckets(struct policy *p, size_t n) __asm__("_ZNKSt8__detail20_Prime_rehash_policy11_M_next_bktEj");
struct answer need_rehash(const struct policy *p, size_t buckets, size_t elements,
                          size_t more) __asm__("_ZNKSt8__detail20_Prime_rehash_policy14_M_need_rehashEjjj");
size_t hash_bytes(const void *bytes, size_t size, size_t seed) __asm__("_ZSt11_Hash_bytesPKvjj");

static bool is_prime(size_t n) {
  for (size_t d = 3; d <= n / d; d += 2)
    if (n % d == 0)
      return false;
  return n % 2 != 0 || n == 2;
}

/* The least odd prime that is not below n. */
size_t next_buckets(struct policy *p, size_t n) {
  n = n < 3 ? 3 : n | 1;
  while (!is_prime(n))
    n += 2;
  p->next_resize = (size_t)((float)n * p->max_load);
  return n;
}

struct answer need_rehash(const struct policy *p, size_t buckets, size_t elements, size_t more) {
  struct policy *mine = (struct policy *)p; /* next_resize is mutable */
  size_t wanted = elements + more;
  if (wanted <= p->next_resize)
    return (struct answer){false, 0};
  size_t least = (size_t)((float)(!p->next_resize && wanted < 11 ? 11 : wanted) / p->max_load) + 1;
  if (least > buckets)
    return (struct answer){true, next_buckets(mine, least > 2 * buckets ? least : 2 * buckets)};
  mine->next_resize = (size_t)((float)buckets * p->max_load);
  return (struct answer){false, 0};
}

/* FNV-1a, of 32 bits. */
size_t hash_bytes(const void *bytes, size_t size, size_t seed) {
  const unsigned char *p = bytes;
  size_t hash = 2166136261u ^ seed;
  while (size--)
    hash = (hash ^ *p++) * 16777619u;
  return hash;
}

/* malloc() and its family: that blocks keep what is in them and lie apart, that what is freed can be had again, in one piece and at
 * a price that does not grow with how much is free.
 * pith_app: STACK 4096 HEAP 400000 */
#include "posix.h"
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include "pith.h"

enum { BLOCKS = 300, MANY = 8000 };

static unsigned char *block[BLOCKS];
static size_t size[BLOCKS];
static unsigned seed = 1;

static unsigned random_to(unsigned n) {
  seed = seed * 1103515245u + 12345u;
  return (seed >> 8) % n;
}

static void fill(int i) { memset(block[i], i * 7 + 1, size[i]); }

static int holds(int i, size_t n) {
  for (size_t k = 0; k < n; k++)
    if (block[i][k] != (unsigned char)(i * 7 + 1)) return 0;
  return 1;
}

static void change(int i, unsigned how, size_t n) {
  if (how == 0 || !block[i]) {
    free(block[i]);
    block[i] = how == 3 ? memalign(64, n) : malloc(n);
    if (how == 3) CHECK((uintptr_t)block[i] % 64 == 0);
  } else if (how == 1) {
    unsigned char *p = realloc(block[i], n);
    CHECK(p != NULL);
    block[i] = p;
    CHECK(holds(i, n < size[i] ? n : size[i]));
  } else {
    free(block[i]);
    block[i] = calloc(1, n);
    for (size_t k = 0; block[i] && k < n; k++)
      if (block[i][k]) CHECK(!"zeros");
  }
  CHECK(block[i] != NULL && (uintptr_t)block[i] % 8 == 0);
  size[i] = n;
  if (block[i]) fill(i);
}

static void contents(void) {
  for (int round = 0; round < 6000; round++) {
    int i = (int)random_to(BLOCKS);
    if (block[i]) CHECK(holds(i, size[i]));
    change(i, random_to(4), random_to(10) ? random_to(200) + 1 : random_to(3000) + 1);
  }
  for (int i = 0; i < BLOCKS; i++) {
    CHECK(holds(i, size[i]));
    free(block[i]);
    block[i] = NULL, size[i] = 0;
  }
  CHECK_EQ(mallinfo().uordblks, 0);
}

/* All of it, as one. */
static void all_again(void) {
  size_t most = 330000;
  void *p = malloc(most);
  CHECK(p != NULL);
  free(p);
  int n = 0;
  static void *many[500];
  while (n < 500 && (many[n] = malloc(1000))) n++;
  CHECK(n > 390 && n < 500);
  CHECK_EQ(errno, ENOMEM);
  for (int i = 0; i < n; i += 2) free(many[i]);
  CHECK(malloc(2000) == NULL); /* no two of them are neighbours */
  for (int i = 1; i < n; i += 2) free(many[i]);
  p = malloc(most);
  CHECK(p != NULL);
  free(p);
  volatile size_t huge = SIZE_MAX, wraps = 1u << 16; /* volatile: the compiler knows better */
  CHECK(calloc(wraps, 2 * wraps) == NULL);
  CHECK(malloc(huge) == NULL && malloc(huge - 8) == NULL && malloc(0x7FFFFFF0) == NULL);
  p = malloc(0);
  CHECK(p != NULL);
  CHECK(realloc(p, 0) == NULL);
}

/* A block at the end grows where it is, though memory for a copy is not there. */
static void in_place(void) {
  char *first = malloc(150000);
  CHECK(first != NULL);
  memset(first, 'g', 150000);
  char *p = realloc(first, 250000);
  CHECK(p == first && p[149999] == 'g');
  p = realloc(p, 330000);
  CHECK(p == first);
  p = realloc(p, 100);
  CHECK(p == first && p[99] == 'g');
  char *q = malloc(250000);
  CHECK(q != NULL);
  free(q), free(p);
}

static void sbrk_of_others(void) {
  void *before = malloc(5000);
  char *own = sbrk(0);
  CHECK(sbrk(1234) != (void *)-1);
  memset(own, 0xA5, 1234);
  void *after = malloc(50000);
  CHECK(before && after);
  memset(after, 1, 50000);
  free(before), free(after);
  after = malloc(50000);
  memset(after, 1, 50000);
  for (int i = 0; i < 1234; i++)
    if (own[i] != (char)0xA5) CHECK(!"what is another's");
  free(after);
}

/* In a child: what was not allocated ends the program. */
static void misuse(void) {
  static char not_it[64] __attribute__((aligned(8)));
  for (int how = 0; how < 2; how++) {
    pid_t pid = fork();
    if (pid < 0) return; /* a board that cannot fork */
    if (pid == 0) {
      char *volatile p = malloc(40), *volatile q = malloc(40), *volatile foreign = not_it + 8;
      close(2);
      if (how) free(p), free(p);
      else free(foreign);
      _exit(q != NULL);
    }
    int status = 0;
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status), SIGABRT);
  }
}

/* Every other one of many is freed, last; then new ones of all sizes come. Each is to cost no more than the first ones. */
static void price(void) {
  static void *many[MANY];
  long long start = now_us();
  int n = 0;
  for (; n < MANY; n++)
    if (!(many[n] = malloc(16 + random_to(16)))) break;
  long long making = now_us() - start;
  CHECK_EQ(n, MANY);
  start = now_us();
  for (int i = 1; i < MANY; i += 2) free(many[i]);
  for (int i = 1; i < MANY; i += 2) many[i] = malloc(8 + random_to(30));
  long long again = now_us() - start;
  start = now_us();
  for (int i = MANY - 1; i >= 0; i -= 2) free(many[i]);
  for (int i = 0; i < MANY; i += 2) free(many[i]);
  long long freeing = now_us() - start;
  CHECK(again < making * 4 + 5000);
  CHECK(freeing < making * 4 + 5000);
  CHECK_EQ(mallinfo().uordblks, 0);
}

TESTS({"sbrk of others", sbrk_of_others}, {"contents", contents}, {"in place", in_place},
      {"all again", all_again}, {"price", price}, {"misuse", misuse})

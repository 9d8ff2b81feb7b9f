/* What a C and C++ program may expect of its start, its libc and its end. Prints one line per subject, with
 * what is wrong if something is; returns 0, or the number of subjects that are not as they must be.
 * pith_app: STACK 4096 HEAP 6144 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "libc.h"
#include "pith.h"

#define CHECK(cond)                                                                                          \
  do {                                                                                                       \
    if (!(cond)) return #cond;                                                                               \
  } while (0)

/* ---- data: relocated where it has to be ---- */

extern int nobody __attribute__((weak));
extern void no_function(void) __attribute__((weak));

struct __attribute__((packed)) odd {
  char tag;
  const char *text;
  char more;
  int (*function)(const char *);
};

static struct odd odd[2] = {{'a', "first", 'x', atoi}, {'b', "second", 'y', atoi}};
static int array[4] = {1, 2, 3, 4};
static int *const end = array + 4; /* one past the end */
static char *const text_inside = (char *)"0123456789" + 5;
static int *volatile null_pointer;
static int *weak_pointer = &nobody;
static void (*weak_function)(void) = no_function;
static uint64_t aligned __attribute__((aligned(32)));

static const char *data(void) {
  CHECK(&nobody == NULL && no_function == NULL);
  CHECK(weak_pointer == NULL && weak_function == NULL && null_pointer == NULL);
  CHECK(strcmp(odd[0].text, "first") == 0 && odd[0].function("12") == 12 && odd[0].more == 'x');
  CHECK(strcmp(odd[1].text, "second") == 0 && odd[1].function("-7") == -7 && odd[1].tag == 'b');
  CHECK(end - array == 4 && end[-1] == 4 && strcmp(text_inside, "56789") == 0);
  CHECK(aligned == 0 && (uintptr_t)&aligned % 8 == 0);
  return NULL;
}

/* ---- memory ---- */

static const char *memory(void) {
  enum { BLOCK = 400, MOST = 64 };
  static void *block[MOST];
  volatile size_t too_much = SIZE_MAX - 64, too_many = 65536;
  int n = 0, again = 0;
  for (; n < MOST && (block[n] = malloc(BLOCK)); n++) memset(block[n], n, BLOCK);
  CHECK(n > 4 && n < MOST && errno == ENOMEM);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < BLOCK; k++)
      if (((unsigned char *)block[i])[k] != i) return "a block has changed";
  for (int i = 0; i < n; i++) free(block[i]);
  while (again < MOST && (block[again] = malloc(BLOCK))) again++;
  CHECK(again == n);
  while (again) free(block[--again]);
  char *p = calloc(10, 10);
  CHECK(p && p[0] == 0 && p[99] == 0);
  strcpy(p, "kept");
  p = realloc(p, 2000);
  CHECK(p && strcmp(p, "kept") == 0);
  free(p);
  CHECK(malloc(too_much) == NULL && malloc(1 << 24) == NULL && calloc(too_many, too_many) == NULL);
  return NULL;
}

/* ---- errors ---- */

static const char *errors(void) {
  char byte;
  struct stat st;
  struct timespec bad = {0, 1000000000L};
#define FAILS(call, error) (errno = 0, (call) == -1 && errno == (error))
  CHECK(FAILS(write(7, "x", 1), EBADF) && FAILS(write(1, (void *)0x20000000, 1), EFAULT));
  CHECK(FAILS(read(9, &byte, 1), EBADF) && FAILS(close(9), EBADF) && FAILS(fstat(9, &st), EBADF));
  CHECK(FAILS(open("/nowhere", O_RDONLY), ENOENT) && FAILS(lseek(1, 0, SEEK_SET), ESPIPE));
  CHECK(FAILS(nanosleep(&bad, NULL), EINVAL) && FAILS(unlink("/nowhere"), ENOENT) &&
        FAILS((int)waitpid(-1, NULL, 0), ECHILD));
  CHECK(fopen("/nowhere", "r") == NULL && isatty(1) == 1 && isatty(7) == 0 && fstat(1, &st) == 0);
  errno = 5;
  CHECK(sys_close(9) == -EBADF && errno == 5 && getpid() > 0 && errno == 5);
  return NULL;
}

/* ---- numbers and text ---- */

static const char *formats(void) {
  char s[160];
  long long big = -0x123456789abcdefLL;
  double d = 0;
  int n = 0;
#define PRINTS(want, ...) (snprintf(s, sizeof s, __VA_ARGS__) == (int)strlen(want) && strcmp(s, want) == 0)
  CHECK(PRINTS("42 -1 4294967295 ff 0X2A 052", "%d %i %u %x %#X %#o", 42, -1, UINT_MAX, 255, 42, 42));
  CHECK(PRINTS("-81985529216486895 18446744073709551615", "%lld %llu", big, ULLONG_MAX));
  CHECK(PRINTS("[   42][42   ][00042][+42]", "[%5d][%-5d][%05d][%+d]", 42, 42, 42, 42));
  CHECK(PRINTS("[ab][  abc][abc  ][c]%", "[%.2s][%5s][%-5s][%c]%%", "abc", "abc", "abc", 'c'));
  CHECK(PRINTS("3.142 -0.50 1e+10 inf 2.5", "%.3f %.2f %.0e %f %g", 3.14159, -0.5, 1e10, 1 / d, 2.5));
  CHECK(PRINTS("1.000000 0.1", "%f %.1f", 1.0, 0.1f) && PRINTS("00000007", "%08x", 7));
  CHECK(sscanf("12 0x1f word 2.5", "%d %x %15s %lf", &n, (unsigned *)&array[0], s, &d) == 4);
  CHECK(n == 12 && array[0] == 31 && strcmp(s, "word") == 0 && d == 2.5);
  CHECK(strtol("-7f", NULL, 16) == -127 && strtod("6.25e2", NULL) == 625.0);
  return NULL;
}

static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static const char *library(void) {
  int numbers[] = {5, 3, 9, 1, 7}, key = 7;
  qsort(numbers, 5, sizeof numbers[0], compare);
  CHECK(numbers[0] == 1 && numbers[4] == 9 && bsearch(&key, numbers, 5, sizeof key, compare) == &numbers[3]);
  CHECK(memcmp("abc", "abd", 3) < 0 && strstr("haystack", "st") && strrchr("a/b/c", '/')[1] == 'c');
  return NULL;
}

static const char *times(void) {
  struct timespec a, b;
  CHECK(clock_gettime(CLOCK_MONOTONIC, &a) == 0 && usleep(5000) == 0 &&
        clock_gettime(CLOCK_MONOTONIC, &b) == 0);
  CHECK((b.tv_sec - a.tv_sec) * 1000000000LL + b.tv_nsec - a.tv_nsec >= 5000000);
  return NULL;
}

static int failed;

static void subject(const char *name, const char *wrong) {
  printf("%s: %s\n", name, wrong ? wrong : "ok");
  failed += wrong != NULL;
}

static void first(void) { puts("atexit: registered first"); }
static void second(void) { puts("atexit: registered second"); }

int main(int argc, char **argv) {
  printf("argc %d argv0 %s end %s\n", argc, argv[0], argv[argc] ? "missing" : "NULL");
  for (int i = 1; i < argc; i++) printf("argv%d %s\n", i, argv[i]);
  subject("data", data());
  subject("memory", memory());
  subject("errors", errors());
  subject("formats", formats());
  subject("library", library());
  subject("times", times());
  subject("objects", objects());
  atexit(first);
  atexit(second);
  fputs("no newline, but written at exit\nlast words", stdout);
  return failed;
}

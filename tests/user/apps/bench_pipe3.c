/* 1 MB through three programs: one writes, one copies as cat does, one reads; 0x22 before the first write, 0x23 at the end
 * of the last read. Without arguments it starts the three and waits for them.
 * pith_app: STACK 2048 HEAP 1024 */
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")
enum { MEGABYTE = 1 << 20, SIZE = 4096, STEP = 4099 /* so that each block differs */ };

static uint32_t block[SIZE / 4];

static uint32_t word_at(uint32_t i) { return i * STEP; }

/* Each block has its number; the rest is the same. */
static int writes(int fd) {
  for (uint32_t i = 0; i < SIZE / 4; i++) block[i] = word_at(i);
  MARK(0x22);
  for (uint32_t n = 0; n < MEGABYTE / SIZE; n++) {
    block[0] = n;
    if (write(fd, block, SIZE) != SIZE) return 1;
  }
  return 0;
}

static int copies(int in, int out) {
  ssize_t n;
  while ((n = read(in, block, SIZE)) > 0)
    if (write(out, block, (size_t)n) != n) return 1;
  return n < 0;
}

static int reads(int fd) {
  uint32_t total = 0, wrong = 0;
  ssize_t n;
  while ((n = read(fd, block, SIZE)) > 0) {
    if (total % SIZE == 0) wrong += block[0] != total / SIZE; /* and the whole of some */
    if (total % (16 * SIZE) == 0 && n == SIZE)
      for (uint32_t i = 1; i < SIZE / 4; i++) wrong += block[i] != word_at(i);
    total += (uint32_t)n;
  }
  MARK(0x23);
  return n < 0 || wrong || total != MEGABYTE;
}

static pid_t start(const char *role) {
  char *argv[] = {(char *)"bench_pipe3", (char *)role, NULL};
  pid_t pid = -1;
  posix_spawn(&pid, "/bin/bench_pipe3", NULL, NULL, argv, NULL);
  return pid;
}

int main(int argc, char *argv[]) {
  int a[2], b[2], status = -1, wrong = 0;
  if (argc > 1) {
    enum { A_READ = 3, A_WRITE, B_READ, B_WRITE };
    static const char keep[] = "wcr";
    static const struct {
      char in, out;
    } ends[] = {{0, A_WRITE}, {A_READ, B_WRITE}, {B_READ, 0}};
    int me = (int)(strchr(keep, argv[1][0]) - keep);
    for (int fd = A_READ; fd <= B_WRITE; fd++)
      if (fd != ends[me].in && fd != ends[me].out) close(fd);
    return me == 0 ? writes(ends[0].out) : me == 1 ? copies(ends[1].in, ends[1].out) : reads(ends[2].in);
  }
  if (pipe(a) || pipe(b)) return 2;
  MARK(0x20);
  wrong |= start("r") < 0 || start("c") < 0 || start("w") < 0;
  close(a[0]), close(a[1]), close(b[0]), close(b[1]);
  for (int i = 0; i < 3; i++) wrong |= wait(&status) < 0 || status;
  MARK(0x21);
  return wrong;
}

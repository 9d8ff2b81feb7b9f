/* Relatives, each with 8 KB of its own: 0x22 is right before a fork, 0x27 after the child's end; from 0x24 in the parent to
 * 0x25 in the child they change places, with an argument for ever; 0x28 is right before a fork whose child becomes hello.
 * pith_app: STACK 1024 HEAP 1024 */
#include "pith.h"
#include "pith_process.h"

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")
enum { ROUNDS = 16, WORDS = 2048 };

static unsigned long data[WORDS];

static void write(unsigned long value) {
  unsigned long *p = data;
  do {
    p[0] = p[1] = p[2] = p[3] = p[4] = p[5] = p[6] = p[7] = value;
    p += 8;
  } while (p < data + WORDS);
}

static int fork_and_exit(void) {
  struct pith_ended e = {0};
  long pid, waited;

  write(1);
  MARK(0x22);
  pid = sys_fork();
  if (pid == 0) {
    write(2);
    sys_exit(7);
  }
  waited = sys_wait(-1, &e, -1);
  MARK(0x27);
  return pid < 0 || waited != pid || e.cause != PITH_ENDED_EXIT || e.status != 7 || data[WORDS - 1] != 1;
}

static int in_turn(int rounds) {
  long ping = sys_sem_create(0), pong = sys_sem_create(0), pid = sys_fork();
  int wrong = 0;

  write(pid ? 3 : 4);
  if (pid == 0) {
    sys_sem_take(ping, -1);
    for (;;) {
      MARK(0x25);
      sys_sem_give_take(pong, ping, -1);
    }
  }
  for (int i = 0; !rounds || i < rounds; i++) {
    MARK(0x24);
    sys_sem_give_take(ping, pong, -1);
    wrong |= data[i % WORDS] != 3;
  }
  sys_kill(pid, 9);
  return wrong | (sys_wait(pid, (void *)0, -1) != pid);
}

/* Three that never wait: each gives way when it has written. */
static int yielding(void) {
  unsigned long me = sys_fork() ? sys_fork() ? 5 : 6 : 7;

  for (;;) {
    write(me);
    sys_yield();
    if (data[WORDS - 1] != me) sys_exit(1);
  }
}

static int fork_and_exec(void) {
  struct pith_ended e = {0};
  long pid;

  MARK(0x28);
  pid = sys_fork();
  if (pid == 0) sys_exit((int)sys_execve("/bin/hello", (char *const[]){"hello", (char *)0}, (void *)0));
  return sys_wait(pid, &e, -1) != pid || e.status != 42;
}

int main(int argc, char **argv) {
  int wrong = 0;

  if (argc > 1) return argv[1][0] == 'y' ? yielding() : in_turn(0);
  MARK(0x20);
  for (int i = 0; i < ROUNDS; i++) wrong |= fork_and_exit();
  wrong |= in_turn(ROUNDS);
  wrong |= fork_and_exec();
  MARK(0x21);
  return wrong;
}

/* philosophers: five of them around a table, drawn on the terminal. Each is a thread: it thinks, takes the two forks beside its
 * plate, eats, puts them down.
 *
 *   philosophers [-n COUNT] [-t MS] [ROUNDS]    2 to 8 of them, if there are so many threads; MS a step (100); until each has eaten ROUNDS times, or Ctrl-C
 *
 * Who takes one fork and waits for the other can be waited for in turn, and then nobody ever eats. So both are taken at
 * once, under one mutex, by whoever finds both free; who does not waits for a condition of its own, which a neighbour signals when it
 * puts a fork down. That nobody starves is seen to by the rule that a hungry one lets a neighbour go first who has waited longer.
 *
 * Signals: SIGINT and SIGTERM are blocked in all threads; the main thread, which draws, picks them up between two pictures with
 * sigtimedwait(). So there is no handler, and the end is an ordinary one: everybody is told, joined, counted. */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 8, STACK = 1536 };
enum state { THINKING, HUNGRY, EATING, GONE };

static struct philosopher {
  pthread_t thread;
  pthread_cond_t may_eat;
  enum state state;
  long eaten, since; /* since: the turn at which it became hungry */
  unsigned seed;
} table[MOST];

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of all that is above and below */
static int count = 5;
static long rounds, step_ms = 100, turn, violations;
static bool over;

static struct philosopher *left_of(struct philosopher *p) { return &table[(p - table + count - 1) % count]; }
static struct philosopher *right_of(struct philosopher *p) { return &table[(p - table + 1) % count]; }

/* Its fork on that side is free, and nobody there has waited longer for it. */
static bool yields(const struct philosopher *neighbour, const struct philosopher *p) {
  return neighbour->state != EATING && !(neighbour->state == HUNGRY && neighbour->since < p->since);
}

static bool may_eat(struct philosopher *p) { return yields(left_of(p), p) && yields(right_of(p), p); }

static void pass_time(struct philosopher *p) {
  long ms = step_ms + (long)(rand_r(&p->seed) % (unsigned)(2 * step_ms + 1));
  struct timespec t = {ms / 1000, ms % 1000 * 1000000};

  nanosleep(&t, NULL);
}

static void become(struct philosopher *p, enum state state) {
  p->state = state;
  turn++;
}

/* False: all is over, and it has no forks. */
static bool take_forks(struct philosopher *p) {
  pthread_mutex_lock(&mutex);
  become(p, HUNGRY);
  p->since = turn;
  while (!over && !may_eat(p)) pthread_cond_wait(&p->may_eat, &mutex);
  if (!over) {
    violations += left_of(p)->state == EATING || right_of(p)->state == EATING;
    become(p, EATING);
  }
  pthread_mutex_unlock(&mutex);
  return p->state == EATING;
}

static void put_forks_down(struct philosopher *p, enum state next) {
  pthread_mutex_lock(&mutex);
  p->eaten++;
  become(p, next);
  pthread_cond_signal(&left_of(p)->may_eat);
  pthread_cond_signal(&right_of(p)->may_eat);
  pthread_mutex_unlock(&mutex);
}

static void *live(void *philosopher) {
  struct philosopher *p = philosopher;

  for (;;) {
    pass_time(p);
    if (!take_forks(p)) break;
    pass_time(p);
    put_forks_down(p, rounds && p->eaten + 1 == rounds ? GONE : THINKING);
    if (p->state == GONE) return NULL;
  }
  return NULL;
}

/* ---- the picture ---- */

static void draw(bool again) {
  static const char *const doing[] = {"thinks", "\033[33mis hungry\033[0m", "\033[32meats\033[0m",
                                      "has gone"};

  if (again) printf("\033[%dA", count);
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < count; i++) {
    const struct philosopher *p = &table[i];
    bool eats = p->state == EATING, next_eats = table[(i + 1) % count].state == EATING;

    printf("\r\033[K  %s(%d)%s  %-3ld %s%s\n", eats ? "\033[32m-E" : "  ", i + 1, eats ? "E-\033[0m" : "  ",
           p->eaten, doing[p->state], eats || next_eats ? "" : "  |");
  }
  pthread_mutex_unlock(&mutex);
  fflush(stdout);
}

static bool all_gone(void) {
  bool all = true;

  pthread_mutex_lock(&mutex);
  for (int i = 0; i < count; i++) all = all && table[i].state == GONE;
  pthread_mutex_unlock(&mutex);
  return all;
}

/* Until the end; what ended it: a signal, or 0. */
static int watch(const sigset_t *ends, bool terminal) {
  struct timespec frame = {0, 50 * 1000000};
  int sig = -1;

  for (bool again = false; sig < 0 && !all_gone(); again = true) {
    if (terminal) draw(again);
    sig = sigtimedwait(ends, NULL, &frame);
  }
  if (terminal) draw(true);
  return sig < 0 ? 0 : sig;
}

static bool start(void) {
  pthread_attr_t attr;

  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, STACK);
  for (int i = 0; i < count; i++) {
    struct philosopher *p = &table[i];

    p->seed = (unsigned)(7919 * (i + 1));
    pthread_cond_init(&p->may_eat, NULL);
  }
  for (int i = 0; i < count; i++) {
    int error = pthread_create(&table[i].thread, &attr, live, &table[i]);

    if (!error) continue;
    fprintf(stderr, "philosophers: number %d: %s\n", i + 1, strerror(error));
    return false; /* the others end with the process */
  }
  return true;
}

/* Tells everybody, waits for each, and counts. */
static int finish(int sig) {
  long least = -1, most = 0;

  pthread_mutex_lock(&mutex);
  over = true;
  for (int i = 0; i < count; i++) pthread_cond_signal(&table[i].may_eat);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < count; i++) {
    pthread_join(table[i].thread, NULL);
    if (least < 0 || table[i].eaten < least) least = table[i].eaten;
    if (table[i].eaten > most) most = table[i].eaten;
  }
  printf("%s: %d philosophers ate %ld to %ld times, %ld of them beside one who did\n",
         sig ? "stopped" : "all done", count, least, most, violations);
  return violations ? 1 : sig ? 128 + sig : 0;
}

static bool number(const char *text, long low, long high, long *value) {
  char *end;

  *value = strtol(text, &end, 10);
  return *text && !*end && *value >= low && *value <= high;
}

int main(int argc, char *argv[]) {
  sigset_t ends;
  long many = count;
  bool good = true;
  int c;

  while ((c = getopt(argc, argv, "n:t:")) != -1)
    good =
        good && (c == 'n' ? number(optarg, 2, MOST, &many) : c == 't' && number(optarg, 1, 10000, &step_ms));
  if (good && optind < argc) good = number(argv[optind++], 1, 1000000, &rounds);
  if (!good || optind < argc) {
    fprintf(stderr, "usage: philosophers [-n COUNT] [-t MS] [ROUNDS]\n");
    return 2;
  }
  count = (int)many;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, NULL);
  if (!start()) return 1;
  return finish(watch(&ends, isatty(1)));
}

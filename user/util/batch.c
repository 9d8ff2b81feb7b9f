/* Commands that are given many words, for find and xargs. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include "util.h"

extern char **environ;

/* Its error. */
static int start(char **words, const char *input, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  if (!input) return posix_spawnp(pid, words[0], NULL, NULL, words, environ);
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  error = posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
  if (!error) error = posix_spawnp(pid, words[0], &actions, NULL, words, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/* With the first n of the words that were added; what they are too many for is left for the next run. */
static int run(struct batch *b, unsigned *n) {
  pid_t pid;
  for (;;) {
    char *next = b->words[b->own + *n];
    b->words[b->own + *n] = NULL;
    if (b->before) b->before(b->words);
    int error = start(b->words, b->input, &pid);
    b->words[b->own + *n] = next;
    if (!error) return wait_command(pid, NULL);
    if (error != E2BIG || *n < 2) return cannot_run(b->words[0], error);
    *n /= 2;
  }
}

void batch_run(struct batch *b) {
  unsigned n = b->count;
  flush();
  do {
    if (n > b->count) n = b->count;
    b->ended(run(b, &n));
    char **added = b->words + b->own;
    for (unsigned i = 0; i < n; i++) free(added[i]);
    b->count -= n;
    memmove(added, added + n, (b->count + 1) * sizeof *added);
  } while (b->count);
  b->bytes = 0;
}

void batch_start(struct batch *b, char **words, unsigned own) {
  b->own = own;
  b->count = 0;
  b->bytes = 0;
  memcpy(b->words, words, own * sizeof *words);
  b->words[own] = NULL;
}

void batch_add(struct batch *b, const char *word) {
  size_t n = strlen(word) + 1;
  if (b->count && b->bytes + n > BATCH_BYTES) batch_run(b);
  b->bytes += n;
  b->words[b->own + b->count++] = need_memory(strdup(word));
  b->words[b->own + b->count] = NULL;
  if (b->own + b->count == BATCH_WORDS) batch_run(b);
}

char *word_replaced(const char *word, const char *mark, const char *by) {
  struct line l = {0};
  size_t n = strlen(mark);
  line_add(&l, "", 0);
  for (const char *found; (found = strstr(word, mark)); word = found + n) {
    line_add(&l, word, (size_t)(found - word));
    line_add(&l, by, strlen(by));
  }
  line_add(&l, word, strlen(word));
  return l.text;
}

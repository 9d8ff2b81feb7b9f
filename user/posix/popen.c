/* A command for sh with a pipe to it or from it. Ends of other such pipes close when programs start. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <paths.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "result.h"
#include "thread.h"

static struct stream {
  struct stream *next;
  FILE *file;
  pid_t pid;
} *streams;
static volatile unsigned lock;

static int start(struct stream *s, const char *command, int mine, int its, int standard) {
  posix_spawn_file_actions_t a;
  int error = posix_spawn_file_actions_init(&a);
  if (!error) error = posix_spawn_file_actions_adddup2(&a, its, standard); /* also if it has that number: it stays open */
  if (!error)
    error = posix_spawn(&s->pid, _PATH_BSHELL, &a, NULL, (char *[]){"sh", "-c", (char *)command, NULL}, NULL);
  posix_spawn_file_actions_destroy(&a);
  if (!error) return close(its);
  close(mine);
  close(its);
  return (int)result(-error);
}

FILE *popen(const char *command, const char *mode) {
  bool reads = mode[0] == 'r';
  int fds[2];
  if ((mode[0] != 'r' && mode[0] != 'w') || (mode[1] && mode[1] != 'e')) return result(-EINVAL), NULL;
  struct stream *s = malloc(sizeof *s);
  if (!s) return NULL;
  if (pipe2(fds, O_CLOEXEC) || start(s, command, fds[!reads], fds[reads], reads)) return free(s), NULL;
  s->file = fdopen(fds[!reads], reads ? "r" : "w");
  if (!s->file) {
    int status;
    close(fds[!reads]);
    while (waitpid(s->pid, &status, 0) < 0 && errno == EINTR) continue;
    errno = ENOMEM;
    return free(s), NULL;
  }
  word_lock(&lock);
  s->next = streams;
  streams = s;
  word_unlock(&lock);
  return s->file;
}

int pclose(FILE *file) {
  struct stream **link, *s;
  int status;
  word_lock(&lock);
  for (link = &streams; *link && (*link)->file != file;) link = &(*link)->next;
  s = *link;
  if (s) *link = s->next;
  word_unlock(&lock);
  if (!s) return (int)result(-ECHILD);
  pid_t pid = s->pid, ended;
  free(s);
  fclose(file);
  do ended = waitpid(pid, &status, 0);
  while (ended < 0 && errno == EINTR);
  return ended < 0 ? -1 : status;
}

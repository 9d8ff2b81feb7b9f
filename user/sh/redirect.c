/* Redirections.
 *
 * All of them are made in the shell itself, with what was there kept as a copy from descriptor 10 on, close-on-exec, and
 * put back after the command; a program simply inherits what is there. The copies are a stack, so an error puts back all
 * that is on it. A here-document goes through a pipe if it fits, else through a file in /tmp that has no name any more
 * when the command sees it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sh.h"

enum { PIPE_HOLDS = 512 }; /* every pipe takes so much at once */

int fd_high(int fd) {
  int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD, HIGH_FD);
  if (high < 0) return fd; /* an error stays what it is */
  close(fd);
  fcntl(high, F_SETFD, FD_CLOEXEC);
  return high;
}

static void save(int fd) {
  struct saved *s = arena_get(&scratch, sizeof *s);
  int copy = fcntl(fd, F_DUPFD, HIGH_FD);
  if (copy < 0 && errno != EBADF) sh_error(2, "out of descriptors");
  if (copy >= 0) fcntl(copy, F_SETFD, FD_CLOEXEC);
  *s = (struct saved){sh.saved, fd, copy};
  sh.saved = s;
}

void redirect_fd(int from, int to, bool keep) {
  if (from == to) return;
  if (keep) save(to);
  dup2(from, to);
}

void redirect_undo(struct saved *to) {
  while (sh.saved != to) {
    struct saved *s = sh.saved;
    sh.saved = s->below;
    if (s->copy < 0) {
      close(s->fd);
    } else {
      dup2(s->copy, s->fd);
      close(s->copy);
    }
  }
}

void redirect_forget(struct saved *to) {
  for (; sh.saved != to; sh.saved = sh.saved->below)
    if (sh.saved->copy >= 0) close(sh.saved->copy);
}

static int here_document(const struct redir *r) {
  const char *body = r->literal ? r->body : expand_encoded(r->body, r->body + strlen(r->body), 0, IN_QUOTES);
  size_t len = strlen(body);
  int fd[2];
  if (len <= PIPE_HOLDS) {
    if (pipe(fd)) return -1;
    write_all(fd[1], body, len);
    close(fd[1]);
    return fd[0];
  }
  char name[40];
  fmt_text(name, sizeof name, "/tmp/sh.%ld.%u", (long)getpid(), sh.line);
  fd[0] = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (fd[0] < 0) return -1;
  unlink(name);
  while (len) {
    ssize_t n = write(fd[0], body, len);
    if (n <= 0) {
      close(fd[0]);
      return -1;
    }
    body += n;
    len -= (size_t)n;
  }
  lseek(fd[0], 0, SEEK_SET);
  return fd[0];
}

static int open_file(const struct redir *r, const char *name) {
  static const int flags[] = {[R_IN] = O_RDONLY,
                              [R_OUT] = O_WRONLY | O_CREAT | O_TRUNC,
                              [R_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
                              [R_CLOBBER] = O_WRONLY | O_CREAT | O_TRUNC,
                              [R_INOUT] = O_RDWR | O_CREAT};
  struct stat st;
  int how = flags[r->kind];
  if (r->kind == R_OUT && sh.opt[O_NOCLOBBER]) {
    if (!stat(name, &st)) {
      if (S_ISREG(st.st_mode)) {
        errno = EEXIST;
        return -1;
      }
    } else {
      how |= O_EXCL;
    }
  }
  return open(name, how, 0666);
}

/* n>&m, n<&m, n>&-. */
static int duplicate(const struct redir *r, const char *what, bool keep) {
  if (!strcmp(what, "-")) {
    if (keep) save(r->fd);
    close(r->fd);
    return 0;
  }
  if (*what < '0' || *what > '9' || what[1] || fcntl(*what - '0', F_GETFD) < 0) {
    sh_warn("%s: bad descriptor", what);
    return 1;
  }
  redirect_fd(*what - '0', r->fd, keep);
  return 0;
}

static int redirect_one(const struct redir *r, bool keep) {
  int fd;
  const char *name = r->word->text;
  if (r->kind == R_HERE) {
    fd = here_document(r);
    name = "here-document";
  } else {
    name = expand_word(r->word, 0);
    if (r->kind == R_DUPIN || r->kind == R_DUPOUT) return duplicate(r, name, keep);
    fd = open_file(r, name);
  }
  if (fd < 0) {
    const char *why = strerror(errno);
    bool creates = r->kind != R_IN && r->kind != R_HERE;
    sh_warn("cannot %s %s: %s", creates ? "create" : "open", name, why);
    return 2;
  }
  if (fd == r->fd) {
    /* the descriptor was closed: it has to be closed again, so its copy is none */
    if (keep) {
      struct saved *s = arena_get(&scratch, sizeof *s);
      *s = (struct saved){sh.saved, fd, -1};
      sh.saved = s;
    }
    return 0;
  }
  if (keep) {
    fd = fd < 3 ? fd_high(fd) : fd;
    save(r->fd);
  }
  dup2(fd, r->fd);
  close(fd);
  return 0;
}

int redirect(const struct redir *r, bool keep) {
  int status = 0;
  for (; r && !status; r = r->next) status = redirect_one(r, keep);
  return status;
}

/* Where the shell's text comes from: a stack of inputs, the innermost first.
 *
 * An input is a descriptor, with edited lines if it is the terminal, or a text: of -c, eval, an alias, a $( ). The end of
 * an input is its owner's to see; only an alias is left silently, after a blank if its value ends so. Descriptor 0 is
 * read a byte at a time, because programs that the shell starts go on reading where it stopped. NULs are no text and are
 * dropped. A read that fails is the end. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

enum { BUFFER = 256 };

struct input *input;
bool input_continues;

static void push(struct input *in) {
  in->below = input;
  in->line = 1;
  input = in;
}

void input_fd(struct input *in, int fd) {
  memset(in, 0, sizeof *in);
  in->fd = fd;
  in->tty = fd == 0 && sh.interactive && sh.tty >= 0;
  in->single = fd == 0;
  if (!in->tty) in->buffer = mem_get(BUFFER);
  push(in);
}

void input_text(struct input *in, const char *text, size_t len) {
  memset(in, 0, sizeof *in);
  in->fd = -1;
  in->text = text;
  in->end = text + len;
  push(in);
}

void input_pop(void) {
  struct input *in = input;
  input = in->below;
  if (in->fd > 2) close(in->fd);
  if (in->tree) arena_drop(in->tree);
  if (in->alias) {
    alias_done(in->alias);
    if (input) input->line = in->line; /* lines of an alias count nothing */
    free(in);
  } else {
    free(in->buffer);
  }
}

static bool fill_line(struct input *in) {
  bool interrupted;
  free(in->buffer);
  in->buffer = NULL;
  if (!input_continues) jobs_report();
  char *prompt = prompt_text(input_continues ? "PS2" : "PS1");
  in->buffer = edit_line(prompt, &interrupted);
  if (interrupted) {
    if (trap_acts(SIGINT)) raise(SIGINT), trap_run();
    sh.status = 128 + SIGINT;
    sh_raise();
  }
  if (!in->buffer) return false;
  in->text = in->buffer;
  in->end = in->buffer + strlen(in->buffer);
  return true;
}

static bool fill(struct input *in) {
  if (in->fd < 0 || in->ended) return false;
  struct mark m = arena_mark(&scratch);
  bool more;
  if (in->tty) {
    more = fill_line(in);
  } else {
    if (sh.interactive && in->fd == 0 && !in->keep) {
      const char *prompt = prompt_text(input_continues ? "PS2" : "PS1");
      write_all(2, prompt, strlen(prompt));
    }
    ssize_t n;
    do {
      n = read(in->fd, in->buffer, in->single ? 1 : BUFFER);
      if (n < 0 && errno == EINTR && sh.interactive) sh_check();
    } while (n < 0 && errno == EINTR);
    more = n > 0;
    in->text = in->buffer;
    in->end = in->buffer + (more ? n : 0);
    in->keep = more && in->end[-1] != '\n'; /* the line goes on: no prompt */
  }
  arena_release(&scratch, m);
  if (more && sh.opt[O_VERBOSE]) write_all(2, in->text, (size_t)(in->end - in->text));
  if (!more) in->ended = true;
  return more;
}

int input_get(void) {
  for (;;) {
    struct input *in = input;
    int c;
    if (in->nback) {
      c = in->back[--in->nback];
    } else if (in->text != in->end || fill(in)) {
      c = (unsigned char)*in->text++;
    } else if (in->alias && !in->ended) {
      in->ended = true; /* the blank ends its last word while the alias is still in use */
      c = ' ';
    } else if (in->alias) {
      input_pop();
      continue;
    } else {
      return -1;
    }
    if (c == '\n') in->line++;
    if (c) return c;
  }
}

/* The last byte again; -1, the end, needs nothing. */
void input_unget(int c) {
  if (c < 0) return;
  if (c == '\n') input->line--;
  input->back[input->nback++] = (unsigned char)c;
}

bool input_at_end(void) {
  const struct input *in = input;
  if (in->alias || in->fd >= 0 || in->nback) return false;
  const char *p = in->text;
  while (p < in->end && (*p == '\n' || *p == ' ' || *p == '\t')) p++;
  return p == in->end;
}

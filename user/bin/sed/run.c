#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sed.h"

static struct line space, hold; /* the pattern space and the hold space */
static unsigned long number;
static struct pattern *last_pattern;
static bool substituted;
static int status;
static bool quitting;
static bool missing_newline; /* what was written last had none */

/* ---- input: the files one after the other ---- */

static struct input in;
static char **names;
static bool is_open, apart; /* apart: each file has lines of its own */

/* Whether there is another line; opens the files that follow. */
static bool more(void) {
  for (;;) {
    if (is_open) {
      if (in.at < in.end) return true;
      if (input_fill(&in) >= 0) {
        in.at--;
        return true;
      }
      if (in.bad) status = 2;
      if (apart) return false;
      input_close(&in);
      is_open = false;
    }
    if (!*names) return false;
    is_open = input_open(&in, *names++);
    if (!is_open) status = 2;
  }
}

static void put_newline(void) {
  if (missing_newline) put_char('\n');
  missing_newline = false;
}

static void put_line(const char *text, size_t length, bool ended) {
  put_newline();
  put(text, length);
  if (ended) put_char('\n');
  missing_newline = !ended;
}

/* What a and r have asked for, until the end of the cycle. */
enum { QUEUE = 16 };
static const struct command *queue[QUEUE];
static unsigned queued;

static void put_queue(void) {
  for (unsigned i = 0; i < queued; i++) {
    put_newline();
    if (queue[i]->name == 'a') {
      put(queue[i]->text, queue[i]->length);
      continue;
    }
    int fd = open(queue[i]->text, O_RDONLY); /* one that is not there is empty */
    if (fd < 0) continue;
    flush();
    copy_bytes(fd, output_fd, queue[i]->text, "write error");
    close(fd);
  }
  queued = 0;
}

static void add_to_queue(const struct command *c) {
  if (queued == QUEUE) fail(NULL, "too many texts for one line");
  queue[queued++] = c;
}

static void end_cycle(void) {
  if (!quiet) put_line(space.text, space.length, space.ended);
  put_queue();
}

static bool next_line(void) {
  if (!more() || !input_line(&in, &space)) return false;
  number++;
  substituted = false;
  return true;
}

/* ---- addresses ---- */

static int match(struct pattern *p, size_t start, struct span groups[PATTERN_GROUPS]) {
  const char *error;
  if (p) last_pattern = p;
  if (!last_pattern) fail(NULL, "no pattern was used before");
  int r = pattern_match(last_pattern, space.text, space.length, start, groups, &error);
  if (r < 0) fail(NULL, error);
  return r;
}

static bool is_here(const struct address *a) {
  struct span groups[PATTERN_GROUPS];
  switch (a->kind) {
  case LINE: return number == a->line;
  case STEP: return a->step ? number >= a->line && (number - a->line) % a->step == 0 : number == a->line;
  case LAST: return !more();
  case MATCH: return match(a->pattern, 0, groups);
  default: return true;
  }
}

static bool range_goes_on(struct command *c) {
  if (c->to.kind == LINE || c->to.kind == MORE) {
    c->inside = number < c->end;
    return number <= c->end || is_here(&c->from);
  }
  if (is_here(&c->to)) c->inside = false;
  return true;
}

static bool selected(struct command *c) {
  if (!c->to.kind) return is_here(&c->from);
  if (c->inside) {
    if (c->to.kind == LINE) c->end = c->to.line;
    return range_goes_on(c);
  }
  if (!is_here(&c->from)) return false;
  c->end = c->to.kind == MORE ? number + c->to.line : c->to.line;
  c->inside = c->to.kind == LAST ? more() : c->to.kind == MATCH || c->end > number;
  return true;
}

/* ---- commands ---- */

static void put_replacement(struct line *to, const struct command *c, const struct span *groups) {
  const char *s = c->text, *end = s + c->length;
  for (; s < end; s++) {
    const struct span *group = *s == '&' ? &groups[0] : NULL;
    char c1 = *s;
    if (c1 == '\\' && s + 1 < end) {
      c1 = *++s;
      if (c1 >= '0' && c1 <= '9') group = &groups[c1 - '0'];
      else if (c1 == 'n') c1 = '\n';
    }
    if (!group) line_add(to, &c1, 1);
    else if (group->from >= 0) line_add(to, space.text + group->from, (size_t)(group->to - group->from));
  }
}

static void substitute(const struct command *c) {
  static struct line result;
  struct span groups[PATTERN_GROUPS];
  size_t at = 0, copied = 0;
  long last_end = -1;
  unsigned long count = 0;
  bool done = false;
  result.length = 0;
  while (at <= space.length && match(c->pattern, at, groups)) {
    size_t from = (size_t)groups[0].from, to = (size_t)groups[0].to;
    at = to;
    /* Nothing, right behind a match, is no match of its own. */
    bool counts = from != to || groups[0].from != last_end;
    last_end = groups[0].to;
    if (counts && ++count >= c->nth) {
      line_add(&result, space.text + copied, from - copied);
      put_replacement(&result, c, groups);
      copied = to;
      done = true;
      if (!c->all) break;
    }
    if (from == to) at++;
  }
  if (!done) return;
  line_add(&result, space.text + copied, space.length - copied);
  struct line old = space;
  space = result;
  space.ended = old.ended;
  result = old;
  substituted = true;
  if (c->print) put_line(space.text, space.length, space.ended);
}

static void append(struct line *to, const struct line *from) {
  line_add(to, "\n", 1);
  line_add(to, from->text ? from->text : "", from->length);
}

static void copy(struct line *to, const struct line *from) {
  to->length = 0;
  line_add(to, from->text ? from->text : "", from->length);
}

static void exchange(void) {
  struct line other = space;
  space = hold;
  hold = other;
  space.ended = hold.ended;
  line_add(&space, "", 0);
}

static size_t first_line(void) {
  const char *newline = memchr(space.text, '\n', space.length);
  return newline ? (size_t)(newline - space.text) : space.length;
}

/* n and N at the end of the input: what there is is written, and that was all. */
static bool read_more(const struct command *c) {
  if (!more()) {
    end_cycle();
    return false;
  }
  if (c->name == 'n') {
    end_cycle();
    return next_line();
  }
  struct line before = space;
  put_queue();
  space = (struct line){0};
  bool good = next_line();
  append(&before, &space);
  before.ended = space.ended;
  free(space.text);
  space = before;
  return good;
}

enum next { GO_ON, NEW_CYCLE, SAME_CYCLE, END };

static void simple(struct command *c) {
  char digits[24];
  switch (c->name) {
  case 'a':
  case 'r': add_to_queue(c); break;
  case 'i': put_newline(), put(c->text, c->length); break;
  case 'g': copy(&space, &hold); break;
  case 'G': append(&space, &hold); break;
  case 'h': copy(&hold, &space); break;
  case 'H': append(&hold, &space); break;
  case 'p': put_line(space.text, space.length, space.ended); break;
  case 'P': put_line(space.text, first_line(), true); break;
  case 's': substitute(c); break;
  case 'x': exchange(); break;
  case 'y':
    for (size_t i = 0; i < space.length; i++) space.text[i] = c->text[(unsigned char)space.text[i]];
    break;
  case '=': {
    const char *s = format_number(number, 10, digits);
    put_line(s, strlen(s), true);
    break;
  }
  }
}

static enum next run_command_of(struct command *c, unsigned *index) {
  size_t n;
  switch (c->name) {
  case 'b': *index = c->target; return GO_ON;
  case 't':
  case 'T':
    if (substituted == (c->name == 't')) *index = c->target;
    substituted = false;
    return GO_ON;
  case 'c':
    if (!c->inside || c->negated || !c->to.kind) put_newline(), put(c->text, c->length);
    put_queue();
    return NEW_CYCLE;
  case 'd': put_queue(); return NEW_CYCLE;
  case 'D':
    n = first_line();
    put_queue();
    if (n == space.length) return NEW_CYCLE;
    space.length -= n + 1;
    memmove(space.text, space.text + n + 1, space.length + 1);
    return SAME_CYCLE;
  case 'n':
  case 'N': return read_more(c) ? GO_ON : END;
  case 'q':
  case 'Q':
    if (c->name == 'q') end_cycle();
    status = (int)c->nth;
    quitting = true;
    return END;
  default: simple(c); return GO_ON;
  }
}

static bool cycle(void) {
  for (unsigned i = 0; i < command_count;) {
    struct command *c = &commands[i++];
    if (c->name == ':') continue;
    if (selected(c) == c->negated) {
      if (c->name == '{') i = c->target;
      continue;
    }
    switch (run_command_of(c, &i)) {
    case GO_ON: break;
    case NEW_CYCLE: return true;
    case SAME_CYCLE: i = 0; break;
    case END: return false;
    }
  }
  end_cycle();
  return true;
}

static void run_lines(void) {
  while (next_line())
    if (!cycle()) return;
}

/* The result takes the file's place when it is complete. */
static void run_in_place(char *file) {
  static const char suffix[] = ".sed";
  char temporary[PATH_ROOM], *one[] = {file, NULL};
  size_t n = strlen(file);
  if (n + sizeof suffix > sizeof temporary) fail(file, error_text(ENAMETOOLONG));
  memcpy(temporary, file, n);
  memcpy(temporary + n, suffix, sizeof suffix);
  names = one;
  if (!more() && !is_open) return;
  output_fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (output_fd < 0) fail_errno(temporary);
  number = 0;
  missing_newline = false;
  run_lines();
  flush();
  input_close(&in);
  is_open = false;
  if (close(output_fd) < 0 || rename(temporary, file) < 0) fail_errno(temporary);
  output_fd = 1;
}

int run_script(char **files, bool in_place) {
  static char *standard[] = {"-", NULL};
  line_add(&hold, "", 0);
  apart = in_place;
  if (in_place) {
    for (; *files && !quitting; files++) run_in_place(*files);
    return status;
  }
  names = *files ? files : standard;
  run_lines();
  return status;
}

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "util.h"

void input_from(struct input *in, int fd, const char *name) {
  in->fd = fd;
  in->name = name;
  in->at = in->end = 0;
  in->bad = false;
}

bool input_open(struct input *in, const char *name) {
  bool standard = strcmp(name, "-") == 0;
  input_from(in, standard ? 0 : open(name, O_RDONLY), standard ? "standard input" : name);
  if (in->fd < 0) complain_errno(name);
  return in->fd >= 0;
}

void input_close(struct input *in) {
  if (in->fd > 2) close(in->fd);
}

int input_fill(struct input *in) {
  ssize_t n;
  flush();
  do n = read(in->fd, in->data, sizeof in->data);
  while (n < 0 && errno == EINTR);
  in->at = in->end = 0;
  if (n < 0) {
    if (!in->bad) complain_errno(in->name);
    in->bad = true;
  }
  if (n <= 0) return -1;
  in->end = (unsigned)n;
  return (unsigned char)in->data[in->at++];
}

void line_room(struct line *line, size_t room) {
  if (room < line->room) return;
  /* By half, and when memory is short by no more than it takes. */
  size_t more = room + room / 2 + 64;
  char *text = realloc(line->text, more);
  if (!text) text = realloc(line->text, more = room + 1);
  if (!text) fail(NULL, "a line is longer than memory allows");
  line->text = text;
  line->room = more;
}

void line_add(struct line *line, const char *data, size_t length) {
  line_room(line, line->length + length);
  memcpy(line->text + line->length, data, length);
  line->length += length;
  line->text[line->length] = 0;
}

bool input_line(struct input *in, struct line *line) {
  line->length = 0;
  line->ended = false;
  line_add(line, "", 0);
  while (!line->ended) {
    if (in->at == in->end) {
      if (input_fill(in) < 0) return line->length > 0;
      in->at = 0;
    }
    const char *from = in->data + in->at, *newline = memchr(from, '\n', in->end - in->at);
    size_t n = newline ? (size_t)(newline - from) : in->end - in->at;
    line_add(line, from, n);
    line->ended = newline != NULL;
    in->at += (unsigned)n + line->ended;
  }
  return true;
}

int each_file(char **names, bool (*work)(struct input *in)) {
  static char *standard[] = {"-", NULL};
  static struct input in; /* not on the stack: it is small */
  int status = 0;
  for (char **name = *names ? names : standard; *name; name++) {
    if (!input_open(&in, *name)) {
      status = failure_status;
      continue;
    }
    if (!work(&in) || in.bad) status = failure_status;
    input_close(&in);
  }
  return status;
}

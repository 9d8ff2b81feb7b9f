/* Lines typed before: the last ones, in memory, and in the file that HISTFILE names.
 *
 * A line goes to the file when it is entered, so it is not lost with the shell; the file is cut down to what is kept here
 * when a shell starts with one that is longer. Errors with the file only mean that it has no history. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

static char **lines; /* HISTORY_LINES, the latest first */
static unsigned count, bytes;

static void drop_last(void) {
  bytes -= (unsigned)strlen(lines[--count]) + 1;
  free(lines[count]);
}

static bool keep(const char *line) {
  size_t size = strlen(line) + 1;
  if (!lines && !(lines = malloc(HISTORY_LINES * sizeof *lines))) return false;
  if (!line[strspn(line, " \t")] || size > HISTORY_BYTES || (count && !strcmp(lines[0], line))) return false;
  while (count && (count == HISTORY_LINES || bytes + size > HISTORY_BYTES)) drop_last();
  char *copy = malloc(size);
  if (!copy) return false;
  memmove(lines + 1, lines, count * sizeof *lines);
  lines[0] = memcpy(copy, line, size);
  count++;
  bytes += (unsigned)size;
  return true;
}

const char *history_get(unsigned back) { return back && back <= count ? lines[back - 1] : NULL; }

static int open_file(int flags) {
  const char *name = var_get("HISTFILE");
  return name && *name ? open(name, flags | O_CLOEXEC, 0600) : -1;
}

static void append(int fd, const char *line) {
  struct mark m = arena_mark(&scratch);
  struct str s;
  str_init(&s, &scratch);
  str_add(&s, line, strlen(line));
  str_put(&s, '\n');
  write_all(fd, s.p, s.len);
  arena_release(&scratch, m);
}

void history_add(const char *line) {
  if (!keep(line)) return;
  int fd = open_file(O_WRONLY | O_CREAT | O_APPEND);
  if (fd < 0) return;
  append(fd, line);
  close(fd);
}

/* Reads the file: how many bytes it has. */
static unsigned load(int fd, char *line) {
  char part[128];
  size_t len = 0;
  unsigned all = 0;
  for (ssize_t n; (n = read(fd, part, sizeof part)) > 0; all += (unsigned)n)
    for (const char *p = part; p < part + n; p++) {
      if (*p != '\n') {
        if (len < LINE_LIMIT && (unsigned char)*p >= ' ') line[len++] = *p;
        continue;
      }
      line[len] = 0;
      keep(line);
      len = 0;
    }
  return all;
}

void history_init(void) {
  int fd = open_file(O_RDONLY);
  if (fd < 0) return;
  struct mark m = arena_mark(&scratch);
  unsigned all = load(fd, arena_get(&scratch, LINE_LIMIT + 1));
  arena_release(&scratch, m);
  close(fd);
  if (all <= 2 * HISTORY_BYTES) return;
  fd = open_file(O_WRONLY | O_TRUNC);
  if (fd < 0) return;
  for (unsigned back = count; back; back--) append(fd, history_get(back));
  close(fd);
}

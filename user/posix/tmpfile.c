/* newlib's would bring newlib's remove() along, which cannot remove directories. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

FILE *tmpfile(void) {
  char name[] = "/tmp/tmpXXXXXX";
  int fd = mkstemp(name);
  if (fd < 0) return NULL;
  unlink(name);
  FILE *f = fdopen(fd, "w+");
  if (!f) close(fd);
  return f;
}

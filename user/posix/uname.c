/* What runs here: the first line of /proc/version, which is "Pith RELEASE VERSION". */
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "result.h"

#define STRING(x) #x
#define NUMBER(x) STRING(x)

static void part(char *to, size_t size, const char *from, size_t length) {
  if (length >= size) length = size - 1;
  memcpy(to, from, length);
  to[length] = 0;
}

static void from_line(struct utsname *to, const char *line) {
  size_t n = strcspn(line, " ");
  part(to->sysname, sizeof to->sysname, line, n);
  line += n + (line[n] == ' ');
  n = strcspn(line, " ");
  part(to->release, sizeof to->release, line, n);
  line += n + (line[n] == ' ');
  part(to->version, sizeof to->version, line, strcspn(line, "\n"));
}

int uname(struct utsname *to) {
  char line[128];
  int fd = open("/proc/version", O_RDONLY);
  ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
  if (fd >= 0) close(fd);
  if (n < 0) return -1;
  line[n] = 0;
  from_line(to, line);
  strcpy(to->nodename, "pith");
  strcpy(to->machine, "armv" NUMBER(__ARM_ARCH) "m");
  return 0;
}

int gethostname(char *to, size_t size) {
  static const char name[] = "pith";
  if (size < sizeof name) return (int)result(-ENAMETOOLONG);
  memcpy(to, name, sizeof name);
  return 0;
}

/* Error messages without strerror(), which would bring 4 KB of texts into every program. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "util.h"

#define ERRORS(E)                                                                                            \
  E(EPERM, "Operation not permitted")                                                                        \
  E(ENOENT, "No such file or directory")                                                                     \
  E(ESRCH, "No such process") E(EINTR, "Interrupted system call") E(EIO, "Input/output error")               \
      E(E2BIG, "Argument list too long") E(ENOEXEC, "Exec format error") E(EBADF, "Bad file descriptor")     \
          E(ECHILD, "No child processes") E(EAGAIN, "Resource temporarily unavailable") E(                   \
              ENOMEM, "Cannot allocate memory") E(EACCES, "Permission denied") E(EBUSY,                      \
                                                                                 "Device or resource busy")  \
              E(EEXIST, "File exists") E(EXDEV, "Invalid cross-device link") E(ENODEV, "No such device")     \
                  E(ENOTDIR, "Not a directory") E(EISDIR, "Is a directory") E(EINVAL, "Invalid argument")    \
                      E(ENFILE, "Too many open files in system") E(EMFILE, "Too many open files")            \
                          E(ENOTTY, "Inappropriate ioctl for device") E(EFBIG, "File too large")             \
                              E(ENOSPC, "No space left on device") E(ESPIPE, "Illegal seek")                 \
                                  E(EROFS, "Read-only file system") E(EMLINK, "Too many links")              \
                                      E(EPIPE, "Broken pipe") E(ENOSYS, "Function not implemented")          \
                                          E(ENOTEMPTY, "Directory not empty")                                \
                                              E(ENAMETOOLONG, "File name too long")                          \
                                                  E(ETIMEDOUT, "Connection timed out")                       \
                                                      E(ENOTSUP, "Operation not supported")                  \
                                                          E(ELOOP, "Too many levels of symbolic links")

int failure_status = 1;

const char *error_text(int error) {
#define NUMBER(number, text) number,
#define TEXT(number, text) text "\0"
  static const short numbers[] = {ERRORS(NUMBER)};
  static const char texts[] = ERRORS(TEXT);
  const char *text = texts;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++, text += strlen(text) + 1)
    if (numbers[i] == error) return text;
  static char unknown[8 + 24];
  char *digits = format_number((unsigned)error, 10, unknown + 8);
  return memcpy(digits - 6, "error ", 6);
}

static void say(const char *s) { write_all(2, s, strlen(s)); }

/* In one write where it fits, so that the lines of two programs do not mix. */
void complain(const char *what, const char *why) {
  const char *parts[] = {util_name, ": ", what ? what : "", what ? ": " : "", why, "\n"};
  char line[160];
  size_t used = 0;
  flush();
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    size_t n = strlen(parts[i]);
    if (used + n <= sizeof line) {
      memcpy(line + used, parts[i], n);
      used += n;
      continue;
    }
    write_all(2, line, used);
    used = 0;
    say(parts[i]);
  }
  write_all(2, line, used);
}

void complain_errno(const char *what) {
  int error = errno; /* before flush() */
  complain(what, error_text(error));
}

_Noreturn void fail(const char *what, const char *why) {
  complain(what, why);
  exit(failure_status);
}

_Noreturn void fail_errno(const char *what) {
  int error = errno; /* before flush() */
  fail(what, error_text(error));
}

_Noreturn void usage(const char *what, const char *why) {
  if (why) complain(what, why);
  say("usage: ");
  say(util_name);
  say(*util_synopsis ? " " : "");
  say(util_synopsis);
  say("\n");
  exit(2);
}

void *need_memory(void *p) {
  if (!p) fail(NULL, "not enough memory");
  return p;
}

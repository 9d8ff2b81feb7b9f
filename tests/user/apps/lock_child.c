/* Another process that locks bytes of a file, for posix_lock.c.
 *
 *   lock_child COMMAND TYPE START LENGTH FILE    COMMAND: F_SETLK and so on, or 0 for flock(), whose operation is TYPE
 *
 * When it has the lock it writes a byte to descriptor 1 and waits for the end of descriptor 0. Its status is the error, or 0.
 * pith_app: STACK 2048 HEAP 4096 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 6) return 99;
  int fd = open(argv[5], O_RDWR), command = atoi(argv[1]), type = atoi(argv[2]);
  struct flock l = {.l_type = (short)type, .l_start = atol(argv[3]), .l_len = atol(argv[4])};
  if (fd < 0 || (command ? fcntl(fd, command, &l) : flock(fd, type))) return errno;
  char c = (char)l.l_type;
  write(1, &c, 1);
  return read(0, &c, 1) != 0;
}

/* logger: writes what a kernel thread measures (init/sensor.c, --sensor MS) to files that are kept short.
 *
 *   logger [-n READINGS] [-s BYTES] [-k FILES] DIR     until READINGS are written, or a signal; -s 4096 -k 4
 *
 * DIR/sensor.log grows to BYTES at most, becomes sensor.log.1, that becomes sensor.log.2, and so on; FILES old ones are
 * kept. A line is a reading: its number, the time it was due (s), how late it was (us), its jitter (ns), and clock
 * interrupts. Lines are whole in every file, and what has been rotated away has been fsynced first.
 *
 * The sender never waits for this process: if the queue is full a reading is lost, and the next number tells. Each gap is
 * one line of the log. A write that fails (a full disk) ends the program with an error. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pith_sensor.h"

enum { PATH = 128, LINE = 100 };

static volatile sig_atomic_t stop;
static const char *folder;
static long file_bytes = 4096, files_kept = 4;
static int log_fd = -1;
static long log_size;

static void on_signal(int sig) { stop = sig; }

static _Noreturn void die(const char *what) {
  fprintf(stderr, "logger: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* DIR/sensor.log for 0, DIR/sensor.log.N. */
static const char *path_of(long n, char path[PATH]) {
  if (n) snprintf(path, PATH, "%s/sensor.log.%ld", folder, n);
  else snprintf(path, PATH, "%s/sensor.log", folder);
  return path;
}

/* Goes on behind the last whole line: power may have failed in the middle of one. */
static void open_log(void) {
  char path[PATH], c;
  struct stat s;

  log_fd = open(path_of(0, path), O_RDWR | O_CREAT, 0666);
  if (log_fd < 0 || fstat(log_fd, &s)) die(path);
  for (log_size = s.st_size; log_size; log_size--) {
    if (lseek(log_fd, log_size - 1, SEEK_SET) < 0 || read(log_fd, &c, 1) != 1) die(path);
    if (c == '\n') break;
  }
  if (ftruncate(log_fd, log_size) || lseek(log_fd, log_size, SEEK_SET) < 0) die(path);
}

static void close_log(void) {
  if (fsync(log_fd) || close(log_fd)) die("sensor.log");
}

/* The oldest is replaced by the one before it, and so on: at no time is a whole file missing. */
static void rotate(void) {
  char from[PATH], to[PATH];

  close_log();
  for (long n = files_kept; n > 0; n--)
    if (rename(path_of(n - 1, from), path_of(n, to)) && errno != ENOENT) die(to);
  if (!files_kept && unlink(path_of(0, from))) die(from);
  open_log();
}

static void write_line(const char *line, int length) {
  if (log_size && log_size + length > file_bytes) rotate();
  for (int done = 0; done < length;) {
    ssize_t n = write(log_fd, line + done, (size_t)(length - done));

    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      int error = errno;

      ftruncate(log_fd, log_size); /* no half of a line */
      errno = error;
      die("sensor.log");
    }
    done += (int)n;
  }
  log_size += length;
}

static void write_reading(const struct pith_reading *r, uint32_t lost) {
  char line[LINE];

  if (lost) write_line(line, snprintf(line, sizeof line, "# %lu lost\n", (unsigned long)lost));
  write_line(line,
             snprintf(line, sizeof line, "%lu %lld.%03lld %lu %ld %lu\n", (unsigned long)r->number,
                      (long long)r->time_us / 1000000, (long long)r->time_us / 1000 % 1000,
                      (unsigned long)r->late_us, (long)r->jitter_ns, (unsigned long)r->clock_interrupts));
}

static mqd_t open_queue(void) {
  mqd_t queue = mq_open("/sensor", O_RDONLY);

  if (queue != (mqd_t)-1) return queue;
  if (errno == ENOENT) fprintf(stderr, "logger: there is no /mq/sensor: start the system with --sensor MS\n");
  else perror("logger: /mq/sensor");
  exit(1);
}

static void run(mqd_t queue, long readings) {
  uint32_t expected = 0;
  unsigned long written = 0, lost = 0;

  while (!stop && (!readings || written < (unsigned long)readings)) {
    struct pith_reading r;
    ssize_t n = mq_receive(queue, (char *)&r, sizeof r, NULL);

    if (n < 0 && errno == EINTR) continue;
    if (n != sizeof r) die("/mq/sensor");
    /* What came before it looked is nobody's loss. */
    uint32_t gap = expected ? r.number - expected : 0;

    write_reading(&r, gap);
    expected = r.number + 1;
    lost += gap;
    written++;
  }
  close_log();
  printf("logger: %lu readings written, %lu lost\n", written, lost);
}

static int number(const char *text, long low, long *value) {
  char *end;

  *value = strtol(text, &end, 10);
  return *text && !*end && *value >= low && *value <= 1000000000;
}

int main(int argc, char *argv[]) {
  struct sigaction action = {.sa_handler =
                                 on_signal}; /* no SA_RESTART: a signal ends the wait for a reading */
  long readings = 0;
  int c, good = 1;

  while ((c = getopt(argc, argv, "n:s:k:")) != -1)
    good = good &&
           ((c == 'n' && number(optarg, 1, &readings)) || (c == 's' && number(optarg, LINE, &file_bytes)) ||
            (c == 'k' && number(optarg, 0, &files_kept)));
  if (!good || optind != argc - 1 || strlen(argv[optind]) > PATH - 32) {
    fprintf(stderr, "usage: logger [-n READINGS] [-s BYTES] [-k FILES] DIR\n");
    return 2;
  }
  folder = argv[optind];
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  mqd_t queue = open_queue();
  open_log();
  run(queue, readings);
  mq_close(queue);
  return 0;
}

/* What the programs of user/bin share: errors, options, numbers, buffered reading and writing, paths.
 *
 * A program has no stdio: what it writes goes through one buffer to standard output, which is flushed before every read, so
 * that a filter on a terminal or in a pipe answers at once. Each program defines util_name and util_synopsis.
 * Whatever fails says one line on standard error, "NAME: what: why". Functions that do not return end the
 * program with failure_status (1 unless it sets another), after a usage error with 2. Main thread only. */
#ifndef PITH_UTIL_H
#define PITH_UTIL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

extern const char util_name[], util_synopsis[];
extern int failure_status;

/* ---- errors ---- */
const char *error_text(int error);                /* what POSIX calls it, or "error N" in a static buffer */
void complain(const char *what, const char *why); /* flushes the output, then says it */
void complain_errno(const char *what);            /* why is errno */
_Noreturn void fail(const char *what, const char *why);
_Noreturn void fail_errno(const char *what);
_Noreturn void usage(const char *what, const char *why); /* NULL, NULL: the synopsis alone */

/* ---- options: as getopt(), up to the first operand; an unknown one is a usage error ---- */
extern int option_at; /* index of the first operand, once option() has said -1 */
extern char *option_value;
int option(int argc, char **argv, const char *letters);

/* ---- numbers ---- */
bool parse_number(const char *s, unsigned base, unsigned long long *to); /* all of s is digits, and it fits */
/* Seconds with a fraction ("0.25", ".5", "2") in nanoseconds; digits beyond are dropped. */
bool parse_seconds(const char *s, unsigned long long *ns);
/* A decimal number with an optional k, K, M or G (1024 each), or b (512); else a usage error that names what. */
unsigned long long number_argument(const char *what, const char *s, unsigned long long most);
char *format_number(unsigned long long value, unsigned base,
                    char end[24]); /* writes backwards from end + 23 */
/* "1.5K" as ls -h has it, at most 5 bytes. */
const char *format_size(unsigned long long bytes, char to[8]);

/* ---- output ---- */
extern int output_fd; /* 1, unless the program changes it while nothing is in the buffer */
void put(const void *data, size_t length);
void put_char(int c);
void put_text(const char *s);
/* %s %c %d %u %x %o %%, l and ll before the last four, flags - and 0, a width or *, a precision for %s. */
void put_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
void flush(void);
int finish(int status);                                  /* flushes; the status to return from main() */
bool write_all(int fd, const void *data, size_t length); /* false: errno */

/* ---- input ---- */
struct input {
  int fd;
  const char *name;
  unsigned at, end;
  bool bad; /* a read failed, and it was said */
  char data[1024];
};
bool input_open(struct input *in, const char *name); /* "-" is standard input; false: it was said */
void input_from(struct input *in, int fd, const char *name);
void input_close(struct input *in);
int input_fill(struct input *in); /* next byte, or -1 at the end or after an error */
static inline int input_byte(struct input *in) {
  return in->at < in->end ? (unsigned char)in->data[in->at++] : input_fill(in);
}

/* A line without its newline, and a 0 behind it. It grows as long as there is memory: then the program fails and says so. */
struct line {
  char *text;
  size_t length, room;
  bool ended; /* by a newline; the last one of a file may not be */
};
bool input_line(struct input *in, struct line *line); /* false: end, or an error that was said */
void line_room(struct line *line, size_t room);
void line_add(struct line *line, const char *data, size_t length);

/* Runs work on each file named, or on standard input; failure_status if one could not be opened or read, or work said false. */
int each_file(char **names, bool (*work)(struct input *in));
void *need_memory(void *p); /* p, unless it is NULL: then the program fails */

/* ---- files ---- */
char *trim_slashes(char *path);          /* path, without the slashes at its end */
const char *base_name(const char *path); /* the last name of a trimmed path */
/* path/name in a static buffer of PATH_ROOM bytes; NULL and ENAMETOOLONG if it does not fit. */
enum { PATH_ROOM = 512 };
const char *path_join(const char *path, const char *name);
void mode_text(mode_t mode, char to[11]);                                      /* "drwxr-xr-x" */
bool copy_bytes(int from, int to, const char *from_name, const char *to_name); /* false: it was said */
bool mode_parse(const char *s, mode_t *mode);                                  /* octal */
bool is_directory(const char *path);

/* Both say what fails and go on with the rest; false: something did. No deeper than TREE_DEPTH folders. */
enum { TREE_DEPTH = 32 };
bool remove_tree(const char *path);
bool copy_tree(const char *from, const char *to, bool recursive);
extern bool copy_times; /* what copy_tree() makes has the times of what it was made of */
/* The bytes and the mode of a file; never onto itself. */
bool copy_file(const char *from, const char *to);
/* Where something comes that is copied or moved to `to`: in it, if it is a directory. In path_join()'s buffer, or NULL. */
const char *destination(const char *from, char *to);

/* A file on the way through a tree: its path, the last name of it, how many folders are between it and the beginning. */
struct visit {
  const char *path, *name;
  const struct stat *st;
  unsigned depth;
};
struct walk {
  bool (*before)(const struct visit *v); /* of each file; of a folder, false: what is in it is left out */
  void (*after)(const struct visit *v);  /* of a folder, once all in it was visited; may be NULL */
};
bool walk_tree(const char *path, const struct walk *w); /* as the two above; the path is trimmed */

/* ---- time: UTC, there are no zones ---- */
struct tm;
long long time_of(const struct tm *t); /* seconds since 1970; years from 0 on */
size_t format_time(char *to, size_t room, const char *format, const struct tm *t, long ns);
/* @SECONDS, YYYY-MM-DD[ T]HH:MM[:SS], YYYY-MM-DD, HH:MM[:SS]; what it does not say stays in *t. False: it is no time. */
bool parse_time(const char *s, struct tm *t);
/* MMDDhhmm[[CC]YY][.ss], or [[CC]YY]MMDDhhmm[.ss]. */
bool parse_time_digits(const char *s, bool year_first, struct tm *t);

/* ---- children ---- */
/* Runs argv[0], looked for in PATH, and waits for it; its status as a shell has it, 126 or 127 when it cannot run. */
struct rusage;
int run_command(char **argv, struct rusage *usage);
int wait_command(pid_t pid, struct rusage *usage);
int cannot_run(const char *name, int error); /* says it; 126 or 127 */

/* A command, its own words and those that are added; it runs when it has as many as a process takes, or so many bytes of them, and for
 * what is left when batch_run() is called. If its stack is too small for them (E2BIG), there are several runs of fewer. */
enum { BATCH_WORDS = 64, BATCH_BYTES = 3072 };
struct batch {
  void (*ended)(int status);    /* after each run */
  void (*before)(char **words); /* before each; may be NULL */
  const char *input;            /* its standard input; NULL: as it is */
  unsigned own, count;
  size_t bytes; /* of the words that were added */
  char *words[BATCH_WORDS + 1];
};
void batch_start(struct batch *b, char **words, unsigned own); /* fewer than BATCH_WORDS */
void batch_add(struct batch *b, const char *word);
void batch_run(struct batch *b);
/* The word with `by` wherever mark is, in the heap. */
char *word_replaced(const char *word, const char *mark, const char *by);
int signal_number(const char *name); /* "TERM", "SIGTERM", "15"; -1: none */
const char *signal_name(int number); /* "TERM"; NULL: none */
#endif

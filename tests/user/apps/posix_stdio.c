/* The streams on files: buffers, positions, formats, temporary files, lines.
 * pith_app: STACK 6144 HEAP 16384 */
#include "posix.h"
#include <stdio.h>
#include <stdlib.h>

static char line[200];

static void text(void) {
  FILE *f = fopen("/tmp/text", "w");
  CHECK(f);
  if (!f) return;
  for (int i = 0; i < 300; i++) CHECK(fprintf(f, "line %d of %s\n", i, "text") > 0);
  CHECK_EQ(fclose(f), 0);
  f = fopen("/tmp/text", "r");
  int n = 0, number;
  while (fgets(line, sizeof line, f)) n += sscanf(line, "line %d of text", &number) == 1 && number == n;
  CHECK_EQ(n, 300);
  CHECK(feof(f) && !ferror(f));
  rewind(f);
  CHECK_EQ(fgetc(f), 'l');
  CHECK_EQ(ungetc('L', f), 'L');
  CHECK_EQ(fgetc(f), 'L');
  CHECK_EQ(fclose(f), 0);
  f = fopen("/tmp/text", "a");
  CHECK_EQ(fputs("the end\n", f) >= 0, 1);
  CHECK_EQ(fclose(f), 0);
  f = fopen("/tmp/text", "r");
  CHECK_EQ(fseek(f, -8, SEEK_END), 0);
  CHECK(fgets(line, sizeof line, f) && !strcmp(line, "the end\n"));
  CHECK_EQ(fclose(f), 0);
  CHECK_EQ(remove("/tmp/text"), 0);
  CHECK(!fopen("/tmp/text", "r") && errno == ENOENT);
}

static void binary(void) {
  FILE *f = fopen("/tmp/bin", "w+b");
  unsigned block[64], got[64];
  CHECK(f);
  if (!f) return;
  for (unsigned k = 0; k < 40; k++) {
    for (unsigned i = 0; i < 64; i++) block[i] = k * 1000 + i;
    CHECK_EQ(fwrite(block, 4, 64, f), 64);
  }
  CHECK_EQ(ftell(f), 40 * 256);
  for (unsigned k = 40; k-- > 0;) {
    CHECK_EQ(fseek(f, (long)k * 256, SEEK_SET), 0);
    CHECK_EQ(fread(got, 4, 64, f), 64);
    CHECK(got[0] == k * 1000 && got[63] == k * 1000 + 63);
  }
  CHECK_EQ(fseek(f, 100, SEEK_SET), 0);
  CHECK_EQ(fwrite("ABCD", 1, 4, f), 4);
  CHECK_EQ(fseek(f, 100, SEEK_SET), 0);
  CHECK_EQ(fread(line, 1, 4, f), 4);
  CHECK(!memcmp(line, "ABCD", 4));
  CHECK_EQ(fseek(f, 0, SEEK_END), 0);
  CHECK_EQ(ftell(f), 40 * 256);
  CHECK_EQ(fread(line, 1, 4, f), 0);
  CHECK_EQ(fclose(f), 0);
  CHECK_EQ(remove("/tmp/bin"), 0);
}

static void full(void) {
  FILE *f = fopen("/dev/full", "w");
  CHECK(f);
  if (!f) return;
  CHECK_EQ(fputs("does not fit", f) >= 0, 1);
  errno = 0;
  CHECK_EQ(fflush(f), EOF);
  CHECK_EQ(errno, ENOSPC);
  CHECK(ferror(f));
  fclose(f);
}

static void temporary(void) {
  char name[] = "/tmp/abcXXXXXX";
  FILE *f = tmpfile();
  CHECK(f);
  if (!f) return;
  CHECK_EQ(fputs("gone soon", f) >= 0, 1);
  rewind(f);
  CHECK(fgets(line, sizeof line, f) && !strcmp(line, "gone soon"));
  CHECK_EQ(fclose(f), 0);
  int fd = mkstemp(name);
  CHECK(fd >= 0 && !strchr(name, 'X'));
  f = fdopen(fd, "w");
  CHECK(f && fputs("x", f) >= 0);
  CHECK_EQ(fclose(f), 0);
  CHECK_EQ(remove(name), 0);
  char folder[] = "/tmp/dXXXXXXX", with_end[] = "/tmp/aXXXXXX.c", bad[] = "/tmp/XXXXX";
  CHECK(mkdtemp(folder) == folder && !strchr(folder, 'X'));
  CHECK_EQ(rmdir(folder), 0);
  fd = mkstemps(with_end, 2);
  CHECK(fd >= 0 && !strcmp(with_end + 12, ".c") && !strchr(with_end, 'X'));
  CHECK_EQ(close(fd), 0);
  CHECK_EQ(remove(with_end), 0);
  errno = 0;
  CHECK(mkstemp(bad) < 0 && errno == EINVAL);
  CHECK(tmpnam(line) && !strncmp(line, "/tmp/", 5));
}

static void redirected(void) {
  CHECK(freopen("/tmp/out", "w", stdout));
  printf("to a file\n");
  CHECK_EQ(fflush(stdout), 0);
  CHECK(freopen("/dev/console", "w", stdout));
  FILE *f = fopen("/tmp/out", "r");
  CHECK(f && fgets(line, sizeof line, f) && !strcmp(line, "to a file\n"));
  if (f) fclose(f);
  CHECK_EQ(remove("/tmp/out"), 0);
}

TESTS({"text", text}, {"binary", binary}, {"full", full}, {"temporary", temporary},
      {"redirected", redirected})

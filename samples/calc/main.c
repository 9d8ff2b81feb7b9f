/* calc: a calculator with variables and functions, on the terminal or from files.
 *
 *   calc [FILE]...     the lines of these files; without any, of standard input, with a prompt if that is a terminal
 *
 *   x = 3; hypot(x, 4)          several commands in a line; the value of each that assigns nothing is shown
 *   area(r) = pi * r^2          a function of one or two parameters, which hide variables
 *   area(2), ans / 2            ans is the last value that was shown
 *   # a comment
 *
 * + - * / % ^ (right to left, above the sign: -2^2 is -4) and brackets, over double. An error is one line that says where, and ends
 * the line it is in; a file's also ends the program with 1, after the rest of it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "calc.h"

enum { LINE = 200 };

static int run_stream(FILE *in, int prompt) {
  static char text[LINE];
  int errors = 0, c;

  for (;;) {
    if (prompt) fputs("> ", stdout), fflush(stdout);
    if (!fgets(text, sizeof text, in)) break;
    calc_line += !prompt;
    if (!strchr(text, '\n') && !feof(in)) {
      while ((c = fgetc(in)) != '\n' && c != EOF) continue;
      fprintf(stderr, "%s: a line has at most %d characters\n", calc_file, LINE - 2);
      errors++;
    } else {
      errors += calc_run(text);
    }
  }
  if (prompt) putchar('\n');
  return errors && !prompt;
}

int main(int argc, char *argv[]) {
  int status = 0;

  if (argc < 2) return run_stream(stdin, isatty(0));
  for (int i = 1; i < argc; i++) {
    FILE *in = fopen(argv[i], "r");

    if (!in) {
      perror(argv[i]);
      status = 1;
      continue;
    }
    calc_file = argv[i];
    calc_line = 0;
    status |= run_stream(in, 0);
    fclose(in);
  }
  return status;
}

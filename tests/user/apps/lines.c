/* Prints every line that it reads from standard input, until its end or a line "quit". */
#include <stdio.h>
#include <string.h>

int main(void) {
  static char line[128];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\r\n")] = 0;
    if (strcmp(line, "quit") == 0)
      break;
    printf("%s\n", line);
  }
  return 0;
}

/* pith_app: STACK 8192 HEAP 49152
 *
 * Shows how one file becomes another: line by line, or with -u, -U N as a patch with 3, N lines around (and without times). -q: only
 * whether they differ; -s: says that they do not; -i: letters of either case are equal; -b: blanks are, however many; -w: blanks do not
 * count. 0: equal, 1: not, 2: trouble. Both files must fit in memory, with some 20 bytes more for each line of each. */
#include <string.h>
#include "diff.h"

const char util_name[] = "diff", util_synopsis[] = "[-biqsuw] [-U LINES] FILE1 FILE2";

/* A folder stands for the file in it that has the other's name. */
static const char *file_in(const char *path, const char *other) {
  if (strcmp(path, "-") == 0 || !is_directory(path)) return path;
  const char *whole = is_directory(other) ? NULL : path_join(path, base_name(other));
  if (!whole) fail(path, "is a folder");
  return need_memory(strdup(whole));
}

static int compare(bool brief, bool tells_equal, int32_t around) {
  const char *a = sides[0].name, *b = sides[1].name;
  bool binary = is_binary(&sides[0]) || is_binary(&sides[1]);
  bool differ =
      sides[0].length != sides[1].length || memcmp(sides[0].text, sides[1].text, sides[0].length) != 0;
  if (differ && !binary) differ = compare_sides();
  if (!differ && tells_equal) put_format("Files %s and %s are identical\n", a, b);
  if (!differ) return 0;
  if (brief || binary) put_format("%s %s and %s differ\n", binary ? "Binary files" : "Files", a, b);
  else if (around >= 0) show_unified(around);
  else show_normal();
  return 1;
}

int main(int argc, char **argv) {
  bool brief = false, tells_equal = false;
  int32_t around = -1;
  failure_status = 2;
  for (int c; (c = option(argc, argv, "biqsuwU:")) != -1;) switch (c) {
    case 'b': some_blanks = true; break;
    case 'i': either_case = true; break;
    case 'q': brief = true; break;
    case 's': tells_equal = true; break;
    case 'u': around = around < 0 ? 3 : around; break;
    case 'w': all_blanks = true; break;
    default: around = (int32_t)number_argument(option_value, option_value, 100000);
    }
  argv += option_at;
  if (argc - option_at < 2) usage(NULL, "two files are needed");
  if (argc - option_at > 2) usage(argv[2], "one operand too many");
  read_side(&sides[0], file_in(argv[0], argv[1]));
  read_side(&sides[1], file_in(argv[1], argv[0]));
  return finish(compare(brief, tells_equal, around));
}

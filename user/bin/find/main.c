/* pith_app: STACK 8192 HEAP 16384
 *
 * Finds files in folders and does something with them. Tests: -name -iname -path PATTERN; -type f|d|c|p; -size [+-]N[ckMG] (blocks of 512);
 * -newer FILE; -mtime [+-]DAYS, -mmin [+-]MINUTES; -empty. Actions: -print, -print0, -exec COMMAND ; (with {} in it), -exec COMMAND {} +,
 * -delete, -prune. -depth: a folder after what is in it; -maxdepth N, -mindepth N; -xdev: stays on one file system. Joined by -a (or
 * nothing), -o, !, ( ). A folder's names must fit in memory. */
#include <string.h>
#include <time.h>
#include "find.h"

const char util_name[] = "find", util_synopsis[] = "[PATH...] [EXPRESSION]";

unsigned least_depth, most_depth = UINT32_MAX;
bool depth_first, one_device, pruned;
int status;
static struct node *expression;

static void consider(const struct visit *v) {
  if (v->depth >= least_depth) fits(expression, v);
}

static bool before(const struct visit *v) {
  static dev_t device;
  if (!v->depth) device = v->st->st_dev;
  if (one_device && v->st->st_dev != device) return false;
  pruned = false;
  if (!depth_first || !S_ISDIR(v->st->st_mode)) consider(v);
  return !pruned && v->depth < most_depth;
}

static void after(const struct visit *v) {
  if (depth_first) consider(v);
}

int main(int argc, char **argv) {
  static const struct walk walk = {before, after};
  static char *here[] = {".", NULL};
  int i = 1;
  while (i < argc && (strcmp(argv[i], "-H") == 0 || strcmp(argv[i], "-L") == 0)) i++; /* there are no links */
  char **paths = argv + i, **words = paths;
  while (*words && **words != '-' && strcmp(*words, "!") != 0 && strcmp(*words, "(") != 0) words++;
  expression = parse(words);
  if (words == paths) paths = here, words = here + 1;
  for (; paths < words; paths++)
    if (!walk_tree(*paths, &walk)) status = 1;
  run_rest(expression);
  return finish(status);
}

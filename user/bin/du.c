/* pith_app: STACK 8192 HEAP 16384
 *
 * How much room files take, those of a folder together, in blocks of 512 bytes. -k: of 1,024; -h: with units; -a: of each file too;
 * -s: only what is named. */
#include <string.h>
#include "util.h"

const char util_name[] = "du", util_synopsis[] = "[-a | -s] [-hk] [FILE...]";

static char unit;
static bool all, summed;
static unsigned long long blocks[TREE_DEPTH + 2]; /* of the folder at each depth, so far */

static void put_size(const struct visit *v, unsigned long long n) {
  char size[8];
  if (unit == 'h') put_text(format_size(n * 512, size));
  else put_format("%llu", unit == 'k' ? (n + 1) / 2 : n);
  put_format("\t%s\n", v->path);
}

static bool before(const struct visit *v) {
  blocks[v->depth + 1] = 0;
  if (v->depth == 0) blocks[0] = 0;
  blocks[v->depth + S_ISDIR(v->st->st_mode)] += (unsigned long long)v->st->st_blocks;
  if (!S_ISDIR(v->st->st_mode) && (!v->depth || (all && !summed)))
    put_size(v, (unsigned long long)v->st->st_blocks);
  return true;
}

static void after(const struct visit *v) {
  unsigned long long n = blocks[v->depth + 1];
  blocks[v->depth] += n;
  if (!v->depth || !summed) put_size(v, n);
}

int main(int argc, char **argv) {
  static const struct walk walk = {before, after};
  static char *here[] = {".", NULL};
  int status = 0;
  for (int c; (c = option(argc, argv, "askhx")) != -1;) {
    if (c == 'a') all = true;
    else if (c == 's') summed = true;
    else if (c != 'x') unit = (char)c;
  }
  if (all && summed) usage(NULL, "either -a or -s");
  for (char **path = argv[option_at] ? argv + option_at : here; *path; path++)
    if (!walk_tree(*path, &walk)) status = 1;
  return finish(status);
}

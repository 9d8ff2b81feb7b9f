#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* FNM_CASEFOLD */
#endif
#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include "find.h"

static bool compare(const struct node *n, uint32_t value) {
  return n->sign == '+' ? value > n->number : n->sign == '-' ? value < n->number : value == n->number;
}

static bool size_fits(const struct node *n, const struct stat *st) {
  uint32_t size = (uint32_t)st->st_size; /* no file here has 4 GB */
  return compare(n, size / n->unit + (size % n->unit != 0));
}

static bool age_fits(const struct node *n, const struct stat *st) {
  static time_t now;
  if (!now) now = time(NULL);
  return compare(n, now > st->st_mtime ? (uint32_t)(now - st->st_mtime) / n->unit : 0);
}

static bool type_fits(char letter, mode_t mode) {
  switch (letter) {
  case 'f': return S_ISREG(mode);
  case 'd': return S_ISDIR(mode);
  case 'c': return S_ISCHR(mode);
  case 'b': return S_ISBLK(mode);
  case 'p': return S_ISFIFO(mode);
  default: return false; /* links and sockets: there are none */
  }
}

static bool is_empty(const struct visit *v) {
  struct dirent *entry;
  if (S_ISREG(v->st->st_mode)) return v->st->st_size == 0;
  DIR *folder = S_ISDIR(v->st->st_mode) ? opendir(v->path) : NULL;
  if (!folder) return false;
  while ((entry = readdir(folder)))
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) break;
  closedir(folder);
  return !entry;
}

static bool run(const struct node *n, const char *path) {
  char *words[BATCH_WORDS + 1];
  flush();
  for (uint32_t i = 0; i < n->number; i++) words[i] = word_replaced(n->words[i], "{}", path);
  words[n->number] = NULL;
  int result = run_command(words, NULL);
  for (uint32_t i = 0; i < n->number; i++) free(words[i]);
  return result == 0;
}

static bool remove_file(const struct visit *v) {
  if (strcmp(v->path, ".") == 0) return true;
  if ((S_ISDIR(v->st->st_mode) ? rmdir : unlink)(v->path) == 0) return true;
  complain_errno(v->path);
  status = 1;
  return false;
}

static bool is_newer(const struct timespec *than, const struct timespec *t) {
  return t->tv_sec != than->tv_sec ? t->tv_sec > than->tv_sec : t->tv_nsec > than->tv_nsec;
}

bool fits(const struct node *n, const struct visit *v) {
  switch (n->kind) {
  case NOT: return !fits(n->left, v);
  case AND: return fits(n->left, v) && fits(n->right, v);
  case OR: return fits(n->left, v) || fits(n->right, v);
  case NAME: return fnmatch(n->text, v->name, 0) == 0;
  case NAME_EITHER_CASE: return fnmatch(n->text, v->name, FNM_CASEFOLD) == 0;
  case PATH: return fnmatch(n->text, v->path, 0) == 0;
  case TYPE: return type_fits(*n->text, v->st->st_mode);
  case SIZE: return size_fits(n, v->st);
  case AGE: return age_fits(n, v->st);
  case NEWER: return is_newer(&n->time, &v->st->st_mtim);
  case EMPTY: return is_empty(v);
  case PRUNE: pruned = !depth_first; break;
  case PRINT: put_format("%s\n", v->path); break;
  case PRINT_0: put(v->path, strlen(v->path) + 1); break;
  case EXEC: return run(n, v->path);
  case EXEC_MANY: batch_add(n->many, v->path); break;
  case DELETE: return remove_file(v);
  default: break;
  }
  return true;
}

void command_ended(int result) {
  if (result) status = 1;
}

void run_rest(const struct node *n) {
  if (n->kind == EXEC_MANY && n->many->count) batch_run(n->many);
  if (n->left) run_rest(n->left);
  if (n->right) run_rest(n->right);
}

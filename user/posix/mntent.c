#include <mntent.h>
#include <stddef.h>
#include <string.h>

FILE *setmntent(const char *file, const char *mode) { return fopen(file, mode); }

struct mntent *getmntent(FILE *stream) {
  static char line[128];
  static struct mntent entry;
  char *at = line;
  if (!fgets(line, sizeof line, stream)) return NULL;
  entry.mnt_fsname = strsep(&at, " ");
  entry.mnt_dir = strsep(&at, " ");
  entry.mnt_type = strsep(&at, " ");
  entry.mnt_opts = strsep(&at, " \n");
  return entry.mnt_opts ? &entry : NULL;
}

int endmntent(FILE *stream) {
  fclose(stream);
  return 1;
}

char *hasmntopt(const struct mntent *entry, const char *option) {
  size_t length = strlen(option);
  for (char *at = entry->mnt_opts; at; at = strchr(at, ',')) {
    at += *at == ',';
    if (!strncmp(at, option, length) && (!at[length] || at[length] == ',' || at[length] == '=')) return at;
  }
  return NULL;
}

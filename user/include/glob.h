/* Names of files that match a pattern. */
#ifndef PITH_GLOB_H
#define PITH_GLOB_H
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif
typedef struct {
  size_t gl_pathc;
  char **gl_pathv;
  size_t gl_offs;
} glob_t;

#define GLOB_APPEND 0x0001
#define GLOB_DOOFFS 0x0002
#define GLOB_ERR 0x0004
#define GLOB_MARK 0x0008
#define GLOB_NOCHECK 0x0010
#define GLOB_NOSORT 0x0020
#define GLOB_NOESCAPE 0x2000

#define GLOB_NOSPACE 1
#define GLOB_ABORTED 2
#define GLOB_NOMATCH 3

int glob(const char *__restrict pattern, int flags, int (*failed)(const char *path, int error),
         glob_t *__restrict to);
void globfree(glob_t *paths);
#ifdef __cplusplus
}
#endif
#endif

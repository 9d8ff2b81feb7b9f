/* Descriptors of processes: process/files.c, in the kernel context; what takes longer: process/paths.c, in the service. */
#ifndef PITH_PROCESS_FILES_H
#define PITH_PROCESS_FILES_H
#include "internal.h"
#include "vfs.h"

/* The wall clock ends with the year 9999. */
#define FILES_TIME_MAX 253402300799999999ll

/* What a descriptor names; NULL, and -EBADF in *error. */
struct file *files_get(const struct process *p, uint32_t fd, long *error);
/* The lowest free descriptor, from `from` on, becomes f and takes over a reference of it; -EMFILE: it does not. */
long files_add(struct process *p, struct file *f, uint32_t from, bool cloexec);
/* p may open n more files: 0, -EMFILE, -ENFILE. */
long files_may_open(const struct process *p, unsigned n);
/* What a new process gets of its parent's: all descriptors, as they are; the working directory's name: 0, -ENOMEM. */
void files_copy_all(const struct process *from, struct process *to);
long files_inherit_cwd(const struct process *from, struct process *to);
/* fd, which is below PITH_PROCESS_FILES, becomes f, whose reference it takes over; it becomes nothing. */
void files_put(struct process *p, uint32_t fd, struct file *f, bool cloexec);
void files_drop(struct process *p, uint32_t fd);
/* And of the system: the console as 0, 1 and 2. */
void files_console(struct process *p);
/* All of them; those that close on exec. */
void files_release_all(struct process *p);
void files_close_exec(struct process *p);
bool files_closing(const struct process *p); /* there are some of these */
/* Opens the console. Thread, once, after the mounts. 0 or negative errno: then processes start without. */
int files_start(void);

/* The rest is for services, in their thread. A path of the process, clean, in `to` (PITH_PATH_MAX bytes): VFS_ bits of
 * how it ended, or a negative errno. */
long files_path(struct process *p, char *to, uint32_t from);
/* The same of a string at an address in d, and any working directory. */
long files_path_in(const struct k_domain *d, const char *cwd, char *to, uint32_t from);
/* The directory of that clean path becomes p's own. 0, or negative errno. */
long files_set_cwd(struct process *p, const char *path);
/* Buffers of that size, for the call that is being done. */
extern char files_paths[2][PITH_PATH_MAX];

/* A service for a file, which is held until it is done; what the service then asks for it. */
long service_enter_file(service_function *f, struct file *file, uint32_t a, uint32_t b);
struct file *service_file(void);
/* The same with a reference the caller has; and its taking over by the service, which gives it up. */
long service_enter_taking(service_function *f, struct file *file, uint32_t a, uint32_t b);
struct file *service_take_file(void);
#endif

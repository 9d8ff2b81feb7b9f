/* Memory: shared objects "/shm/NAME", and anonymous memory out of the heap.
 *
 * A process sees one shared memory object or device at a time, whole and where it lies, which is the same address in
 * every process. An object goes with the last process that has it open, though nobody has unlinked it. Protection is the object's rights: read, or read and write; PROT_EXEC is refused. */
#ifndef PITH_SYS_MMAN_H
#define PITH_SYS_MMAN_H
#include <fcntl.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_FIXED 0x10
#define MAP_ANONYMOUS 0x20
#define MAP_ANON MAP_ANONYMOUS
#define MAP_FAILED ((void *)-1)

/* A new object exists from ftruncate() on, which gives it its size once and for all. */
int shm_open(const char *name, int flags, mode_t mode);
int shm_unlink(const char *name);
/* length: at most the object's. addr is not looked at, offset must be 0. ENODEV: not a shared memory object. EBUSY:
 * another one is mapped. */
void *mmap(void *addr, size_t length, int protection, int flags, int fd, off_t offset);
int munmap(void *addr, size_t length); /* all of a mapping */

#ifdef __cplusplus
}
#endif
#endif

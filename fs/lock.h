/* Advisory locks of bytes of files: fcntl(F_SETLK) and flock(). A lock has an owner: for fcntl() a process, by its number;
 * for flock() the open file. Nothing but another lock minds it. A file is told from others by the node its file system gave it.
 *
 * One table of PITH_FILE_LOCKS for all. What an owner has of a file never overlaps, and what adjoins is one lock if it is of
 * one type. All in the kernel context, bounded by the table. */
#ifndef PITH_LOCK_H
#define PITH_LOCK_H
#include "vfs.h"

#if PITH_FILES && PITH_FILE_LOCKS
/* Boot. */
void lock_init(void);

/* PITH_F_SETLK, PITH_F_SETLKW: locks or unlocks (l->type) bytes of f for owner. A lock that cannot be had: -EAGAIN, or with
 * SETLKW the wait of pith_monitor_wait(), -EDEADLK if owners would wait for each other in a ring. -ENOLCK: the table is full.
 * -EBADF: the file is not open for that. -EINVAL: no such type or bytes, or a file without a node. Nothing has changed then.
 * PITH_F_GETLK: the first lock that is in the way of *l, in its place, or *l with PITH_F_UNLCK. */
long lock_range(struct file *f, int32_t owner, const struct pith_thread *caller, uint32_t command,
                struct pith_lock *l);
/* flock(): PITH_LOCK_SH, _EX or _UN, with _NB or without, for the open file. Errors as above; never -EBADF. */
long lock_whole(struct file *f, const struct pith_thread *caller, uint32_t operation);

/* How many there are: whoever closes a file needs to look for its locks only then. */
extern unsigned lock_count;
/* The owner has closed f, by any descriptor of it. */
void lock_closed(const struct file *f, int32_t owner);
/* The owner is gone. */
void lock_ended(int32_t owner);
/* The open file is gone. */
void lock_released(const struct file *f);
#else
static const unsigned lock_count = 0;
static inline void lock_init(void) {}
static inline long lock_range(struct file *f, int32_t owner, const struct pith_thread *caller,
                              uint32_t command, struct pith_lock *l) {
  return (void)f, (void)owner, (void)caller, (void)command, (void)l, -EINVAL;
}
static inline long lock_whole(struct file *f, const struct pith_thread *caller, uint32_t operation) {
  return (void)f, (void)caller, (void)operation, -EINVAL;
}
static inline void lock_closed(const struct file *f, int32_t owner) { (void)f, (void)owner; }
static inline void lock_ended(int32_t owner) { (void)owner; }
static inline void lock_released(const struct file *f) { (void)f; }
#endif
#endif

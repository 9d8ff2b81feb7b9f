/* What the file systems of this folder share. */
#ifndef PITH_FS_H
#define PITH_FS_H
#include "vfs.h"

/* The lock of the tree. Thread. */
void vfs_lock(void);
void vfs_unlock(void);

/* The next name of a path "/a/b", which moves on behind it; NULL at its end. */
const char *fs_name(const char **path, size_t *length);
/* name[0..length) and the string other are the same. */
bool fs_same(const char *name, size_t length, const char *other);
/* lseek() for a file of that size: sets f->pos and returns it. */
long fs_seek(struct file *f, int32_t offset, int whence, uint32_t size);
/* lseek() for a directory: to where telldir() was, or the start. */
long fs_seek_directory(struct file *f, int32_t offset, int whence);
/* read() from a file whose bytes lie in memory. */
long fs_read_memory(struct file *f, void *buf, size_t n, const void *data, uint32_t size);
/* read() of a directory: -EISDIR. */
long fs_is_directory(struct file *f, void *buf, size_t n);
/* What open() must refuse of an entry that exists: 0, -EEXIST, -EISDIR, -ENOTDIR. */
int fs_may_open(bool directory, uint32_t flags);
/* FNV-1a over a string, from FS_HASH or the hash of what is before it. */
#define FS_HASH 2166136261u
uint32_t fs_hash(uint32_t h, const char *s);
/* An entry of that name and type. */
void fs_entry(struct pith_dirent *d, uint32_t ino, uint32_t mode, const char *name, size_t length);
static inline bool fs_writes(uint32_t flags) { return (flags & PITH_O_ACCMODE) != PITH_O_RDONLY; }

extern const struct fs_ops vfs_root_ops;
int vfs_root_refusal(const char *path); /* why nothing can be made there: -ENOENT or -EROFS */
#endif

/* Getting ELF files to run: from the built-in image, where they are executed in place, or from the host,
 * read into process memory first. Whatever is wrong is said in one line, with the file and the reason,
 * and nothing is left behind. */
#include "init.h"
#include "elf.h"
#include "mem.h"
#include "pith/kernel.h"
#include "pith_errno.h"
#include "romfs.h"
#include "semihost.h"

enum { PROCESS_PRIORITY = 16, STATUS_FAULTED = 139, STATUS_KILLED = 137 };

static const char *base_name(const char *path) {
  const char *name = path;

  for (; *path; path++)
    if (*path == '/') name = path + 1;
  return name;
}

static int start(const char *path, const void *file, uint32_t size, const char *const argv[], bool quiet) {
  struct process_request request = {.name = base_name(path),
                                    .file = file,
                                    .size = size,
                                    .argv = argv,
                                    .priority = PROCESS_PRIORITY,
                                    .manages = true};
  struct process_map m;
  const char *why;
  int pid = process_spawn(&request, &m, &why);

  if (pid < 0) {
    say("%s: cannot run: %s\n", path, why);
    return pid;
  }
  if (quiet) return pid;
  say("%s: pid %d  text %08x (%u bytes%s)  data %08x (%u)  stack %08x (%u)  heap %08x (%u)\n",
      base_name(path), m.pid, (unsigned)m.text, (unsigned)m.text_size, m.copied ? ", copied" : "",
      (unsigned)m.data, (unsigned)m.data_size, (unsigned)m.stack, (unsigned)m.stack_size, (unsigned)m.heap,
      (unsigned)m.heap_size);
  return pid;
}

static int run_image(const char *name, const char *const argv[], bool quiet) {
  struct romfs_file file;
  int error = romfs_find(name, &file);

  if (error) {
    say("%s: cannot run: %s\n", name,
        error == -ENOENT ? "no such file in the built-in image" : "the built-in image is damaged");
    return error;
  }
  return start(name, file.data, file.size, argv, quiet);
}

int run_builtin(const char *name, const char *const argv[]) { return run_image(name, argv, false); }
int start_shell(const char *const argv[]) { return run_image("sh", argv, true); }

static long read_host(void *handle, uint32_t at, void *to, uint32_t n) {
  long r = semihost_seek(*(int *)handle, at);

  if (!r) r = semihost_read(*(int *)handle, to, n);
  return r < 0 ? r : r == (long)n ? 0 : -EIO;
}

/* Memory for a file of *size bytes; where there is too little for all of it, for its segments: reports have no names then. */
static void *room_for(int handle, uint32_t *size) {
  void *memory = process_memory_take(*size ? *size : 4);
  uint32_t end;

  if (memory || elf_end(read_host, &handle, *size, &end)) return memory;
  *size = end;
  return process_memory_take(end);
}

/* Reads a host file into process memory. */
static int fetch(const char *path, void **memory, uint32_t *size, const char **why) {
  int handle = semihost_open(path, SEMIHOST_READ);
  long length, got = -EIO;

  *why = handle == -ENODEV ? "this board has no host to read files from" : "no such file on the host";
  if (handle < 0) return handle;
  length = semihost_length(handle);
  *why = "its length cannot be read: a directory?";
  if (length >= 0 && length < INT32_MAX) {
    *why = "not enough process memory to read it";
    *size = (uint32_t)length;
    *memory = room_for(handle, size);
    if (*memory) got = read_host(&handle, 0, *memory, *size);
  }
  semihost_close(handle);
  if (length < 0 || length >= INT32_MAX) return -EISDIR;
  if (!*memory) return -ENOMEM;
  if (!got) return 0;
  process_memory_give(*memory);
  *memory = NULL;
  *why = "cannot be read: a directory?";
  return -EIO;
}

int run_host(const char *path, const char *const argv[], void **memory) {
  const char *why;
  uint32_t size;
  int result;

  *memory = NULL;
  result = fetch(path, memory, &size, &why);
  if (result) {
    say("%s: cannot run: %s\n", path, why);
    return result;
  }
  result = start(path, *memory, size, argv, false);
  if (result < 0) {
    process_memory_give(*memory);
    *memory = NULL;
  }
  return result;
}

int finish(int pid) {
  struct process_result r;

  if (process_wait(pid, &r, PITH_FOREVER)) return 1;
  switch (r.cause) {
  case PROCESS_EXITED: return r.status & 0xFF;
  case PROCESS_FAULTED: return STATUS_FAULTED;
  default: return STATUS_KILLED;
  }
}

void say_free(void) {
  uint32_t largest, n = process_memory_free(&largest);

  say("free: %u bytes of process memory (largest piece %u), %u of kernel heap\n", (unsigned)n,
      (unsigned)largest, (unsigned)pith_heap_free());
}

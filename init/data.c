/* /data: the board's flash memory as a file system that survives. What is wrong with it is said in one line, and the system
 * goes on without. */
#include "board.h"
#include "init.h"
#include "littlefs.h"
#include "pith_errno.h"

#if PITH_HAS_DATA
static int not_there(const char *why, int error) {
  say("/data: not there: %s (error %d)\n", why, -error);
  return error;
}

int mount_data(const char *file, bool format, bool silent) {
  const struct board *b = board_get();
  const char *why = "the board has no memory for it";
  int error = b->data ? b->data->ops->start(b->data->dev, file, &why) : -ENODEV;

  if (error) return silent && error == -ENODEV ? error : not_there(why, error);
  error = littlefs_mount(b->data, b->data_name, format, &why);
  if (error) return not_there(why, error);
  if (b->data->modelled && !file && !silent)
    say("/data: volatile: no file keeps it (./pith run --data FILE)\n");
  return 0;
}
#else
int mount_data(const char *file, bool format, bool silent) {
  if (silent || (!file && !format)) return -ENODEV;
  say("/data: not there: this firmware was built without it\n");
  return -ENODEV;
}
#endif

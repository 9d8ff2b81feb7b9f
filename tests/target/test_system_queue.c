/* Queues that the system makes for processes, from the kernel's side; a process at the other end: tests/user/test_samples.py. */
#include "test.h"
#include "config.h"
#include "process.h"

enum { MESSAGES = 3, SIZE = 8 };

TEST(system_queue,
     "A queue for processes takes what it has room for, never waits, and is made once or not at all") {
  static struct process_queue *q;
  struct process_queue *other = NULL;
  uint32_t largest, before = process_memory_free(&largest);
  const char message[SIZE + 1] = "message";

  CHECK_EQ(process_queue_open(&other, "/mq/bad", 0, SIZE), -EINVAL);
  CHECK_EQ(process_queue_open(&other, "/mq/bad", 1025, SIZE), -EINVAL);
  CHECK_EQ(process_queue_open(&other, "/mq/bad", MESSAGES, 0), -EINVAL);
  CHECK_EQ(process_queue_open(&other, "/mq/bad", MESSAGES, PITH_MESSAGE_MAX + 1), -EINVAL);
  CHECK_EQ(process_queue_open(&other, "/sem/bad", MESSAGES, SIZE), -EINVAL);
  CHECK_EQ(process_queue_open(&other, "/mq/", MESSAGES, SIZE), -EINVAL);
  CHECK_EQ(process_queue_open(&other, "/mq//b", MESSAGES, SIZE), -EINVAL);
  CHECK_EQ(process_queue_open(&other, "/mq/a-name-of-24-characters", MESSAGES, SIZE), -EINVAL);
  CHECK_EQ(process_memory_free(&largest), before);
  CHECK(other == NULL);

  CHECK_EQ(process_queue_open(&q, "/mq/test", MESSAGES, SIZE), 0);
  before = process_memory_free(&largest);
  CHECK_EQ(process_queue_open(&other, "/mq/test", MESSAGES, SIZE), -EEXIST);
  CHECK_EQ(process_memory_free(&largest), before);
  CHECK(other == NULL);

  CHECK_EQ(process_queue_send(q, message, SIZE + 1, 0), -EMSGSIZE);
  CHECK_EQ(process_queue_send(q, message, SIZE, 32), -EINVAL);
  for (unsigned i = 0; i < MESSAGES; i++) CHECK_EQ(process_queue_send(q, message, SIZE - i, i), 0);
  CHECK_EQ(process_queue_send(q, message, 1, 31), -EAGAIN);
}

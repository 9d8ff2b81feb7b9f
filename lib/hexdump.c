/* The hexdump. Every line but the last has the same width; the last one's hex part is padded, so the text
 * column always starts in the same place. Each byte is read once for either part: data may change under a
 * dump of live memory, which then shows two moments but never goes out of bounds. */
#include "hexdump.h"

#define PER_LINE 16u

struct sink {
  void (*put)(void *ctx, char c);
  void *ctx;
};

static void text(const struct sink *to, const char *s) {
  while (*s) to->put(to->ctx, *s++);
}

static void hex(const struct sink *to, uint32_t v, unsigned digits) {
  while (digits--) to->put(to->ctx, "0123456789abcdef"[v >> (4 * digits) & 15]);
}

static void line(const struct sink *to, uint32_t address, const uint8_t *data, size_t n) {
  hex(to, address, 8);
  text(to, " ");
  for (size_t i = 0; i < PER_LINE; i++) {
    text(to, i < n ? " " : "   ");
    if (i < n) hex(to, data[i], 2);
  }
  text(to, "  |");
  for (size_t i = 0; i < n; i++) to->put(to->ctx, data[i] >= 0x20 && data[i] < 0x7f ? (char)data[i] : '.');
  text(to, "|\n");
}

void hexdump(void (*put)(void *ctx, char c), void *ctx, uint32_t base, const void *data, size_t n) {
  const struct sink to = {put, ctx};
  const uint8_t *bytes = data;
  for (size_t at = 0; at < n; at += PER_LINE)
    line(&to, base + (uint32_t)at, bytes + at, n - at < PER_LINE ? n - at : PER_LINE);
}

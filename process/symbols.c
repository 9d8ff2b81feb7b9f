/* Reads section headers, .symtab and .strtab of an ELF32 file, for names in reports.
 *
 * The invariant is elf.c's: a number from the file is used only after it has been compared with what is known, in 64
 * bits. Each is read once, so a file that changes meanwhile (a process's own memory on a board without MPU) gives a
 * wrong name and nothing worse. Names are copied, and bytes that a terminal would obey are replaced. */
#include "symbols.h"

enum { EHDR_SIZE = 52, E_SHOFF = 32, E_SHENTSIZE = 46, E_SHNUM = 48 };
enum { SHDR_SIZE = 40, SH_TYPE = 4, SH_OFFSET = 16, SH_SIZE = 20, SH_LINK = 24, SH_ENTSIZE = 36 };
enum { SHT_SYMTAB = 2, SHT_STRTAB = 3 };
enum { SYM_SIZE = 16, ST_VALUE = 4, ST_SIZE = 8, ST_INFO = 12, ST_SHNDX = 14 };
enum { STT_NOTYPE = 0, STT_FUNC = 2, SHN_UNDEF = 0, SHN_LORESERVE = 0xff00 };
#define ELF_MAGIC 0x464c457fu
#define ELF32_LITTLE 0x0101u /* EI_CLASS, EI_DATA */

/* A piece of the file: inside it, whatever the file says. */
struct piece {
  const uint8_t *at;
  uint32_t size;
};

static uint32_t word(const uint8_t *p) {
  uint32_t value;
  __builtin_memcpy(&value, p, sizeof value);
  return value;
}

static uint32_t half(const uint8_t *p) { return p[0] | (uint32_t)p[1] << 8; }

static bool in_file(size_t length, uint32_t offset, uint32_t size) {
  return (uint64_t)offset + size <= length;
}

/* The contents of a section of that type. */
static bool section(const uint8_t *file, size_t length, const uint8_t *header, uint32_t type,
                    struct piece *piece) {
  uint32_t offset = word(header + SH_OFFSET), size = word(header + SH_SIZE);

  if (word(header + SH_TYPE) != type || !in_file(length, offset, size)) return false;
  *piece = (struct piece){file + offset, size};
  return true;
}

static bool find_tables(const uint8_t *file, size_t length, struct piece *symbols, struct piece *names) {
  uint32_t headers, count, link;

  if (length < EHDR_SIZE || word(file) != ELF_MAGIC || half(file + 4) != ELF32_LITTLE) return false;
  headers = word(file + E_SHOFF);
  count = half(file + E_SHNUM);
  if (half(file + E_SHENTSIZE) != SHDR_SIZE || !in_file(length, headers, count * SHDR_SIZE)) return false;
  for (uint32_t i = 0; i < count; i++) {
    const uint8_t *header = file + headers + i * SHDR_SIZE;

    if (!section(file, length, header, SHT_SYMTAB, symbols)) continue;
    link = word(header + SH_LINK);
    return word(header + SH_ENTSIZE) == SYM_SIZE && link < count &&
           section(file, length, file + headers + link * SHDR_SIZE, SHT_STRTAB, names);
  }
  return false;
}

/* What a symbol is as a candidate: assembly may leave functions without a type, but "$t" marks no function. */
static bool is_function(const uint8_t *s, const struct piece *names) {
  uint32_t type = s[ST_INFO] & 15, name = word(s), index = half(s + ST_SHNDX);

  if (type != STT_FUNC && type != STT_NOTYPE) return false;
  if (index == SHN_UNDEF || index >= SHN_LORESERVE || name >= names->size) return false;
  return names->at[name] && names->at[name] != '$';
}

static void copy_name(const struct piece *names, uint32_t at, char *to) {
  uint32_t n = 0;

  for (; at < names->size && names->at[at]; at++, n++) {
    uint8_t c = names->at[at];

    if (n == SYMBOL_NAME - 1) {
      to[n - 1] = '~';
      break;
    }
    to[n] = c > ' ' && c < 0x7f ? (char)c : '?';
  }
  to[n] = 0;
}

bool symbol_find(const void *file_, size_t length, uint32_t vaddr, struct symbol *symbol) {
  const uint8_t *file = file_;
  struct piece symbols, names;
  uint32_t best = 0, name = 0, count;
  bool found = false;

  if (!find_tables(file, length, &symbols, &names)) return false;
  count = symbols.size / SYM_SIZE;
  if (count > SYMBOLS_MAX) count = SYMBOLS_MAX;
  for (const uint8_t *s = symbols.at; count > 0; count--, s += SYM_SIZE) {
    uint32_t value = word(s + ST_VALUE) & ~1u, size = word(s + ST_SIZE);

    if (value > vaddr || (size && vaddr - value >= size) || !is_function(s, &names)) continue;
    if (found && (value < best || (value == best && (s[ST_INFO] & 15) != STT_FUNC))) continue;
    found = true;
    best = value;
    name = word(s);
  }
  if (!found) return false;
  copy_name(&names, name, symbol->name);
  symbol->offset = vaddr - best;
  return true;
}

/* Armv7-M ARM A7.7.18 and A7.7.19: BL is 11110xxxxxxxxxxx 11x1xxxxxxxxxxxx, BLX Rm 010001111xxxx000. */
bool code_returns_to(const struct code *code, uint32_t word_) {
  uint32_t at = word_ - 1 - code->low;
  const uint8_t *behind;

  if (!(word_ & 1) || at < 2 || at > code->size) return false;
  behind = code->at + at;
  if ((half(behind - 2) & 0xff87) == 0x4780) return true;
  return at >= 4 && (half(behind - 4) & 0xf800) == 0xf000 && (half(behind - 2) & 0xd000) == 0xd000;
}

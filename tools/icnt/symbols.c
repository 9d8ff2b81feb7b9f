/* Names for addresses, out of the symbol table of the firmware's ELF file. Only labels of code count. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include "icnt.h"

enum { SEGMENTS = 8 };

struct symbol {
  uint32_t address;
  int rank; /* of several names of one address the lowest is shown */
  const char *name;
};

static uint8_t *image;
static long image_size;
static struct symbol *symbol;
static int count;
static Elf32_Phdr code[SEGMENTS];
static int segments;
static uint32_t vectors;
static bool has_vectors; /* they may lie at address 0 */

static uint8_t *read_file(const char *path) {
  FILE *f = fopen(path, "rb");
  uint8_t *data = NULL;

  if (!f) return NULL;
  fseek(f, 0, SEEK_END);
  image_size = ftell(f);
  rewind(f);
  data = malloc((size_t)image_size);
  if (data && fread(data, 1, (size_t)image_size, f) != (size_t)image_size) data = NULL;
  fclose(f);
  return data;
}

static int by_address(const void *a_, const void *b_) {
  const struct symbol *a = a_, *b = b_;

  if (a->address != b->address) return a->address < b->address ? -1 : 1;
  return a->rank - b->rank;
}

/* Labels of the linker script ("__..."), constants of assembly and mapping symbols ("$t") are no code. */
static bool is_code(const Elf32_Sym *s, const char *name) {
  int type = ELF32_ST_TYPE(s->st_info);

  if (s->st_shndx == SHN_UNDEF || s->st_shndx == SHN_ABS || !*name || *name == '$') return false;
  return type == STT_FUNC || (type == STT_NOTYPE && strncmp(name, "__", 2) != 0);
}

static void read_symbols(const Elf32_Shdr *table, const char *names) {
  const Elf32_Sym *s = (const void *)(image + table->sh_offset);
  int n = (int)(table->sh_size / sizeof *s);

  symbol = calloc((size_t)n, sizeof *symbol);
  for (int i = 0; i < n; i++) {
    const char *name = names + s[i].st_name;

    if (!strcmp(name, "k_vectors")) {
      vectors = s[i].st_value;
      has_vectors = true;
    }
    if (!is_code(&s[i], name)) continue;
    symbol[count++] = (struct symbol){.address = s[i].st_value & ~1u,
                                      .rank = (ELF32_ST_TYPE(s[i].st_info) != STT_FUNC) * 2 +
                                              (ELF32_ST_BIND(s[i].st_info) == STB_WEAK),
                                      .name = name};
  }
  qsort(symbol, (size_t)count, sizeof *symbol, by_address);
}

bool symbols_load(const char *path) {
  image = read_file(path);
  if (!image || image_size < (long)sizeof(Elf32_Ehdr) || memcmp(image, ELFMAG, SELFMAG)) return false;
  const Elf32_Ehdr *e = (const void *)image;
  const Elf32_Shdr *section = (const void *)(image + e->e_shoff);
  const Elf32_Phdr *segment = (const void *)(image + e->e_phoff);

  for (int i = 0; i < e->e_phnum; i++)
    if (segment[i].p_type == PT_LOAD && segment[i].p_filesz && segments < SEGMENTS)
      code[segments++] = segment[i];
  for (int i = 0; i < e->e_shnum; i++)
    if (section[i].sh_type == SHT_SYMTAB)
      read_symbols(&section[i], (const char *)image + section[section[i].sh_link].sh_offset);
  return count > 0;
}

int symbols_find(const char *name) {
  for (int i = 0; i < count; i++)
    if (!strcmp(symbol[i].name, name)) return i;
  return -1;
}

static const uint8_t *content(uint32_t address) {
  for (int i = 0; i < segments; i++)
    if (address - code[i].p_vaddr < code[i].p_filesz)
      return image + code[i].p_offset + (address - code[i].p_vaddr);
  return NULL;
}

/* The last symbol at or before the address; of those at one address the first. */
int symbols_at(uint32_t address) {
  int low = 0, high = count;

  if (!content(address)) return -1;
  while (low < high) {
    int middle = (low + high) / 2;

    if (symbol[middle].address <= address) low = middle + 1;
    else high = middle;
  }
  for (low--; low > 0 && symbol[low - 1].address == symbol[low].address; low--) {}
  return low;
}

int symbols_count(void) { return count; }
const char *symbols_name(int index) { return index < 0 ? "(process)" : symbol[index].name; }
uint32_t symbols_address(int index) { return symbol[index].address; }

uint32_t symbols_vector(unsigned exception) {
  const uint8_t *entry = has_vectors ? content(vectors + 4 * exception) : NULL;
  uint32_t value;

  if (!entry) return 0;
  memcpy(&value, entry, sizeof value);
  return value & ~1u;
}

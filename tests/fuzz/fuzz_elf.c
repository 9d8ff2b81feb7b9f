/* Fuzzes process/elf.c. The rules a run checks, besides what the sanitizers see in heap blocks of the exact size:
 *   - an answer is 0, or -ENOEXEC with a sentence;
 *   - a file gets the same answer, the same plan and the same image whether it lies aligned in memory (where
 *     elf.c takes relocations several at a time) or not (where it takes them one by one);
 *   - every number of an accepted plan lies inside the file and inside the memory asked for.
 * LLVMFuzzerTestOneInput is for libFuzzer (compile with -DPITH_LIBFUZZER). The main below needs gcc alone:
 *   gcc -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -Iprocess -Iabi -Ilib -Itests/unit
 *       tests/fuzz/fuzz_elf.c tests/unit/elf_builder.c process/elf.c -o fuzz_elf
 *   fuzz_elf [SEEDFILE...] [--runs N] [--seed S] [--first I]
 * Files of the builder are always among the seeds. A death is reported with seed and run; --first repeats it. */
#include "elf.h"
#include "pith_errno.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_ADDRESS = 0x08004000, MAX_SPAN = 0x40000 };

static void demand(bool holds, const char *rule) {
  if (holds) return;
  fprintf(stderr, "broken rule: %s\n", rule);
  abort();
}

struct outcome {
  int result;
  struct elf_plan plan;
  const char *why;
  uint8_t *image;
};

static size_t image_size(const struct elf_plan *plan) {
  return plan->tier == ELF_IN_PLACE ? plan->data_memsz : plan->span;
}

static void check_plan(const struct elf_plan *plan, size_t length) {
  demand((uint64_t)plan->rel_offset + 8ull * plan->rel_count <= length, "relocations in the file");
  demand(plan->entry & 1, "Thumb entry");
  if (plan->tier == ELF_COPIED) {
    demand(plan->span > 0 && plan->span <= MAX_SPAN, "span");
    demand(plan->entry - plan->base_vaddr < plan->span, "entry in the span");
    return;
  }
  demand((uint64_t)plan->data_memsz + plan->stack + plan->heap <= MAX_SPAN, "memory asked for");
  demand((uint64_t)plan->text_offset + plan->text_size <= length, "code in the file");
  demand((uint64_t)plan->data_offset + plan->data_filesz <= length, "data in the file");
  demand(plan->data_filesz <= plan->data_memsz, "data in its memory");
  demand(plan->entry - plan->text_vaddr < plan->text_size, "entry in the code");
  demand(plan->got_offset < plan->data_memsz || plan->got_offset == 0, "GOT in the data");
}

/* Both images are built in the same block, so that relocated words compare equal. */
static struct outcome run(const uint8_t *file, size_t size, uint8_t *memory) {
  static const struct elf_machine machine = {.fpu = false, .max_span = MAX_SPAN};
  struct outcome o = {0};
  o.result = elf_plan(file, size, &machine, &o.plan, &o.why);
  if (o.result != 0) {
    demand(o.result == -ENOEXEC && o.why && *o.why, "refusal with a sentence");
    return o;
  }
  check_plan(&o.plan, size);
  size_t wanted = image_size(&o.plan);
  uint8_t *block = memory ? memory : malloc(wanted);
  elf_load(file, &o.plan, block, TEXT_ADDRESS);
  o.image = block;
  return o;
}

/* Every field, but not the padding between them. */
static bool same_plan(const struct elf_plan *a, const struct elf_plan *b) {
  return a->tier == b->tier &&
         memcmp(&a->entry, &b->entry, sizeof *a - offsetof(struct elf_plan, entry)) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  uint8_t *aligned = malloc(size), *block = malloc(size + 1), *shifted = block + 1;
  if (size > 0) {
    memcpy(aligned, data, size);
    memcpy(shifted, data, size);
  }
  struct outcome first = run(aligned, size, NULL);
  uint8_t *copy = NULL;
  size_t wanted = 0;
  if (first.result == 0) {
    wanted = image_size(&first.plan);
    copy = malloc(wanted + 1);
    if (wanted > 0) {
      memcpy(copy, first.image, wanted);
      memset(first.image, 0x5a, wanted);
    }
  }
  struct outcome second = run(shifted, size, first.image);
  demand(first.result == second.result, "same answer at any alignment");
  demand(first.result == 0 || strcmp(first.why, second.why) == 0, "same sentence at any alignment");
  if (first.result == 0) {
    demand(same_plan(&first.plan, &second.plan), "same plan at any alignment");
    demand(wanted == 0 || memcmp(copy, second.image, wanted) == 0, "same image at any alignment");
  }
  demand(memcmp(aligned, shifted, size) == 0, "the file is only read");
  free(copy);
  free(first.image);
  free(block);
  free(aligned);
  return first.result == 0 ? 0 : -1; /* libFuzzer: -1 keeps a refused input out of the corpus */
}

#ifndef PITH_LIBFUZZER
#include "elf_builder.h"
#include <sanitizer/common_interface_defs.h>
#include <signal.h>

enum { SEEDS_MAX = 64, SEED_BYTES = 1 << 20 };

static struct seed {
  uint8_t *bytes;
  size_t size;
} seeds[SEEDS_MAX];
static size_t seed_count;
static uint64_t state, seed_number, run_number;

static uint64_t random_bits(void) { /* splitmix64 */
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static size_t below(size_t n) { return n == 0 ? 0 : (size_t)(random_bits() % n); }

static void report(void) {
  fprintf(stderr, "died in run %llu: --seed %llu --first %llu --runs 1\n", (unsigned long long)run_number,
          (unsigned long long)seed_number, (unsigned long long)run_number);
}

static void aborted(int number) {
  (void)number;
  report();
  _Exit(1);
}

static void add_seed(const uint8_t *bytes, size_t size) {
  if (seed_count == SEEDS_MAX) return;
  seeds[seed_count].bytes = malloc(size + 1);
  memcpy(seeds[seed_count].bytes, bytes, size);
  seeds[seed_count++].size = size;
}

static void add_built_seeds(void) {
  static const uint32_t where[][2] = {{0, 0x10000}, {0, 0x600}, {0x8000, 0x10000}};
  uint8_t file[ELF_LENGTH];
  for (size_t i = 0; i < sizeof where / sizeof where[0]; i++)
    for (int plain = 0; plain < 2; plain++) {
      struct elf_builder b;
      elf_builder_init(&b, where[i][0], where[i][1]);
      elf_builder_fill(&b);
      if (plain) elf_builder_plain(&b);
      elf_builder_make(&b, file);
      add_seed(file, sizeof file);
    }
}

static int add_file(const char *name) {
  static uint8_t bytes[SEED_BYTES];
  FILE *f = fopen(name, "rb");
  if (!f) {
    perror(name);
    return -1;
  }
  add_seed(bytes, fread(bytes, 1, sizeof bytes, f));
  fclose(f);
  return 0;
}

static uint32_t word_of_interest(void) {
  static const uint32_t words[] = {0,          1,          2,          3,          4,          5,
                                   6,          7,          8,          17,         23,         0x100,
                                   0x600,      0x601,      0x10000,    0x1000,     0x20,       0x1fffffff,
                                   0x7fffffff, 0x80000000, 0xfffffff8, 0xfffffffc, 0xffffffff, 0xffff0000};
  if (below(3) == 0) return (uint32_t)random_bits() >> below(32);
  return words[below(sizeof words / sizeof words[0])] + (uint32_t)below(9) - 4;
}

/* Headers first: three changes of four go to the first 1.5 KB, where a small file has all its tables. */
static void mutate(uint8_t *bytes, size_t *size, size_t room) {
  if (*size < 8) {
    *size = below(room);
    return;
  }
  size_t at = below(below(4) ? (*size < 0x600 ? *size : 0x600) : *size);
  uint32_t value;
  switch (below(8)) {
  case 0: bytes[at] = (uint8_t)random_bits(); return;
  case 1: bytes[at] ^= (uint8_t)(1u << below(8)); return;
  case 2: *size = below(16) ? *size - below(9) : below(*size); return;
  case 3: memmove(bytes + at, bytes + below(*size - 4) / 4 * 4, *size - at < 8 ? *size - at : 4); return;
  case 4: /* one step up or down: off by one */ bytes[at & ~(size_t)3] += (uint8_t)(below(3) - 1); return;
  default:
    at = at / 4 * 4;
    value = word_of_interest();
    memcpy(bytes + (at + 4 <= *size ? at : 0), &value, 4);
  }
}

int main(int argc, char **argv) {
  static uint8_t input[SEED_BYTES];
  uint64_t runs = 100000, first = 0, accepted = 0;
  seed_number = 1;
  add_built_seeds();
  for (int i = 1; i < argc; i++) {
    uint64_t *number = !strcmp(argv[i], "--runs")    ? &runs
                       : !strcmp(argv[i], "--seed")  ? &seed_number
                       : !strcmp(argv[i], "--first") ? &first
                                                     : NULL;
    if (!number && add_file(argv[i]) != 0) return 2;
    if (number && ++i == argc) {
      fprintf(stderr, "usage: fuzz_elf [SEEDFILE...] [--runs N] [--seed S] [--first I]\n");
      return 2;
    }
    if (number) *number = strtoull(argv[i], NULL, 0);
  }
  printf("seed %llu, %llu runs from %zu files\n", (unsigned long long)seed_number, (unsigned long long)runs,
         seed_count);
  fflush(stdout);
  __sanitizer_set_death_callback(report);
  signal(SIGABRT, aborted);
  for (size_t i = 0; i < seed_count; i++)
    if (LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].size) != 0)
      printf("seed file %zu is itself refused\n", i);
  for (run_number = first; run_number < first + runs; run_number++) {
    state = (seed_number << 32 ^ run_number) * 0x9e3779b97f4a7c15u;
    const struct seed *s = &seeds[below(seed_count)];
    size_t size = s->size;
    memcpy(input, s->bytes, size);
    for (size_t changes = 1 + below(1 + below(6)); changes > 0; changes--) mutate(input, &size, s->size);
    if (LLVMFuzzerTestOneInput(input, size) == 0) accepted++;
  }
  printf("%llu files accepted and loaded, %llu refused\n", (unsigned long long)accepted,
         (unsigned long long)(runs - accepted));
  return 0;
}
#endif

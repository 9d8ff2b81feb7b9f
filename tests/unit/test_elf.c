/* process/elf.c: one test for each sentence a file can be refused with, one for each way to be accepted, and
 * sweeps over every length and every header byte. Files and images lie in heap blocks of their exact size, so
 * the address sanitizer sees any access outside them. */
#include "elf.h"
#include "elf_builder.h"
#include "pith_errno.h"
#include "unit.h"
#include <string.h>

#define TEXT_VADDR 0u
#define DATA_VADDR 0x10000u
#define TEXT_ADDRESS 0x08004000u

static const struct elf_machine soft = {.fpu = false, .max_span = 0x20000};

/* The file, at the end of its own block, shift bytes off alignment. */
static uint8_t *make(const struct elf_builder *b, size_t shift, uint8_t **block) {
  uint8_t whole[ELF_LENGTH];
  elf_builder_make(b, whole);
  *block = malloc(b->length + shift);
  assert_non_null(*block);
  if (b->length > 0) memcpy(*block + shift, whole, b->length);
  return *block + shift;
}

static void refuse(const struct elf_builder *b, const char *sentence) {
  for (size_t shift = 0; shift < 4; shift++) {
    struct elf_plan plan;
    const char *why = NULL;
    uint8_t *block, *file = make(b, shift, &block);
    assert_int_equal(elf_plan(file, b->length, &soft, &plan, &why), -ENOEXEC);
    assert_non_null(why);
    assert_string_equal(why, sentence);
    free(block);
  }
}

static size_t image_size(const struct elf_plan *plan) {
  return plan->tier == ELF_IN_PLACE ? plan->data_memsz : plan->span;
}

static uint32_t get(const uint8_t *p) {
  return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* What the image must be, worked out the long way: byte by byte from the segments, then record by record. */
static void expect_image(const struct elf_builder *b, const uint8_t *file, const struct elf_plan *plan,
                         uint8_t *image, uint32_t address) {
  bool copied = plan->tier == ELF_COPIED;
  uint32_t base = copied ? plan->base_vaddr : plan->data_vaddr;
  memset(image, 0, image_size(plan));
  for (uint32_t i = 0; i < b->phnum; i++) {
    const struct elf_builder_phdr *p = &b->phdr[i];
    for (uint32_t at = 0; p->type == 1 && (copied || (p->flags & 2)) && at < p->filesz; at++)
      image[p->vaddr - base + at] = file[p->offset + at];
  }
  for (uint32_t i = 0; i < b->rels; i++) {
    if (b->rel[i].info == 0) continue;
    uint8_t *at = image + (b->rel[i].offset - base);
    uint32_t value = get(at), text = b->phdr[ELF_TEXT].vaddr, data = b->phdr[ELF_DATA].vaddr;
    bool in_text = value >= text && value <= text + b->phdr[ELF_TEXT].memsz;
    bool in_data = value >= data && value <= data + b->phdr[ELF_DATA].memsz;
    if (in_text && in_data) /* the end of one and the start of the other */
      in_text = value == text;
    if (value == 0) continue;
    value = copied ? value - base + address : in_text ? value - text + TEXT_ADDRESS : value - data + address;
    for (int k = 0; k < 4; k++) at[k] = (uint8_t)(value >> 8 * k);
  }
}

/* Plans and loads the file at every alignment, compares the image with the expected one, returns the plan. */
static struct elf_plan accept(const struct elf_builder *b) {
  struct elf_plan plan;
  for (size_t shift = 0; shift < 4; shift++) {
    const char *why = "untouched";
    uint8_t *block, *file = make(b, shift, &block);
    int result = elf_plan(file, b->length, &soft, &plan, &why);
    assert_string_equal(why, "untouched");
    assert_int_equal(result, 0);
    size_t size = image_size(&plan);
    uint8_t *memory = malloc(size), *expected = malloc(size + 1);
    if (size > 0) memset(memory, 0xa5, size);
    elf_load(file, &plan, memory, TEXT_ADDRESS);
    expect_image(b, file, &plan, expected, (uint32_t)(uintptr_t)memory);
    if (size > 0) assert_memory_equal(memory, expected, size);
    free(expected);
    free(memory);
    free(block);
  }
  return plan;
}

static struct elf_builder good(void) {
  struct elf_builder b;
  elf_builder_init(&b, TEXT_VADDR, DATA_VADDR);
  elf_builder_fill(&b);
  return b;
}

static struct elf_builder plain(void) {
  struct elf_builder b = good();
  elf_builder_plain(&b);
  return b;
}

static void add_segments(struct elf_builder *b, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    struct elf_builder_phdr *p = elf_builder_phdr(b, 1);
    p->vaddr = DATA_VADDR + ELF_DATA_MEMSZ + 0x100 * i;
    p->memsz = 0x100;
    p->flags = 6;
  }
}

/* Links the file's code elsewhere, with the same contents and no relocation. */
static void move_text(struct elf_builder *b, uint32_t text_vaddr) {
  elf_builder_init(b, text_vaddr, DATA_VADDR);
}

static void set_word(struct elf_builder *b, uint32_t offset, uint32_t value) {
  for (int i = 0; i < 4; i++) b->data[offset + i] = (uint8_t)(value >> 8 * i);
}

static void keep(struct elf_builder *b, uint32_t rels) {
  b->rels = rels;
  b->dynamic[ELF_DT_RELSZ].value = rels * 8;
}

/* Every refusal: what it is about, the file that is good but for it, the change, the sentence. */
#define REFUSALS(X)                                                                                          \
  X(empty_file, good, b.length = 0, "empty file")                                                            \
  X(short_file, good, b.length = 51, "too short for an ELF header")                                          \
  X(magic, good, b.ident[1] = 0x46, "not an ELF file")                                                       \
  X(class_64, good, b.ident[4] = 2, "64-bit file")                                                           \
  X(class_unknown, good, b.ident[4] = 0, "unknown ELF class")                                                \
  X(big_endian, good, b.ident[5] = 2, "big-endian file")                                                     \
  X(byte_order_unknown, good, b.ident[5] = 3, "unknown byte order")                                          \
  X(ident_version, good, b.ident[6] = 0, "unknown ELF version")                                              \
  X(header_version, good, b.version = 2, "unknown ELF version")                                              \
  X(machine, good, b.machine = 243, "made for another processor than Arm")                                   \
  X(object_file, good, b.type = 1, "object file that has not been linked")                                   \
  X(core_file, good, b.type = 4, "not an executable file")                                                   \
  X(eabi_4, good, b.flags = 0x04000000, "not built for version 5 of the Arm EABI")                           \
  X(hard_float, good, b.flags = 0x05000400, "hard-float file on a core without FPU")                         \
  X(header_size, good, b.ehsize = 64, "wrong ELF header size")                                               \
  X(no_phdrs, good, b.phnum = 0, "no program headers")                                                       \
  X(only_header, good, b.length = 52; b.phnum = 0, "no program headers")                                     \
  X(many_phdrs, good, b.phnum = 17, "too many program headers")                                              \
  X(phdr_size, good, b.phentsize = 56, "wrong program header size")                                          \
  X(phdrs_cut, good, b.phoff = ELF_LENGTH - 5 * 32 + 1, "program headers run past the end of the file")      \
  X(phdrs_far, good, b.phoff = 0xfffffff0, "program headers run past the end of the file")                   \
  X(filesz_above_memsz, good, b.phdr[ELF_DATA].memsz = ELF_DATA_FILESZ - 1,                                  \
    "segment is larger in the file than in memory")                                                          \
  X(segment_cut, good, b.length--, "segment runs past the end of the file")                                  \
  X(segment_far, good, b.phdr[ELF_DATA].offset = 0xffffff00, "segment runs past the end of the file")        \
  X(segment_wraps, good, b.phdr[ELF_DATA].vaddr = 0xfffffff0, "segment wraps around the address space")      \
  X(segment_align, good, b.phdr[ELF_DATA].align = 12, "segment alignment is not a power of two")             \
  X(segment_ends_at_4g, good, b.phdr[ELF_DATA].vaddr = 0u - ELF_DATA_MEMSZ,                                  \
    "segment wraps around the address space")                                                                \
  X(segments_overlap, good, b.phdr[ELF_DATA].vaddr = ELF_TEXT_SIZE - 1, "segments overlap")                  \
  X(segments_unordered, good, b.phdr[ELF_TEXT].vaddr = 2 * DATA_VADDR,                                       \
    "segments are not in ascending order")                                                                   \
  X(segments_same, good, b.phdr[ELF_DATA].vaddr = TEXT_VADDR, "segments overlap")                            \
  X(many_segments, plain, add_segments(&b, 7), "too many loadable segments")                                 \
  X(no_segment, good, b.phdr[ELF_TEXT].type = b.phdr[ELF_DATA].type = 0, "no loadable segment")              \
  X(empty_segments, good, b.phdr[ELF_TEXT].filesz = b.phdr[ELF_TEXT].memsz = 0;                              \
    b.phdr[ELF_DATA].type = 0, "no loadable segment")                                                        \
  X(interpreter, good, elf_builder_phdr(&b, 3), "wants a dynamic linker")                                    \
  X(thread_local, good, elf_builder_phdr(&b, 7), "wants thread-local storage")                               \
  X(notes_cut, good, b.phdr[ELF_NOTE].offset = ELF_LENGTH - 35, "notes run past the end of the file")        \
  X(note_name_cut, good, b.note[0].namesz = 0xffffffff, "note runs past the end of its segment")             \
  X(note_cut, good, b.note[0].descsz = 17, "note runs past the end of its segment")                          \
  X(two_notes, good, b.phdr[ELF_NOTE].filesz = 72, "two Pith notes")                                         \
  X(note_size, good, b.note[0].descsz = 12, "Pith note of the wrong size")                                   \
  X(note_abi, good, b.note[0].abi = 2, "made for another ABI version")                                       \
  X(two_dynamics, good, elf_builder_phdr(&b, 2), "two dynamic sections")                                     \
  X(dynamic_cut, good, b.phdr[ELF_DYNAMIC].offset = ELF_LENGTH - 127,                                        \
    "dynamic section runs past the end of the file")                                                         \
  X(libraries, good, elf_builder_dynamic(&b, 1, 1), "wants shared libraries")                                \
  X(text_relocations, good, elf_builder_dynamic(&b, 22, 0), "code has to be relocated")                      \
  X(text_relocation_flag, good, elf_builder_dynamic(&b, 30, 4), "code has to be relocated")                  \
  X(rela, good, elf_builder_dynamic(&b, 7, 0), "relocations with addends (RELA) are not for Arm")            \
  X(relr, good, elf_builder_dynamic(&b, 36, 0), "packed relocations (RELR) are not supported")               \
  X(relr_size, good, elf_builder_dynamic(&b, 35, 4), "packed relocations (RELR) are not supported")          \
  X(plt, good, elf_builder_dynamic(&b, 23, 0x380), "wants symbols bound at run time")                        \
  X(plt_size, good, elf_builder_dynamic(&b, 2, 8), "wants symbols bound at run time")                        \
  X(fixed_address, good, b.type = 2;                                                                         \
    b.dynamic[ELF_DT_FLAGS_1].value = 1, "not position-independent, link it with -pie")                      \
  X(fixed_no_dynamic, good, b.type = 2;                                                                      \
    b.phdr[ELF_DYNAMIC].type = 0, "not position-independent, link it with -pie")                             \
  X(unreadable, good, b.phdr[ELF_TEXT].flags = 1, "segment that cannot be read")                             \
  X(two_texts, good, b.phdr[ELF_DATA].flags = 5, "more than one code segment")                               \
  X(two_datas, good, b.phdr[ELF_TEXT].flags = 6, "more than one data segment")                               \
  X(writable_code, good, b.phdr[ELF_TEXT].flags = 7, "segment is both writable and executable")              \
  X(read_only_segment, good, b.phdr[ELF_TEXT].flags = 4, "segment is neither code nor data")                 \
  X(text_bss, good, b.phdr[ELF_TEXT].memsz++, "code segment is larger in memory than in the file")           \
  X(text_align, good, b.phdr[ELF_TEXT].vaddr = 2, "code is not aligned in the file")                         \
  X(text_offset_align, good, b.phdr[ELF_TEXT].offset = 1;                                                    \
    b.phdr[ELF_TEXT].vaddr = 3, "code is not aligned in the file")                                           \
  X(data_align, good, b.phdr[ELF_DATA].vaddr = DATA_VADDR + 2, "data segment is not aligned")                \
  X(no_text, good, b.phdr[ELF_TEXT].type = 0, "no executable segment")                                       \
  X(got_align, good, b.note[0].got_offset = 2, "GOT is not aligned")                                         \
  X(got_outside, good, b.note[0].got_offset = ELF_DATA_MEMSZ, "GOT lies outside the data segment")           \
  X(got_without_data, good, b.phdr[ELF_DATA].type = 0;                                                       \
    b.note[0].got_offset = 4, "GOT lies outside the data segment")                                           \
  X(big_data, good, b.phdr[ELF_DATA].memsz = 0x20001, "wants more memory than a process can have")           \
  X(big_stack, good, b.note[0].stack = 0x20000 - ELF_DATA_MEMSZ + 1,                                         \
    "wants more memory than a process can have")                                                             \
  X(big_wishes, good, b.note[0].stack = b.note[0].heap = 0x80000000,                                         \
    "wants more memory than a process can have")                                                             \
  X(big_span, plain, b.phdr[ELF_DATA].memsz = 0x20000 - DATA_VADDR + 1,                                      \
    "needs more memory than a process can have")                                                             \
  X(span_align, plain, b.phdr[ELF_TEXT].vaddr = 2, "lowest segment is not aligned")                          \
  X(nothing_executable, plain, b.phdr[ELF_TEXT].flags = 4, "no segment can be executed")                     \
  X(nothing_executable_of_8, plain, add_segments(&b, 6);                                                     \
    b.phdr[ELF_TEXT].flags = 4, "no segment can be executed")                                                \
  X(entry_arm, good, b.entry = ELF_CODE_AT, "entry point is not Thumb code")                                 \
  X(entry_arm_plain, plain, b.entry = ELF_CODE_AT, "entry point is not Thumb code")                          \
  X(entry_behind, good, b.entry = ELF_TEXT_SIZE - 1 + 2, "entry point lies outside the code")                \
  X(entry_of_tiny_segment, plain, b.phdr[ELF_TEXT].filesz = 1, "entry point lies outside the code")          \
  X(entry_in_data, plain, b.entry = DATA_VADDR + 1, "entry point lies outside the code")                     \
  X(entry_below, good, move_text(&b, 0x1000); b.entry = 0xfff, "entry point lies outside the code")          \
  X(rel_entry_size, good, b.dynamic[ELF_DT_RELENT].value = 12, "relocation records of the wrong size")       \
  X(rel_table_size, good, b.dynamic[ELF_DT_RELSZ].value -= 4, "relocation records of the wrong size")        \
  X(rel_table_outside, good, b.dynamic[ELF_DT_REL].value = 0x8000,                                           \
    "relocation table lies outside the segments")                                                            \
  X(rel_table_cut, good, b.dynamic[ELF_DT_REL].value = ELF_TEXT_SIZE - 8,                                    \
    "relocation table lies outside the segments")                                                            \
  X(rel_table_cut_elsewhere, good, move_text(&b, 0x8000);                                                    \
    b.dynamic[ELF_DT_REL].value = 0x8000 + ELF_TEXT_SIZE - 8;                                                \
    b.dynamic[ELF_DT_RELSZ].value = 16, "relocation table lies outside the segments")                        \
  X(rel_table_huge, good, b.dynamic[ELF_DT_RELSZ].value = 0xfffffff8,                                        \
    "relocation table lies outside the segments")                                                            \
  X(rel_empty_between, good, b.rel[3].info = 0, "empty relocation between others")                           \
  X(rel_kind, good, b.rel[6].info = 2, "relocation of another kind than R_ARM_RELATIVE")                     \
  X(rel_kind_of_8, good, b.rel[8].info = 21, "relocation of another kind than R_ARM_RELATIVE")               \
  X(rel_symbol, good, b.rel[7].info = 0x117, "relocation of another kind than R_ARM_RELATIVE")               \
  X(rel_kind_first, good, b.rel[0].info = 0xa0, "relocation of another kind than R_ARM_RELATIVE")            \
  X(rel_in_text, good, b.rel[0].offset = ELF_CODE_AT, "relocation outside the contents of the data segment") \
  X(rel_in_text_in_run, good, b.rel[1].offset = ELF_CODE_AT,                                                 \
    "relocation outside the contents of the data segment")                                                   \
  X(rel_in_bss_in_run, good, keep(&b, 21); b.rel[20].offset = DATA_VADDR + ELF_DATA_FILESZ - 3,              \
                                           "relocation outside the contents of the data segment")            \
  X(rel_in_tiny_segment, good, keep(&b, 1);                                                                  \
    b.phdr[ELF_DATA].filesz = 3, "relocation outside the contents of the data segment")                      \
  X(rel_in_bss, good, b.rel[b.rels - 1].offset++, "relocation outside the contents of the data segment")     \
  X(rel_far, good, b.rel[b.rels - 1].offset = 0xffffffff,                                                    \
    "relocation outside the contents of the data segment")                                                   \
  X(rel_far_in_run, good, b.rel[4].offset = 0x7ffffff0,                                                      \
    "relocation outside the contents of the data segment")                                                   \
  X(rel_no_data, good, b.phdr[ELF_DATA].type = 0, "relocation outside the contents of the data segment")     \
  X(rel_in_gap, plain, b.rel[0].offset = 0x8000, "relocation outside the contents of the segments")          \
  X(rel_outside_8, plain, add_segments(&b, 6);                                                               \
    b.rel[0].offset = 0x8000, "relocation outside the contents of the segments")                             \
  X(rel_in_bss_plain, plain, b.rel[b.rels - 1].offset++, "relocation outside the contents of the segments")  \
  X(value_in_gap, good, set_word(&b, 0x20, ELF_TEXT_SIZE + 1), "relocated word points outside the segments") \
  X(value_below_text, good, elf_builder_init(&b, 0x8000, DATA_VADDR); elf_builder_fill(&b);                  \
    set_word(&b, 8, 0x100); set_word(&b, 16, DATA_VADDR), "relocated word points outside the segments")      \
  X(value_below_data, good, set_word(&b, 0x3c, DATA_VADDR - 1),                                              \
    "relocated word points outside the segments")                                                            \
  X(value_behind, good, set_word(&b, 0, DATA_VADDR + ELF_DATA_MEMSZ + 1),                                    \
    "relocated word points outside the segments")                                                            \
  X(value_last, good, set_word(&b, ELF_DATA_FILESZ - 4, 0xffffffff),                                         \
    "relocated word points outside the segments")                                                            \
  X(value_behind_plain, plain, set_word(&b, 8, DATA_VADDR + ELF_DATA_MEMSZ + 1),                             \
    "relocated word points outside the segments")

#define REFUSAL(name, origin, change, sentence)                                                              \
  static void name(void **state) {                                                                           \
    (void)state;                                                                                             \
    struct elf_builder b = origin();                                                                         \
    change;                                                                                                  \
    refuse(&b, sentence);                                                                                    \
  }
REFUSALS(REFUSAL)

static void accept_in_place(void **state) {
  (void)state;
  struct elf_builder b = good();
  b.note[0].got_offset = 8;
  b.note[0].stack = 0x1000;
  b.note[0].heap = 0x20000 - 0x1000 - ELF_DATA_MEMSZ;
  struct elf_plan plan = accept(&b);
  assert_int_equal(plan.tier, ELF_IN_PLACE);
  assert_int_equal(plan.entry, ELF_CODE_AT + 1);
  assert_int_equal(plan.text_offset, 0);
  assert_int_equal(plan.text_vaddr, TEXT_VADDR);
  assert_int_equal(plan.text_size, ELF_TEXT_SIZE);
  assert_int_equal(plan.data_offset, ELF_DATA_AT);
  assert_int_equal(plan.data_vaddr, DATA_VADDR);
  assert_int_equal(plan.data_filesz, ELF_DATA_FILESZ);
  assert_int_equal(plan.data_memsz, ELF_DATA_MEMSZ);
  assert_int_equal(plan.rel_offset, ELF_REL_AT);
  assert_int_equal(plan.rel_count, b.rels);
  assert_int_equal(plan.got_offset, 8);
  assert_int_equal(plan.stack, 0x1000);
  assert_int_equal(plan.heap, 0x20000 - 0x1000 - ELF_DATA_MEMSZ);
}

static void accept_copied(void **state) {
  (void)state;
  struct elf_builder b = plain();
  struct elf_plan plan = accept(&b);
  assert_int_equal(plan.tier, ELF_COPIED);
  assert_int_equal(plan.base_vaddr, 0);
  assert_int_equal(plan.span, DATA_VADDR + ELF_DATA_MEMSZ);
  assert_int_equal(plan.entry, ELF_CODE_AT + 1);
  b.phdr[ELF_DATA].memsz = 0x20000 - DATA_VADDR; /* exactly what there is */
  assert_int_equal(accept(&b).span, 0x20000);
}

/* Other link addresses: the loop that takes several records at once is for files linked at 0. */
static void accept_elsewhere(void **state) {
  (void)state;
  static const uint32_t where[][2] = {
      {0x8000, 0x10000}, {0x8000, 0x8600}, {0, 0x600}, {0xfffe0000, 0xffff0000}};
  for (size_t i = 0; i < sizeof where / sizeof where[0]; i++) {
    struct elf_builder b;
    elf_builder_init(&b, where[i][0], where[i][1]);
    elf_builder_fill(&b);
    b.type = 2; /* GNU ld calls a PIE that is not linked at 0 ET_EXEC */
    assert_int_equal(accept(&b).tier, ELF_IN_PLACE);
    elf_builder_plain(&b);
    struct elf_plan plan = accept(&b);
    assert_int_equal(plan.tier, ELF_COPIED);
    assert_int_equal(plan.base_vaddr, where[i][0]);
  }
}

/* The data may lie below the code; where the two touch, the segment that starts there wins. */
static void accept_data_below(void **state) {
  (void)state;
  for (uint32_t data = 0; data <= 0x100; data += 0x100) {
    struct elf_builder b;
    elf_builder_init(&b, data + ELF_DATA_MEMSZ, data);
    elf_builder_fill(&b);
    struct elf_builder_phdr text = b.phdr[ELF_TEXT];
    struct elf_builder swapped = b;
    swapped.phdr[0] = b.phdr[ELF_DATA];
    swapped.phdr[1] = text;
    struct elf_plan plan;
    const char *why = NULL;
    uint8_t *block, *file = make(&swapped, 0, &block), *memory = malloc(ELF_DATA_MEMSZ);
    uint8_t expected[ELF_DATA_MEMSZ];
    assert_int_equal(elf_plan(file, swapped.length, &soft, &plan, &why), 0);
    assert_int_equal(plan.data_vaddr, data);
    elf_load(file, &plan, memory, TEXT_ADDRESS);
    expect_image(&b, file, &plan, expected, (uint32_t)(uintptr_t)memory);
    assert_memory_equal(memory, expected, sizeof expected);
    assert_int_equal(get(memory + 0x44), TEXT_ADDRESS); /* also one past the end of the data */
    free(memory);
    free(block);
  }
}

static void accept_hard_float(void **state) {
  (void)state;
  const struct elf_machine hard = {.fpu = true, .max_span = 0x20000};
  struct elf_builder b = good();
  b.flags = 0x05000400;
  struct elf_plan plan;
  const char *why = NULL;
  uint8_t *block, *file = make(&b, 0, &block);
  assert_int_equal(elf_plan(file, b.length, &hard, &plan, &why), 0);
  free(block);
}

static void accept_no_data(void **state) {
  (void)state;
  struct elf_builder b;
  elf_builder_init(&b, TEXT_VADDR, DATA_VADDR);
  b.phdr[ELF_DATA].type = 0;
  struct elf_plan plan = accept(&b);
  assert_int_equal(plan.data_memsz, 0);
  assert_int_equal(plan.rel_count, 0);
  b.phdr[ELF_DYNAMIC].type = 0; /* nor anything to relocate */
  accept(&b);
}

/* Only .bss: such a segment's offset says nothing, it may even lie behind the end of a stripped file. */
static void accept_only_bss(void **state) {
  (void)state;
  struct elf_builder b;
  elf_builder_init(&b, TEXT_VADDR, DATA_VADDR);
  b.phdr[ELF_DATA].filesz = 0;
  b.phdr[ELF_DATA].offset = 0x10000;
  assert_int_equal(accept(&b).data_memsz, ELF_DATA_MEMSZ);
  elf_builder_plain(&b);
  accept(&b);
}

static void accept_empty_segment(void **state) {
  (void)state;
  struct elf_builder b = good();
  elf_builder_phdr(&b, 1)->offset = 0xffffffff;
  assert_int_equal(accept(&b).tier, ELF_IN_PLACE);
}

static void accept_many_segments(void **state) {
  (void)state;
  struct elf_builder b = plain();
  add_segments(&b, 6);
  assert_int_equal(accept(&b).span, DATA_VADDR + ELF_DATA_MEMSZ + 0x600);
}

/* ld -N: one segment, readable, writable and executable. */
static void accept_one_segment(void **state) {
  (void)state;
  struct elf_builder b;
  elf_builder_init(&b, TEXT_VADDR, ELF_DATA_AT);
  elf_builder_fill(&b);
  elf_builder_plain(&b);
  b.phdr[ELF_DATA].type = 0;
  b.phdr[ELF_TEXT].flags = 7;
  b.phdr[ELF_TEXT].filesz = ELF_LENGTH;
  b.phdr[ELF_TEXT].memsz = ELF_DATA_AT + ELF_DATA_MEMSZ;
  assert_int_equal(accept(&b).span, ELF_DATA_AT + ELF_DATA_MEMSZ);
}

/* A copied file may relocate its code, and relocations then cross from one segment to the next. */
static void accept_text_relocated(void **state) {
  (void)state;
  struct elf_builder b = plain();
  memmove(b.rel + 6, b.rel, b.rels * sizeof b.rel[0]);
  for (uint32_t i = 0; i < 6; i++) b.rel[i] = (struct elf_builder_rel){ELF_NOTE_AT + 4 * i, 23};
  b.rels += 6;
  b.dynamic[ELF_DT_RELSZ].value = b.rels * 8;
  b.note[0].name[0] = b.note[0].name[1] = b.note[0].name[2] = b.note[0].name[3] = 0;
  assert_int_equal(accept(&b).rel_count, b.rels);
}

/* ld -N and ld -z nocombreloc leave the relocations of each input section together. */
static void accept_any_order(void **state) {
  (void)state;
  struct elf_builder origins[] = {good(), plain()};
  for (size_t i = 0; i < 2; i++)
    for (unsigned step = 5; step < 24; step += 6) { /* without a factor in common with the 24 records */
      struct elf_builder b = origins[i];
      for (uint32_t k = 0; k < b.rels; k++) b.rel[k] = origins[i].rel[k * step % b.rels];
      assert_int_equal(accept(&b).rel_count, b.rels);
    }
}

/* Not a file that a linker makes; the sanitizers see that it stays inside its image. */
static void survive_patched_twice(void **state) {
  (void)state;
  struct elf_builder b = good();
  for (uint32_t distance = 0; distance < 4; distance++) {
    b.rel[5].offset = b.rel[4].offset + distance;
    uint8_t *block, *file = make(&b, 0, &block), *memory = malloc(ELF_DATA_MEMSZ);
    struct elf_plan plan;
    const char *why = NULL;
    if (elf_plan(file, b.length, &soft, &plan, &why) == 0) elf_load(file, &plan, memory, TEXT_ADDRESS);
    free(memory);
    free(block);
  }
}

/* ld leaves empty records behind the others; they are not counted. */
static void accept_empty_relocations(void **state) {
  (void)state;
  for (uint32_t kept = 0; kept < 6; kept++) {
    struct elf_builder b = good();
    for (uint32_t i = 0; i < b.rels; i++)
      if (i < 2 || i >= 2 + kept) b.rel[i] = (struct elf_builder_rel){i, 0};
    struct elf_plan plan = accept(&b);
    assert_int_equal(plan.rel_count, kept);
  }
}

static void accept_every_count(void **state) {
  (void)state;
  for (uint32_t count = 0; count <= 60; count++) {
    struct elf_builder b;
    elf_builder_init(&b, TEXT_VADDR, DATA_VADDR);
    for (uint32_t i = 0; i < count; i++)
      elf_builder_relocate(&b, 4 * i, i % 3 ? DATA_VADDR + i : ELF_CODE_AT + i);
    assert_int_equal(accept(&b).rel_count, count);
  }
}

static void accept_foreign_notes(void **state) {
  (void)state;
  struct elf_builder b = good();
  b.phdr[ELF_NOTE].filesz = 72;
  b.note[0] = (struct elf_builder_note){.namesz = 4, .descsz = 20, .type = 3, .name = "GNU"};
  assert_int_equal(accept(&b).tier, ELF_IN_PLACE);
  b.note[1].type = 2; /* ours, but of a type that says nothing yet */
  assert_int_equal(accept(&b).tier, ELF_COPIED);
  b.note[1].type = 1;
  b.note[1].namesz = 6;
  assert_int_equal(accept(&b).tier, ELF_COPIED);
  b.note[1].namesz = 5;
  b.note[1].name[4] = '!';
  assert_int_equal(accept(&b).tier, ELF_COPIED);
  b.note[1].name[4] = 0;
  b.note[1].name[1] = 'y';
  assert_int_equal(accept(&b).tier, ELF_COPIED);
  b.note[1].name[1] = 'i';
  b.phdr[ELF_NOTE].filesz = 36 + 11; /* too little for another note */
  assert_int_equal(accept(&b).tier, ELF_COPIED);
}

static void accept_harmless_dynamics(void **state) {
  (void)state;
  struct elf_builder b = good();
  elf_builder_dynamic(&b, 12, 0x100); /* DT_INIT */
  elf_builder_dynamic(&b, 21, 0);     /* DT_DEBUG */
  elf_builder_dynamic(&b, 2, 0);      /* DT_PLTRELSZ */
  elf_builder_dynamic(&b, 30, 8);     /* DF_BIND_NOW */
  accept(&b);
  while (b.dynamic[ELF_DYNAMICS - 1].tag == 0) /* no DT_NULL at the end */
    elf_builder_dynamic(&b, 21, 0);
  accept(&b);
}

static void accept_entry_at_the_edges(void **state) {
  (void)state;
  struct elf_builder b = good();
  b.entry = TEXT_VADDR + 1;
  accept(&b);
  b.entry = TEXT_VADDR + ELF_TEXT_SIZE - 2 + 1;
  accept(&b);
}

static void accept_most_headers(void **state) {
  (void)state;
  struct elf_builder b = good();
  while (b.phnum < 16) elf_builder_phdr(&b, 0x70000001); /* PT_ARM_EXIDX */
  accept(&b);
}

static void accept_one_word_of_data(void **state) {
  (void)state;
  struct elf_builder b;
  elf_builder_init(&b, TEXT_VADDR, DATA_VADDR);
  elf_builder_relocate(&b, 0, DATA_VADDR + 4);
  b.phdr[ELF_DATA].filesz = 4;
  assert_int_equal(accept(&b).rel_count, 1);
}

/* Tables that begin with a segment, or end with the file: nothing may be read behind them. */
static void accept_tables_at_the_edges(void **state) {
  (void)state;
  enum { RECORDS = 9 };
  for (uint32_t at = 0; at <= ELF_DATA_FILESZ - RECORDS * 8; at += ELF_DATA_FILESZ - RECORDS * 8) {
    struct elf_builder b;
    elf_builder_init(&b, TEXT_VADDR, DATA_VADDR);
    for (uint32_t i = 0; i < RECORDS; i++) elf_builder_relocate(&b, 0x80 + 4 * i, DATA_VADDR + i);
    b.dynamic[ELF_DT_REL].value = DATA_VADDR + at;
    for (uint32_t i = 0; i < RECORDS; i++) {
      set_word(&b, at + 8 * i, b.rel[i].offset);
      set_word(&b, at + 8 * i + 4, b.rel[i].info);
    }
    assert_int_equal(accept(&b).rel_count, RECORDS);
  }
  struct elf_builder b;
  elf_builder_init(&b, TEXT_VADDR, DATA_VADDR);
  memset(b.data + ELF_DATA_FILESZ - 0x40, 0x66, 0x40); /* dynamic entries nobody knows, and no DT_NULL */
  b.phdr[ELF_DYNAMIC].offset = ELF_LENGTH - 0x40;
  b.phdr[ELF_DYNAMIC].filesz = 0x40;
  accept(&b);
}

static void accept_unaligned_tables(void **state) {
  (void)state;
  struct elf_builder b = good();
  uint8_t whole[ELF_LENGTH + 8], moved[ELF_LENGTH];
  b.dynamic[ELF_DT_REL].value = ELF_REL_AT + 1;
  elf_builder_make(&b, whole);
  memcpy(moved, whole, sizeof moved);
  memcpy(moved + ELF_REL_AT + 1, whole + ELF_REL_AT, b.rels * 8);
  uint8_t *memory = malloc(ELF_DATA_MEMSZ);
  uint8_t expected[ELF_DATA_MEMSZ];
  struct elf_plan plan;
  const char *why = NULL;
  assert_int_equal(elf_plan(moved, sizeof moved, &soft, &plan, &why), 0);
  assert_int_equal(plan.rel_offset, ELF_REL_AT + 1);
  elf_load(moved, &plan, memory, TEXT_ADDRESS);
  expect_image(&b, moved, &plan, expected, (uint32_t)(uintptr_t)memory);
  assert_memory_equal(memory, expected, sizeof expected);
  free(memory);
}

/* 0 or -ENOEXEC with a sentence; an accepted file is loaded into a block of the size it asks for. */
static int survive(const uint8_t *file, size_t length) {
  struct elf_plan plan;
  const char *why = NULL;
  int result = elf_plan(file, length, &soft, &plan, &why);
  if (result != 0) {
    assert_int_equal(result, -ENOEXEC);
    assert_non_null(why);
    return result;
  }
  assert_true((uint64_t)image_size(&plan) + plan.stack + plan.heap <= soft.max_span);
  uint8_t *memory = malloc(image_size(&plan));
  elf_load(file, &plan, memory, TEXT_ADDRESS);
  free(memory);
  return 0;
}

static void every_length(void **state) {
  (void)state;
  struct elf_builder origins[] = {good(), plain()};
  for (size_t i = 0; i < 2; i++)
    for (size_t length = 0; length < ELF_LENGTH; length++) {
      uint8_t *block;
      origins[i].length = length;
      uint8_t *file = make(&origins[i], length % 4, &block);
      assert_int_equal(survive(file, length), -ENOEXEC); /* the last segment ends with the file */
      free(block);
    }
}

/* Every value of every byte of the headers, the notes, the relocations and the dynamic section. */
static void every_byte(void **state) {
  (void)state;
  struct elf_builder origins[] = {good(), plain()};
  static const size_t areas[][2] = {{0, ELF_PHDRS_AT + 32 * ELF_GOOD_PHDRS},
                                    {ELF_NOTE_AT, ELF_NOTE_AT + 36},
                                    {ELF_REL_AT, ELF_REL_AT + 8 * 24},
                                    {ELF_DATA_AT, ELF_LENGTH}};
  unsigned accepted = 0, refused = 0;
  for (size_t i = 0; i < 2; i++) {
    uint8_t *block, *file = make(&origins[i], 0, &block);
    for (size_t area = 0; area < 4; area++)
      for (size_t at = areas[area][0]; at < areas[area][1]; at++)
        for (unsigned flip = 1; flip < 256; flip++) {
          file[at] ^= (uint8_t)flip;
          if (survive(file, ELF_LENGTH) == 0) accepted++;
          else refused++;
          file[at] ^= (uint8_t)flip;
        }
    free(block);
  }
  printf("%u corrupted files refused, %u accepted and loaded\n", refused, accepted);
  assert_true(accepted > 0 && refused > 0);
}

/* Several random changes at once, mostly small ones. */
static void random_changes(void **state) {
  (void)state;
  unit_seed();
  for (unsigned run = 0; run < 100000; run++) {
    struct elf_builder b = run % 2 ? good() : plain();
    uint8_t *block, *file = make(&b, run / 2 % 4, &block);
    for (uint32_t changes = 1 + unit_below(4); changes > 0; changes--)
      file[unit_below(ELF_LENGTH)] ^= (uint8_t)(1u << unit_below(8));
    survive(file, ELF_LENGTH);
    free(block);
  }
}

#define REGISTER(name, origin, change, sentence) cmocka_unit_test(name),
int main(void) {
  const struct CMUnitTest tests[] = {
      REFUSALS(REGISTER) cmocka_unit_test(accept_in_place),
      cmocka_unit_test(accept_copied),
      cmocka_unit_test(accept_elsewhere),
      cmocka_unit_test(accept_data_below),
      cmocka_unit_test(accept_hard_float),
      cmocka_unit_test(accept_no_data),
      cmocka_unit_test(accept_only_bss),
      cmocka_unit_test(accept_empty_segment),
      cmocka_unit_test(accept_many_segments),
      cmocka_unit_test(accept_one_segment),
      cmocka_unit_test(accept_text_relocated),
      cmocka_unit_test(accept_any_order),
      cmocka_unit_test(survive_patched_twice),
      cmocka_unit_test(accept_empty_relocations),
      cmocka_unit_test(accept_every_count),
      cmocka_unit_test(accept_foreign_notes),
      cmocka_unit_test(accept_harmless_dynamics),
      cmocka_unit_test(accept_entry_at_the_edges),
      cmocka_unit_test(accept_most_headers),
      cmocka_unit_test(accept_one_word_of_data),
      cmocka_unit_test(accept_tables_at_the_edges),
      cmocka_unit_test(accept_unaligned_tables),
      cmocka_unit_test(every_length),
      cmocka_unit_test(every_byte),
      cmocka_unit_test(random_changes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

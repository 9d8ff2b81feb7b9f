/* Reads ELF32 ARM files: elf_plan() checks, elf_load() acts.
 *
 * The invariant: a number from the file is used as an offset, an address or a size only after it has been
 * compared with what is already known, and a sum is made in 64 bits until it is known to fit 32. So elf_plan()
 * reads nothing outside (file, length), and elf_load(), which repeats no check, writes nothing outside the
 * memory the plan asks for: each relocated word lies in the file's own bytes of a segment that is copied.
 * That holds as long as nobody writes to the file between the two calls.
 *
 * Relocations come in any order; sorted, as GNU ld leaves them unless told otherwise, they are checked four at
 * a time. A word patched twice (no linker does that) gets a wrong value, in the memory of that process alone.
 * Words are read with memcpy, or through a pointer whose alignment has been looked at, in the machine's own
 * byte order: little-endian, as every board and host is. */
#include "elf.h"
#include "mem.h"
#include "pith_errno.h"
#include "pith_note.h"

enum { EHDR_SIZE = 52, PHDR_SIZE = 32, PHDR_MAX = 16, LOAD_MAX = 8, REL_SIZE = 8 };
enum { EI_CLASS = 4, EI_DATA = 5, EI_VERSION = 6 }; /* offsets of fields, from here */
enum { E_TYPE = 16, E_MACHINE = 18, E_VERSION = 20, E_ENTRY = 24, E_PHOFF = 28, E_FLAGS = 36 };
enum { E_EHSIZE = 40, E_PHENTSIZE = 42, E_PHNUM = 44 };
enum { P_OFFSET = 4, P_VADDR = 8, P_FILESZ = 16, P_MEMSZ = 20, P_FLAGS = 24, P_ALIGN = 28 }; /* to here */
enum { ET_REL = 1, ET_EXEC = 2, ET_DYN = 3, EM_ARM = 40 };
enum { PT_LOAD = 1, PT_DYNAMIC = 2, PT_INTERP = 3, PT_NOTE = 4, PT_TLS = 7 };
enum { PF_X = 1, PF_W = 2, PF_R = 4 };
enum { DT_NULL = 0, DT_NEEDED = 1, DT_PLTRELSZ = 2, DT_RELA = 7, DT_REL = 17, DT_RELSZ = 18, DT_RELENT = 19 };
enum { DT_TEXTREL = 22, DT_JMPREL = 23, DT_FLAGS = 30, DT_RELRSZ = 35, DT_RELR = 36 };
enum { DT_FLAGS_1 = 0x6ffffffb };
enum { DF_TEXTREL = 4, DF_1_PIE = 0x08000000 };
enum { R_ARM_NONE = 0, R_ARM_RELATIVE = 23 };
#define ELF_MAGIC 0x464c457fu    /* 7f 'E' 'L' 'F' */
#define NOTE_NAME 0x68746950u    /* 'P' 'i' 't' 'h', followed by a zero byte */
#define EF_EABI_MASK 0xff000000u /* ELF for the Arm Architecture, IHI 0044, section 4.3 */
#define EF_EABI_5 0x05000000u
#define EF_HARD_FLOAT 0x400u

/* Relocations four at a time: about 300 bytes of code, and a third of the time. */
#ifdef __OPTIMIZE_SIZE__
enum { BY_FOURS = false };
#else
enum { BY_FOURS = true };
#endif

struct segment {
  uint32_t vaddr, offset, filesz, memsz, flags, align;
};

/* Elf32_Rel, for tables found 4-aligned. */
struct elf_rel {
  uint32_t offset, info;
} __attribute__((may_alias));

struct reader {
  const uint8_t *file;
  size_t length;
  uint32_t segments;
  struct segment segment[LOAD_MAX]; /* the PT_LOADs, ascending, disjoint, inside the file */
  uint32_t dynamic_offset, dynamic_size;
  bool has_dynamic, has_note, is_pie;
  struct pith_note note;
  uint32_t rel_vaddr, rel_size, rel_entry;
};

/* What a relocation may patch, and what the word there may point to. */
struct rules {
  uint32_t next, last;      /* addresses in the current segment, from behind the previous record on */
  uintptr_t image;          /* + address: where the file has that segment's bytes */
  uint32_t low, low_size;   /* the lower range of valid values, one past its end included */
  uint32_t high, high_size; /* the upper one */
};

static inline uint32_t word_at(uintptr_t address) {
  uint32_t value;
  __builtin_memcpy(&value, (const void *)address, sizeof value);
  return value;
}

static inline uint32_t word(const uint8_t *p) { return word_at((uintptr_t)p); }

static inline uint32_t half(const uint8_t *p) { return p[0] | (uint32_t)p[1] << 8; }

static inline bool in_file(const struct reader *r, uint32_t offset, uint32_t size) {
  return (uint64_t)offset + size <= r->length;
}

static const char *check_header(const struct reader *r, const struct elf_machine *machine) {
  const uint8_t *h = r->file;
  if (r->length == 0) return WHY("empty file");
  if (r->length < EHDR_SIZE) return WHY("too short for an ELF header");
  if (word(h) != ELF_MAGIC) return WHY("not an ELF file");
  if (h[EI_CLASS] != 1) return h[EI_CLASS] == 2 ? WHY("64-bit file") : WHY("unknown ELF class");
  if (h[EI_DATA] != 1) return h[EI_DATA] == 2 ? WHY("big-endian file") : WHY("unknown byte order");
  if (h[EI_VERSION] != 1 || word(h + E_VERSION) != 1) return WHY("unknown ELF version");
  if (half(h + E_MACHINE) != EM_ARM) return WHY("made for another processor than Arm");
  if (half(h + E_TYPE) != ET_EXEC && half(h + E_TYPE) != ET_DYN)
    return half(h + E_TYPE) == ET_REL ? WHY("object file that has not been linked") : WHY("not an executable file");
  uint32_t flags = word(h + E_FLAGS);
  if ((flags & EF_EABI_MASK) != EF_EABI_5) return WHY("not built for version 5 of the Arm EABI");
  if ((flags & EF_HARD_FLOAT) && !machine->fpu) return WHY("hard-float file on a core without FPU");
  if (half(h + E_EHSIZE) != EHDR_SIZE) return WHY("wrong ELF header size");
  if (half(h + E_PHNUM) == 0) return WHY("no program headers");
  if (half(h + E_PHNUM) > PHDR_MAX) return WHY("too many program headers");
  if (half(h + E_PHENTSIZE) != PHDR_SIZE) return WHY("wrong program header size");
  if (!in_file(r, word(h + E_PHOFF), half(h + E_PHNUM) * PHDR_SIZE))
    return WHY("program headers run past the end of the file");
  return NULL;
}

/* A segment without bytes in the file may name any offset, even one behind the end: it becomes 0. */
static struct segment segment_of(const uint8_t *phdr) {
  return (struct segment){.offset = word(phdr + P_FILESZ) == 0 ? 0 : word(phdr + P_OFFSET),
                          .vaddr = word(phdr + P_VADDR),
                          .filesz = word(phdr + P_FILESZ),
                          .memsz = word(phdr + P_MEMSZ),
                          .flags = word(phdr + P_FLAGS),
                          .align = word(phdr + P_ALIGN)};
}

/* What objects in a segment need. Linkers name a page here: nothing above 64 is honoured. */
static uint32_t private_align(uint32_t align) {
  if (align > 64) return 64;
  return align < 8 ? 8 : align;
}

static const char *add_segment(struct reader *r, const uint8_t *phdr) {
  struct segment s = segment_of(phdr);
  if (s.memsz < s.filesz) return WHY("segment is larger in the file than in memory");
  if (s.memsz == 0) return NULL;
  if (!in_file(r, s.offset, s.filesz)) return WHY("segment runs past the end of the file");
  if ((uint64_t)s.vaddr + s.memsz > UINT32_MAX) return WHY("segment wraps around the address space");
  if (s.align & (s.align - 1)) return WHY("segment alignment is not a power of two");
  if (r->segments == LOAD_MAX) return WHY("too many loadable segments");
  if (r->segments > 0) {
    const struct segment *previous = &r->segment[r->segments - 1];
    if (s.vaddr < previous->vaddr) return WHY("segments are not in ascending order");
    if (s.vaddr < previous->vaddr + previous->memsz) return WHY("segments overlap");
  }
  r->segment[r->segments++] = s;
  return NULL;
}

/* One PT_NOTE can hold several notes: name size, descriptor size, type, then both padded to 4. */
static const char *read_notes(struct reader *r, uint32_t offset, uint32_t size) {
  if (!in_file(r, offset, size)) return WHY("notes run past the end of the file");
  for (uint64_t at = 0; at + 12 <= size;) {
    const uint8_t *n = r->file + offset + at;
    uint32_t name_size = word(n), desc_size = word(n + 4);
    uint64_t desc = at + 12 + (((uint64_t)name_size + 3) & ~(uint64_t)3);
    if (desc + desc_size > size) return WHY("note runs past the end of its segment");
    at = desc + (((uint64_t)desc_size + 3) & ~(uint64_t)3);
    if (name_size != sizeof PITH_NOTE_NAME || word(n + 12) != NOTE_NAME || n[16] != 0 ||
        word(n + 8) != PITH_NOTE_TYPE)
      continue;
    if (r->has_note) return WHY("two Pith notes");
    if (desc_size != sizeof r->note) return WHY("Pith note of the wrong size");
    __builtin_memcpy(&r->note, r->file + offset + desc, sizeof r->note);
    if (r->note.abi != PITH_ABI_VERSION) return WHY("made for another ABI version");
    r->has_note = true;
  }
  return NULL;
}

static const char *read_segment(struct reader *r, const uint8_t *phdr) {
  uint32_t offset = word(phdr + P_OFFSET), filesz = word(phdr + P_FILESZ);
  switch (word(phdr)) {
  case PT_LOAD: return add_segment(r, phdr);
  case PT_INTERP: return WHY("wants a dynamic linker");
  case PT_TLS: return WHY("wants thread-local storage");
  case PT_NOTE: return read_notes(r, offset, filesz);
  case PT_DYNAMIC:
    if (r->has_dynamic) return WHY("two dynamic sections");
    if (!in_file(r, offset, filesz)) return WHY("dynamic section runs past the end of the file");
    r->has_dynamic = true;
    r->dynamic_offset = offset;
    r->dynamic_size = filesz;
    return NULL;
  default: return NULL;
  }
}

static const char *read_segments(struct reader *r) {
  const uint8_t *phdr = r->file + word(r->file + E_PHOFF);
  for (uint32_t left = half(r->file + E_PHNUM); left > 0; left--, phdr += PHDR_SIZE) {
    const char *why = read_segment(r, phdr);
    if (why) return why;
  }
  return r->segments == 0 ? WHY("no loadable segment") : NULL;
}

static const char *read_dynamic_entry(struct reader *r, uint32_t tag, uint32_t value) {
  switch (tag) {
  case DT_NEEDED: return WHY("wants shared libraries");
  case DT_TEXTREL: return WHY("code has to be relocated");
  case DT_FLAGS: return value & DF_TEXTREL ? WHY("code has to be relocated") : NULL;
  case DT_RELA: return WHY("relocations with addends (RELA) are not for Arm");
  case DT_RELR:
  case DT_RELRSZ: return WHY("packed relocations (RELR) are not supported");
  case DT_JMPREL:
  case DT_PLTRELSZ: return value != 0 ? WHY("wants symbols bound at run time") : NULL;
  case DT_FLAGS_1: r->is_pie = value & DF_1_PIE; return NULL;
  case DT_REL: r->rel_vaddr = value; return NULL;
  case DT_RELSZ: r->rel_size = value; return NULL;
  case DT_RELENT: r->rel_entry = value; return NULL;
  default: return NULL;
  }
}

static const char *read_dynamic(struct reader *r) {
  const uint8_t *entry = r->file + r->dynamic_offset;
  for (uint32_t left = r->dynamic_size / 8; left > 0 && word(entry) != DT_NULL; left--, entry += 8) {
    const char *why = read_dynamic_entry(r, word(entry), word(entry + 4));
    if (why) return why;
  }
  /* GNU ld marks a PIE whose first segment is not at 0 as ET_EXEC, so the type alone does not tell. */
  if (half(r->file + E_TYPE) == ET_EXEC && !r->is_pie) return WHY("not position-independent, link it with -pie");
  return NULL;
}

static const char *check_entry(uint32_t entry, const struct segment *s) {
  uint32_t at = entry & ~1u;
  if (!(entry & 1)) return WHY("entry point is not Thumb code");
  if (at < s->vaddr || s->filesz < 2 || at - s->vaddr > s->filesz - 2)
    return WHY("entry point lies outside the code");
  return NULL;
}

/* With the note: one segment of code, at most one of data. */
static const char *place_segment(struct elf_plan *plan, const struct segment *s) {
  if (!(s->flags & PF_R)) return WHY("segment that cannot be read");
  switch (s->flags & (PF_W | PF_X)) {
  case PF_X:
    if (plan->text_size != 0) return WHY("more than one code segment");
    if (s->filesz != s->memsz) return WHY("code segment is larger in memory than in the file");
    if ((s->vaddr - s->offset) % 4 != 0) return WHY("code is not aligned in the file");
    plan->text_offset = s->offset;
    plan->text_vaddr = s->vaddr;
    plan->text_size = s->memsz;
    return NULL;
  case PF_W:
    if (plan->data_memsz != 0) return WHY("more than one data segment");
    if (s->vaddr % 4 != 0) return WHY("data segment is not aligned");
    plan->data_offset = s->offset;
    plan->data_vaddr = s->vaddr;
    plan->data_filesz = s->filesz;
    plan->data_memsz = s->memsz;
    plan->align = private_align(s->align);
    return NULL;
  case PF_W | PF_X: return WHY("segment is both writable and executable");
  default: return WHY("segment is neither code nor data");
  }
}

static const char *plan_in_place(const struct reader *r, uint32_t max_span, struct elf_plan *plan) {
  for (uint32_t i = 0; i < r->segments; i++) {
    const char *why = place_segment(plan, &r->segment[i]);
    if (why) return why;
  }
  if (plan->text_size == 0) return WHY("no executable segment");
  const struct pith_note *note = &r->note;
  if (note->got_offset % 4 != 0) return WHY("GOT is not aligned");
  if (note->got_offset != 0 && note->got_offset >= plan->data_memsz)
    return WHY("GOT lies outside the data segment");
  if ((uint64_t)plan->data_memsz + note->stack + note->heap > max_span)
    return WHY("wants more memory than a process can have");
  plan->tier = ELF_IN_PLACE;
  plan->got_offset = note->got_offset;
  plan->stack = note->stack;
  plan->heap = note->heap;
  const struct segment text = {.vaddr = plan->text_vaddr, .filesz = plan->text_size};
  return check_entry(plan->entry, &text);
}

/* Without the note: any segments, in one span. */
static const char *plan_copied(const struct reader *r, uint32_t max_span, struct elf_plan *plan) {
  const struct segment *first = &r->segment[0], *last = &r->segment[r->segments - 1];
  plan->tier = ELF_COPIED;
  plan->base_vaddr = first->vaddr;
  plan->align = private_align(64);
  plan->span = last->vaddr + last->memsz - first->vaddr;
  if (first->vaddr % 4 != 0) return WHY("lowest segment is not aligned");
  if (plan->span > max_span) return WHY("needs more memory than a process can have");
  const char *why = WHY("no segment can be executed");
  for (uint32_t i = 0; i < r->segments; i++) {
    if (!(r->segment[i].flags & PF_X)) continue;
    why = check_entry(plan->entry, &r->segment[i]);
    if (!why) return NULL;
  }
  return why;
}

/* Finds the table in the file, and leaves out the empty records that ld puts behind (or before) the others. */
static const char *find_relocations(const struct reader *r, struct elf_plan *plan) {
  if (r->rel_size == 0) return NULL;
  if (r->rel_entry != REL_SIZE || r->rel_size % REL_SIZE != 0) return WHY("relocation records of the wrong size");
  const struct segment *s = r->segment, *end = s + r->segments;
  while (s < end && (r->rel_vaddr < s->vaddr || r->rel_vaddr - s->vaddr > s->filesz ||
                     r->rel_size > s->filesz - (r->rel_vaddr - s->vaddr)))
    s++;
  if (s == end) return WHY("relocation table lies outside the segments");
  uint32_t offset = s->offset + (r->rel_vaddr - s->vaddr), count = r->rel_size / REL_SIZE;
  while (count > 0 && word(r->file + offset + (count - 1) * REL_SIZE + 4) == R_ARM_NONE) count--;
  for (; count > 0 && word(r->file + offset + 4) == R_ARM_NONE; count--) offset += REL_SIZE;
  plan->rel_offset = offset;
  plan->rel_count = count;
  return NULL;
}

/* The loop for well-made files: low is 0, four records at a time, ascending within the current segment, so the
 * first and the last of them show that all may be patched. Returns the first record it cannot vouch for;
 * check_record() decides on that one. */
static const struct elf_rel *check_run(const struct elf_rel *rel, const struct elf_rel *end,
                                       struct rules *rules) {
  const uintptr_t image = rules->image;
  const uint32_t last = rules->last, low_size = rules->low_size;
  const uint32_t high = rules->high, high_size = rules->high_size;
  uint32_t next = rules->next;
#define GOES_NOWHERE(value) ((value) > low_size && (value)-high > high_size)
  for (; rel < end; rel += 4) {
    struct elf_rel a = rel[0], b = rel[1];
    if (a.info != R_ARM_RELATIVE || b.info != R_ARM_RELATIVE || a.offset < next || b.offset <= a.offset)
      break;
    struct elf_rel c = rel[2], d = rel[3];
    if (c.info != R_ARM_RELATIVE || d.info != R_ARM_RELATIVE || c.offset <= b.offset || d.offset <= c.offset)
      break;
    if (d.offset > last) break; /* before any of the four words is read */
    uint32_t value = word_at(image + a.offset);
    if (GOES_NOWHERE(value)) break;
    value = word_at(image + b.offset);
    if (GOES_NOWHERE(value)) break;
    value = word_at(image + c.offset);
    if (GOES_NOWHERE(value)) break;
    value = word_at(image + d.offset);
    if (GOES_NOWHERE(value)) break;
    next = d.offset + 1;
  }
#undef GOES_NOWHERE
  rules->next = next;
  return rel;
}

/* Makes the segment that holds the four bytes at address the current one. */
static bool enter_segment(const struct reader *r, const struct elf_plan *plan, struct rules *rules,
                          uint32_t address) {
  for (uint32_t i = 0; i < r->segments; i++) {
    const struct segment *s = &r->segment[i];
    if (plan->tier == ELF_IN_PLACE && !(s->flags & PF_W)) continue;
    if (s->filesz < 4 || address < s->vaddr || address - s->vaddr > s->filesz - 4) continue;
    rules->last = s->vaddr + s->filesz - 4;
    rules->image = (uintptr_t)r->file + s->offset - s->vaddr;
    return true;
  }
  return false;
}

static const char *check_record(const struct reader *r, const struct elf_plan *plan, struct rules *rules,
                                const uint8_t *record) {
  uint32_t address = word(record), info = word(record + 4);
  if (info == R_ARM_NONE) return WHY("empty relocation between others");
  if (info != R_ARM_RELATIVE) return WHY("relocation of another kind than R_ARM_RELATIVE");
  if (!enter_segment(r, plan, rules, address))
    return plan->tier == ELF_IN_PLACE ? WHY("relocation outside the contents of the data segment")
                                      : WHY("relocation outside the contents of the segments");
  uint32_t value = word_at(rules->image + address);
  if (value != 0 && value - rules->low > rules->low_size && value - rules->high > rules->high_size)
    return WHY("relocated word points outside the segments");
  rules->next = address + 1;
  return NULL;
}

static const char *check_relocations(const struct reader *r, const struct elf_plan *plan) {
  struct rules rules = {.low = plan->base_vaddr, .low_size = plan->span};
  if (plan->tier == ELF_IN_PLACE) {
    bool data_above = plan->data_vaddr >= plan->text_vaddr;
    rules.low = data_above ? plan->text_vaddr : plan->data_vaddr;
    rules.low_size = data_above ? plan->text_size : plan->data_memsz;
    rules.high = data_above ? plan->data_vaddr : plan->text_vaddr;
    rules.high_size = data_above ? plan->data_memsz : plan->text_size;
  }
  const uint8_t *record = r->file + plan->rel_offset, *end = record + (size_t)plan->rel_count * REL_SIZE;
  bool fast = BY_FOURS && (uintptr_t)record % 4 == 0 && rules.low == 0;
  while (record != end) {
    const char *why = check_record(r, plan, &rules, record);
    if (why) return why;
    record += REL_SIZE;
    size_t run = (size_t)(end - record) / REL_SIZE & ~(size_t)3;
    if (fast && run > 0) {
      const struct elf_rel *rel = (const struct elf_rel *)(const void *)record;
      record = (const uint8_t *)check_run(rel, rel + run, &rules);
    }
  }
  return NULL;
}

int elf_plan(const void *file, size_t length, const struct elf_machine *machine, struct elf_plan *plan,
             const char **why) {
  struct reader r = {.file = file, .length = length};
  *plan = (struct elf_plan){0};
  const char *reason = check_header(&r, machine);
  if (!reason) reason = read_segments(&r);
  if (!reason) reason = read_dynamic(&r);
  if (!reason) {
    plan->entry = word(r.file + E_ENTRY);
    reason =
        r.has_note ? plan_in_place(&r, machine->max_span, plan) : plan_copied(&r, machine->max_span, plan);
  }
  if (!reason) reason = find_relocations(&r, plan);
  if (!reason) reason = check_relocations(&r, plan);
  if (!reason) return 0;
  *why = reason;
  return -ENOEXEC;
}

static void copy_segments(const uint8_t *file, const struct elf_plan *plan, uint8_t *memory) {
  uint32_t done = 0; /* bytes of the span, from its start; segments ascend */
  const uint8_t *phdr = file + word(file + E_PHOFF);
  for (uint32_t left = half(file + E_PHNUM); left > 0; left--, phdr += PHDR_SIZE) {
    struct segment s = segment_of(phdr);
    if (word(phdr) != PT_LOAD || s.memsz == 0) continue;
    uint32_t start = s.vaddr - plan->base_vaddr;
    memset(memory + done, 0, start - done);
    memcpy(memory + start, file + s.offset, s.filesz);
    done = start + s.filesz;
  }
  memset(memory + done, 0, plan->span - done);
}

/* An address at or above the border belongs to the upper segment, so where one segment ends and the next one
 * starts at the same address, the start wins over the one-past-end. 0 stays: a weak symbol nobody defined. */
static inline void relocate(uintptr_t at, uint32_t border, uint32_t below, uint32_t above) {
  uint32_t value = word_at(at);
  if (value >= border) value += above;
  else if (value != 0) value += below;
  __builtin_memcpy((void *)at, &value, sizeof value);
}

static void relocate_all(const uint8_t *record, uint32_t count, uintptr_t bias, uint32_t border,
                         uint32_t below, uint32_t above) {
  if (BY_FOURS && (uintptr_t)record % 4 == 0) {
    const struct elf_rel *rel = (const struct elf_rel *)(const void *)record, *end = rel + (count & ~3u);
    for (; rel < end; rel += 4) {
      relocate(bias + rel[0].offset, border, below, above);
      relocate(bias + rel[1].offset, border, below, above);
      relocate(bias + rel[2].offset, border, below, above);
      relocate(bias + rel[3].offset, border, below, above);
    }
    record = (const uint8_t *)rel;
    count &= 3;
  }
  for (; count > 0; count--, record += REL_SIZE) relocate(bias + word(record), border, below, above);
}

void elf_load(const void *file, const struct elf_plan *plan, void *memory, uintptr_t text_address) {
  const uint8_t *bytes = file, *record = bytes + plan->rel_offset;
  uintptr_t base = (uintptr_t)memory;
  if (plan->tier == ELF_COPIED) {
    uintptr_t bias = base - plan->base_vaddr;
    copy_segments(bytes, plan, memory);
    relocate_all(record, plan->rel_count, bias, 1, 0, (uint32_t)bias);
  } else if (plan->data_memsz > 0) {
    uintptr_t bias = base - plan->data_vaddr;
    uint32_t text_bias = (uint32_t)text_address - plan->text_vaddr;
    memcpy(memory, bytes + plan->data_offset, plan->data_filesz);
    memset((uint8_t *)memory + plan->data_filesz, 0, plan->data_memsz - plan->data_filesz);
    if (plan->data_vaddr >= plan->text_vaddr)
      relocate_all(record, plan->rel_count, bias, plan->data_vaddr, text_bias, (uint32_t)bias);
    else relocate_all(record, plan->rel_count, bias, plan->text_vaddr, (uint32_t)bias, text_bias);
  }
}

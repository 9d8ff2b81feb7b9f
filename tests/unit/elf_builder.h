/* Makes ELF files in memory for the tests of process/elf.c. elf_builder_init() describes a good file; a test
 * changes any number in the description, right or wrong, and elf_builder_make() writes it down as told, without
 * checking or correcting anything. Places in the file are fixed, so that every byte of it has a known meaning:
 *
 *   0x000 ELF header   0x034 program headers   0x300 note   0x380 relocations   0x580 code
 *   0x600 data: 0x00 words (GOT), 0x100 dynamic section, 0x180 words; 0x200 in the file, 0x300 in memory */
#ifndef PITH_ELF_BUILDER_H
#define PITH_ELF_BUILDER_H
#include <stddef.h>
#include <stdint.h>

enum {
  ELF_PHDRS_AT = 0x34,
  ELF_NOTE_AT = 0x300,
  ELF_REL_AT = 0x380,
  ELF_CODE_AT = 0x580,
  ELF_TEXT_SIZE = 0x600,
  ELF_DATA_AT = 0x600,
  ELF_DYNAMIC_AT = 0x100, /* in the data */
  ELF_DATA_FILESZ = 0x200,
  ELF_DATA_MEMSZ = 0x300,
  ELF_LENGTH = 0x800,
  ELF_PHDRS = 20,
  ELF_DYNAMICS = 16,
  ELF_RELS = 64,
};

/* The program headers of a good file, and the dynamic entries. */
enum { ELF_TEXT, ELF_DATA, ELF_DYNAMIC, ELF_NOTE, ELF_STACK, ELF_GOOD_PHDRS };
enum { ELF_DT_REL, ELF_DT_RELSZ, ELF_DT_RELENT, ELF_DT_FLAGS_1, ELF_GOOD_DYNAMICS };

struct elf_builder {
  uint8_t ident[16];
  uint32_t type, machine, version, entry, phoff, flags, ehsize, phentsize, phnum;
  struct elf_builder_phdr {
    uint32_t type, offset, vaddr, paddr, filesz, memsz, flags, align;
  } phdr[ELF_PHDRS];
  struct elf_builder_dynamic {
    uint32_t tag, value;
  } dynamic[ELF_DYNAMICS]; /* up to the first tag 0 */
  struct elf_builder_note {
    uint32_t namesz, descsz, type;
    char name[8];
    uint32_t abi, got_offset, stack, heap;
  } note[2]; /* one after the other; the segment of a good file has the first only */
  struct elf_builder_rel {
    uint32_t offset, info;
  } rel[ELF_RELS];
  uint32_t rels;
  uint8_t data[ELF_DATA_FILESZ]; /* the dynamic section overwrites its place in it */
  size_t length;                 /* of the file, at most ELF_LENGTH */
};

/* A good file without relocations, with the Pith note, linked at these two addresses. */
void elf_builder_init(struct elf_builder *b, uint32_t text_vaddr, uint32_t data_vaddr);

/* Takes the note away: the file becomes a plain PIE. */
void elf_builder_plain(struct elf_builder *b);

/* Adds an R_ARM_RELATIVE for the four bytes at offset in the data, and puts value there. */
void elf_builder_relocate(struct elf_builder *b, uint32_t offset, uint32_t value);

/* One relocation of each good kind: into code (Thumb) and data, one past both, of a weak symbol, unaligned, and
 * enough ordinary ones around them that a loader that takes several at once does so. */
void elf_builder_fill(struct elf_builder *b);

/* Appends a program header. Its address, to be filled in. */
struct elf_builder_phdr *elf_builder_phdr(struct elf_builder *b, uint32_t type);

/* Appends a dynamic entry. */
void elf_builder_dynamic(struct elf_builder *b, uint32_t tag, uint32_t value);

/* Writes ELF_LENGTH bytes, of which the first b->length are the file. */
void elf_builder_make(const struct elf_builder *b, uint8_t *file);
#endif

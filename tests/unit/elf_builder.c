/* See elf_builder.h. Everything is written little-endian, byte by byte, so that neither the alignment of the
 * buffer nor the layout of a host struct has a say in what a test reads. */
#include "elf_builder.h"
#include <string.h>

enum { PT_LOAD = 1, PT_DYNAMIC = 2, PT_NOTE = 4, PT_GNU_STACK = 0x6474e551 };
enum { DT_REL = 17, DT_RELSZ = 18, DT_RELENT = 19, DT_FLAGS_1 = 0x6ffffffb };

static uint8_t *put(uint8_t *to, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; i++) *to++ = (uint8_t)(value >> 8 * i);
  return to;
}

void elf_builder_init(struct elf_builder *b, uint32_t text_vaddr, uint32_t data_vaddr) {
  *b = (struct elf_builder){
      .ident = {0x7f, 'E', 'L', 'F', 1, 1, 1},
      .type = 3,
      .machine = 40,
      .version = 1,
      .entry = text_vaddr + ELF_CODE_AT + 1,
      .phoff = ELF_PHDRS_AT,
      .flags = 0x05000200,
      .ehsize = 52,
      .phentsize = 32,
      .phnum = ELF_GOOD_PHDRS,
      .length = ELF_LENGTH,
  };
  b->phdr[ELF_TEXT] =
      (struct elf_builder_phdr){PT_LOAD, 0, text_vaddr, text_vaddr, ELF_TEXT_SIZE, ELF_TEXT_SIZE, 5, 0x1000};
  b->phdr[ELF_DATA] = (struct elf_builder_phdr){PT_LOAD,         ELF_DATA_AT,    data_vaddr, data_vaddr,
                                                ELF_DATA_FILESZ, ELF_DATA_MEMSZ, 6,          4};
  b->phdr[ELF_DYNAMIC] = (struct elf_builder_phdr){PT_DYNAMIC,
                                                   ELF_DATA_AT + ELF_DYNAMIC_AT,
                                                   data_vaddr + ELF_DYNAMIC_AT,
                                                   data_vaddr + ELF_DYNAMIC_AT,
                                                   8 * ELF_DYNAMICS,
                                                   8 * ELF_DYNAMICS,
                                                   6,
                                                   4};
  b->phdr[ELF_NOTE] =
      (struct elf_builder_phdr){PT_NOTE, ELF_NOTE_AT, text_vaddr + ELF_NOTE_AT, 0, 36, 36, 4, 4};
  b->phdr[ELF_STACK] = (struct elf_builder_phdr){.type = PT_GNU_STACK, .flags = 6};
  b->note[0] = b->note[1] = (struct elf_builder_note){5, 16, 1, "Pith", 1, 0, 0, 0};
  b->dynamic[ELF_DT_REL] = (struct elf_builder_dynamic){DT_REL, text_vaddr + ELF_REL_AT};
  b->dynamic[ELF_DT_RELSZ] = (struct elf_builder_dynamic){DT_RELSZ, 0};
  b->dynamic[ELF_DT_RELENT] = (struct elf_builder_dynamic){DT_RELENT, 8};
  b->dynamic[ELF_DT_FLAGS_1] = (struct elf_builder_dynamic){DT_FLAGS_1, 0x08000000};
}

void elf_builder_plain(struct elf_builder *b) { b->phdr[ELF_NOTE].type = 0; }

void elf_builder_relocate(struct elf_builder *b, uint32_t offset, uint32_t value) {
  b->rel[b->rels++] = (struct elf_builder_rel){b->phdr[ELF_DATA].vaddr + offset, 23};
  b->dynamic[ELF_DT_RELSZ].value = b->rels * 8;
  put(b->data + offset, value, 4);
}

void elf_builder_fill(struct elf_builder *b) {
  uint32_t text = b->phdr[ELF_TEXT].vaddr, data = b->phdr[ELF_DATA].vaddr;
  for (uint32_t at = 0; at < 0x40; at += 4)
    elf_builder_relocate(b, at, at % 8 ? data + at : text + ELF_CODE_AT + at + 1);
  elf_builder_relocate(b, 0x40, 0);
  elf_builder_relocate(b, 0x44, text);
  elf_builder_relocate(b, 0x48, text + ELF_TEXT_SIZE);
  elf_builder_relocate(b, 0x4c, data);
  elf_builder_relocate(b, 0x50, data + ELF_DATA_MEMSZ);
  elf_builder_relocate(b, 0x181, text + ELF_CODE_AT);
  elf_builder_relocate(b, 0x187, data + 8);
  elf_builder_relocate(b, ELF_DATA_FILESZ - 4, data + ELF_DATA_FILESZ);
}

struct elf_builder_phdr *elf_builder_phdr(struct elf_builder *b, uint32_t type) {
  struct elf_builder_phdr *added = &b->phdr[b->phnum++];
  added->type = type;
  return added;
}

void elf_builder_dynamic(struct elf_builder *b, uint32_t tag, uint32_t value) {
  struct elf_builder_dynamic *d = b->dynamic;
  while (d->tag != 0) d++;
  *d = (struct elf_builder_dynamic){tag, value};
}

static void put_note(const struct elf_builder_note *n, uint8_t *to) {
  to = put(to, n->namesz, 4);
  to = put(to, n->descsz, 4);
  to = put(to, n->type, 4);
  memcpy(to, n->name, sizeof n->name);
  to = put(to + sizeof n->name, n->abi, 4);
  to = put(to, n->got_offset, 4);
  to = put(to, n->stack, 4);
  put(to, n->heap, 4);
}

void elf_builder_make(const struct elf_builder *b, uint8_t *file) {
  memset(file, 0, ELF_LENGTH);
  memcpy(file, b->ident, sizeof b->ident);
  uint8_t *to = put(file + 16, b->type, 2);
  to = put(to, b->machine, 2);
  to = put(to, b->version, 4);
  to = put(to, b->entry, 4);
  to = put(to, b->phoff, 4);
  to = put(to, 0, 4); /* no section headers */
  to = put(to, b->flags, 4);
  to = put(to, b->ehsize, 2);
  to = put(to, b->phentsize, 2);
  put(to, b->phnum, 2);
  to = file + ELF_PHDRS_AT;
  for (const struct elf_builder_phdr *p = b->phdr; p < b->phdr + ELF_PHDRS; p++) {
    to = put(put(put(put(to, p->type, 4), p->offset, 4), p->vaddr, 4), p->paddr, 4);
    to = put(put(put(put(to, p->filesz, 4), p->memsz, 4), p->flags, 4), p->align, 4);
  }
  put_note(&b->note[0], file + ELF_NOTE_AT);
  put_note(&b->note[1], file + ELF_NOTE_AT + 36);
  to = file + ELF_REL_AT;
  for (uint32_t i = 0; i < b->rels; i++) to = put(put(to, b->rel[i].offset, 4), b->rel[i].info, 4);
  memset(file + ELF_CODE_AT, 0xbf, ELF_TEXT_SIZE - ELF_CODE_AT);
  memcpy(file + ELF_DATA_AT, b->data, sizeof b->data);
  to = file + ELF_DATA_AT + ELF_DYNAMIC_AT;
  for (uint32_t i = 0; i < ELF_DYNAMICS; i++) to = put(put(to, b->dynamic[i].tag, 4), b->dynamic[i].value, 4);
}

/* Calls of processes that are worth writing by hand: a part of switch.S, whose registers and labels they use. Every one of
 * them gives up, for the C function of its number, before it has changed anything. */
/* r0 the object of the handle in word \word of the frame, if it is one and says by bit \bit that this may be done;
 * clobbers r1, r2. Else the call is C's. */
  .macro OBJECT word, bit
  ldr r1, [r3, #\word]
  ldr r2, [sp, #K_DOMAIN]     /* that of the running thread */
#if HANDLES & (HANDLES - 1)
  uxtb r0, r1
  cmp r0, #HANDLES
  bhs p_elsewhere
#else
  and r0, r1, #HANDLES - 1    /* whatever lies above is compared: a slot holds the whole number */
#endif
  add r2, r2, r0, lsl #3
  ldrd r2, r0, [r2, #D_HANDLES]
  cmp r1, r2
  bne p_elsewhere
  lsls r1, r1, #31 - \bit
  bpl p_elsewhere
  .endm

/* The caller, r2, may park on semaphore r0, which has no units and no waiters: without a deadline. \ip is clobbered; at 9 it goes
 * elsewhere. */
  .macro MAY_PARK ip
  ldr r1, [r3, #F_R3]
  ldr r2, [sp, #K_CURRENT]
  ldrsb \ip, [r2, #T_FLAGS]
  bics r1, r1, \ip            /* negative: the timeout is, and bit 7 of the flags, INTERRUPTED, is not set */
  bpl p_elsewhere
  ldr r1, [r0, #S_WORD]       /* interrupts may give, to a device's, but not to these: no LDREX */
  cbnz r1, 9f
  .endm

/* A line of a table of calls; numbers before it that are none are refused like those out of range. */
  .macro CALL table, number, name
  .rept \number - (. - \table) / 4
  .word s_nosys
  .endr
  .word \name
  .endm

FUNCTION p_sem_give
  OBJECT 0, HANDLE_GIVE_BIT
  ldr r1, [r0, #S_WORD]
  subs r1, #1
  bne p_elsewhere             /* nobody waits, or several, or with a deadline */
  str r1, [r3]
  str r1, [r0, #S_WORD]
  ldr r0, [r0, #S_WAITERS]
  str r1, [r0, #T_WAIT]
  JOIN_EQUALS
1: b s_ready_alone

FUNCTION p_sem_take
  OBJECT 0, HANDLE_TAKE_BIT
  MAY_PARK ip
  str r1, [r3]
  adds r1, #1
  str r1, [r0, #S_WORD]
  str r2, [r0, #S_WAITERS]
  str r0, [r2, #T_WAIT]
  LEAVE_EQUALS s_park_alone
9: b p_elsewhere

/* Both at once, when the one has its one waiter and the other has to be waited for. */
FUNCTION p_sem_give_take
  OBJECT 0, HANDLE_GIVE_BIT
  ldr r1, [r0, #S_WORD]
  cmp r1, #1
  bne p_elsewhere
  mov ip, r0
  OBJECT F_R1, HANDLE_TAKE_BIT
  ldr r1, [r3, #F_R3]         /* MAY_PARK without a register to spare */
  ldr r2, [sp, #K_CURRENT]
  cmp r1, #0
  bge p_elsewhere
  ldrsb r1, [r2, #T_FLAGS]
  cmp r1, #0
  blt p_elsewhere
  ldr r1, [r0, #S_WORD]       /* not the same one: that has a waiter */
  cbnz r1, 9f
  str r1, [r3]
  str r1, [ip, #S_WORD]
  ldr ip, [ip, #S_WAITERS]    /* who is woken */
  str r1, [ip, #T_WAIT]
  adds r1, #1
  str r1, [r0, #S_WORD]
  str r2, [r0, #S_WAITERS]
  str r0, [r2, #T_WAIT]
  ldr r0, [ip, #T_LIST]
  ldr r1, [r2, #T_NEXT]
  cmp r1, r2
  bne 1f
  ldr r1, [r0]
  cmp r1, r2
  bne 1f
  str ip, [r0]                /* the caller was alone in the list, where the other one takes its place */
  strd ip, ip, [ip, #T_NEXT]
  mov r0, ip
  SWITCH
9: b p_elsewhere
1: ldr r1, [r0]
  cbz r1, 2f
  ldr r0, [r1, #T_PREV]
  strd r1, r0, [ip, #T_NEXT]
  str ip, [r0, #T_NEXT]
  str ip, [r1, #T_PREV]
  b s_park                    /* others of its priority are ready: it is not more urgent than the caller's equals */
2: str ip, [r0]
  strd ip, ip, [ip, #T_NEXT]
  ldr r1, [ip, #T_BIT]
  ldr r0, [sp, #K_READY]
  orrs r0, r0, r1
  str r0, [sp, #K_READY]
  ldrd r0, r1, [r2, #T_NEXT]
  cmp r0, r2
  beq s_park_alone            /* the best of all is looked for */
  str r0, [r1, #T_NEXT]
  str r1, [r0, #T_PREV]
  ldr r1, [r2, #T_LIST]
  str r0, [r1]
  b k_exit

/* A word of the caller's own block that is not as expected any more: it does not wait. */
FUNCTION p_futex_wait
  ldr r0, [r3]
  ldr r2, [sp, #K_CURRENT]
  tst r0, #3
  bne p_elsewhere
  ldr r1, [r2, #T_DOMAIN]
  ldrd r1, ip, [r1, #D_LOW]
  sub ip, ip, r1              /* both are multiples of 4: a word that begins within lies within */
  subs r1, r0, r1
  cmp r1, ip
  bhs p_elsewhere
#if PITH_STACK_GUARDS
  ldr r2, [r2, #T_GUARD]
  bic r2, r2, #31
  subs r2, r0, r2
  cmp r2, #GUARD_SIZE
  blo p_elsewhere             /* the region is in the way of the kernel, too */
#endif
  ldr r1, [r3, #F_R1]
  ldr r0, [r0]
  cmp r0, r1
  beq p_elsewhere
  mvn r0, #(11 - 1)           /* -EAGAIN */
  str r0, [r3]
  LEAVE

p_elsewhere:                  /* by the caller's table: s_process_c or s_paged */
  ldr ip, [r3, #F_R12]        /* the number: in range, or this would not run */
  ldr r2, [sp, #K_CALLS]
  ldr pc, [r2, #-4]

/* See storm.h. */
#include "storm.h"
void storm_begin(void) {}
void storm_interrupt(unsigned source, uint32_t random) { (void)source; (void)random; }
void storm_end(void) {}
void storm_check(void) {}

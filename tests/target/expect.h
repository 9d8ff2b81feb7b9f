/* For tests of panics: the report must hold a text, or the test fails. */
#ifndef PITH_TEST_EXPECT_H
#define PITH_TEST_EXPECT_H

/* From now on a panic whose report does not hold text, and the name of thread in its last line (NULL: any),
 * is printed without the word that makes the test pass. Thread. */
void expect_panic(const char *text, const char *thread);
#endif

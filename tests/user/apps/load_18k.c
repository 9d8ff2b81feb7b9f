/* About 18 KB of text and 498 words to relocate: what loading costs. Returns at once. */
#define R1 cells + __COUNTER__,
#define R4 R1 R1 R1 R1
#define R16 R4 R4 R4 R4
#define R64 R16 R16 R16 R16

static int cells[512];
static int *volatile refs[] = {R64 R64 R64 R64 R64 R64 R64 R16 R16 R16 R1 R1};
__attribute__((section(".text.bulk"), used)) static const unsigned bulk[4300] = {0xBF00BF00};

int main(void) { return refs[0] == cells && bulk[0] ? 9 : 1; }

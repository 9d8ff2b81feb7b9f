/* pith_app: STACK 1024 HEAP 256 */
int main(void) { return 0; }

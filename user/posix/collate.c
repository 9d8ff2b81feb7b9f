/* What newlib's patterns ask of a locale: there is none, bytes are in the order of their values. */
int __collate_load_error = 1;
int __collate_range_cmp(int a, int b);
int __collate_range_cmp(int a, int b) { return a - b; }

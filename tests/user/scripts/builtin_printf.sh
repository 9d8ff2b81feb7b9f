# printf.
printf hello; printf '\n'; printf '%s\n' a b c; printf '%s %s\n' a b c
printf '%d|%5d|%-5d|%05d|%+d|% d\n' 1 2 3 4 5 6
printf '%x %X %o %u %#x %#o\n' 255 255 8 7 255 8
printf '%c%c%c\n' abc de f
printf '%s|%5s|%-5s|%.2s|%5.1s|\n' abc abc abc abc abc
printf '%b|%b\n' 'a\tb' 'x\0101'
printf '%b' 'stop\chere\n'; echo
printf '%*d|%-*d|%.*s\n' 4 1 4 2 2 abc
printf '%%|%5%|\n' 2>/dev/null || echo bad
printf '%d %d\n' 0x10 010; printf "%d\n" "'A" '"B'
printf '\101\n'; printf 'a\\b\n'
printf '%d\n' abc 2>/dev/null; echo $?
printf '%d\n'; printf '%s|\n'; printf '%.0d|\n' 0
printf '%s\n' "$(printf '%03d' 7)"
printf -- '-x\n'; printf '%i\n' -5; printf '%5.3d|%-6.4x|\n' 7 10
printf 'no args\n' a b
printf '%z\n' 2>/dev/null; echo $?

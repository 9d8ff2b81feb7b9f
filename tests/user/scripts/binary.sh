# NULs, control characters and bytes above 127.
printf 'echo a\0b\n' | sh; printf 'echo \001\002\377 | od -An -tx1\n' | sh
printf '\377\376\n' | sh 2>/dev/null; echo $?
x=$(printf 'a\0b\377c'); echo ${#x}
x='grün'; echo "${x#gr}" "$x"; case $x in gr*n) echo match;; esac
printf '\0\0\0binary\n\n' > b.bin; chmod +x b.bin; sh ./b.bin; echo $?; ./b.bin; echo $?; rm b.bin
printf 'echo cr\r\n' | sh
printf 'echo no newline at end' | sh
printf '' | sh; echo $?; printf '\n\n\n' | sh; echo $?; printf '# only' | sh; echo $?

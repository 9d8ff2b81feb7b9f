# umask.
umask 022; umask; umask -S; umask 077; umask; umask -S; umask u=rwx,g=rx,o=; umask; umask g-x; umask; umask a+x; umask
umask 8 2>/dev/null; echo $?; umask 0; umask; umask 27; umask

# exec.
(exec echo replaced; echo no)
(exec nosuch; echo no); echo $?
(exec sh -c 'echo $0 $1' a b)
(exec > ex.$$; echo in file); cat ex.$$; rm ex.$$
(exec 2>&1; ls /nosuch >/dev/null) | wc -l | tr -d ' '
sh -c 'exec true'; echo $?
(trap 'echo no trap' EXIT; exec true)
exec echo last

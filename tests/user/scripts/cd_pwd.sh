# cd and pwd.
top=$(pwd); mkdir cd.$$; cd cd.$$; [ "$(pwd)" = "$top/cd.$$" ] && echo in
[ "$PWD" = "$top/cd.$$" ] && echo PWD; cd ..; [ "$OLDPWD" = "$top/cd.$$" ] && echo OLDPWD
cd - > /dev/null; [ "$(pwd)" = "$top/cd.$$" ] && echo back; cd ..; rmdir cd.$$
cd /nosuch 2>/dev/null; echo $?; HOME=/; cd; pwd; cd /dev/..; pwd
cd /dev; cd ..; pwd; (cd /dev); pwd; cd -- /; pwd

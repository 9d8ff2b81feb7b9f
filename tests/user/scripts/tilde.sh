# ~ and where it counts.
HOME=/me
echo ~ ~/x "~" '~' \~ a~ ~/
x=~/y; echo $x
x=a:~:~/b; echo $x
echo x=~ ${unset:-~}
case /me in ~) echo home;; esac

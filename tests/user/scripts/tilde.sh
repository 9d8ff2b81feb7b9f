# ~ and where it counts.
HOME=/home/me
echo ~ ~/x "~" '~' \~ a~ ~/
x=~/y; echo $x
x=a:~:~/b; echo $x
echo x=~ ${unset:-~}
case /home/me in ~) echo home;; esac

# $(( )): what is wrong ends the shell.
(echo $((1/0))); echo $?
(echo $((1%0))); echo $?
(echo $((1+))); echo $?
(echo $((08))); echo $?
(x=abc; echo $((x))); echo $?
(eval 'echo $(((1))'); echo $?
(echo $((1=2))); echo $?
echo $((0 && 1/0)) $((1 || 1/0))

# ${ } that is none.
(echo ${}) 2>&1; echo $?
(echo ${x y}) 2>&1; echo $?
(echo ${1x}) 2>&1; echo $?
(echo ${x:z}) 2>&1; echo $?
(echo ${x/a/b}) 2>&1; echo $?
(: ${1:=a}) 2>&1; echo $?
echo ${x-${y-${z-deep}}} $ "$" '$' a$ $. $/

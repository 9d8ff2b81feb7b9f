# Patterns in case: brackets, ranges, classes, stars.
m() { case $1 in $2) printf '%s ' yes;; *) printf '%s ' no;; esac; }
m abc a*c; m abc a*b; m abc '*'; m abc '???'; m abc '??'; m '' '*'; m '' '?'; echo
m a '[abc]'; m d '[abc]'; m d '[!abc]'; m b '[a-c]'; m - '[a-]'; m - '[-a]'; m ] '[]]'; m a '[]a]'; m ! '[a!]'; echo
m a '[[:alpha:]]'; m 1 '[[:alpha:]]'; m 1 '[![:alpha:]]'; m _ '[[:alnum:]_]'; m ' ' '[[:space:]]'; m A '[[:upper:]]'; echo
m '[' '['; m '[a' '[a'; m 'a*' 'a\*'; m ab 'a\*'; m '\' '\\'; m 'a]' 'a]'; echo
m aaaaaaaaaaaaaaaaaaaaaaaaab '*a*a*a*a*a*a*a*b'; m aaaaaaaaaaaaaaaaaaaaaaaaac '*a*a*a*a*a*a*a*b'; echo
m a.b '*.*'; m ab '*.*'; m .a '*'; m a/b '*'; m 'a b' '* *'; m xay '*a*'; m xby '*a*'; echo
m 5 '[0-9]'; m 55 '[0-9]'; m 55 '[0-9]*'; m z '[a-y]'; m z '[z-a]'; echo

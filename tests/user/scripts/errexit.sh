# set -e: where a failure ends the shell.
(set -e; false; echo no); echo $?
(set -e; false || echo or; echo yes)
(set -e; if false; then :; fi; while false; do :; done; echo yes)
(set -e; ! true; echo yes)
(set -e; f() { false; echo in f; }; f || echo no; echo yes)
(set -e; f() { false; echo no; }; f; echo no); echo $?
(set -e; (false); echo no); echo $?
(set -e; true | false; echo no); echo $?
(set -e; false | true; echo yes)
(set -e; x=$(false); echo no); echo $?
(set -e; { false; echo no; }; echo no); echo $?
(set -e; for i in 1 2; do false; done; echo no); echo $?
(set -e; eval false; echo no); echo $?
(set -e; true && false; echo yes); (set -e; nosuch 2>/dev/null; echo no); echo $?
set -e; trap 'echo exit $?' EXIT; false; echo no

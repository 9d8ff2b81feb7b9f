#!/usr/bin/env python3
"""mutate.py SOURCE COPY FROM TO: writes SOURCE to COPY with the text FROM, in which any white space matches any, made
TO. Fails unless FROM is found exactly once: a mutant that is no mutant would prove nothing."""
import re
import sys

source, copy, before, after = sys.argv[1:]
with open(source) as f:
    text = f.read()
pattern = r"\s+".join(re.escape(word) for word in before.split())
found = len(re.findall(pattern, text))
if found != 1:
    sys.exit("%s: %d places with %r, not one" % (source, found, before))
with open(copy, "w") as f:
    f.write('#line 1 "%s"\n' % source + re.sub(pattern, lambda _: after, text))

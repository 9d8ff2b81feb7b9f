"""README.md shows a session of ./pith run as it is today."""
import re

BOARDS = ["mps2_an386"]


def shape(text):
    """The lines without their figures, and without the guesses of a backtrace, which any change of libc moves."""
    lines = [line for line in text.strip("\n").splitlines() if not re.match(r"    (lr|[0-9a-f]{8}) +[0-9a-f]{8}  ", line)]
    masked = [re.sub(r"\b(0x)?[0-9a-f]{8}\b|[0-9]+", "#", line) for line in lines]
    return [re.sub(r"\[ ", "[", re.sub(r" +", " ", line.rstrip())) for line in masked]


def test_session(env):
    "The session is what happens when its commands are typed, line by line, but for addresses, sizes and times."
    readme = (env.repo / "README.md").read_text()
    shown = re.search(r"^```\n(Pith on .*?)^```$", readme, re.M | re.S).group(1)
    commands = re.findall(r"^/ \$(?: (.*))?$", shown, re.M)
    assert len(commands) > 8 and "" in commands and commands[-1] == "poweroff"
    typed = [("/ $ ", c.encode() + b"\n" if c else b"\x04") for c in commands]
    now = re.sub(r"\x1b\[\d*[A-Za-z]|\r", "", env.run(input=typed, check=True).out)  # the editor draws its line anew
    shown, now = shape(shown), shape(now)
    only = ["shown: " + line for line in shown if line not in now] + ["today: " + line for line in now if line not in shown]
    assert not only, "\n".join(only)
    assert shown == now, "the same order"


def test_counts(env):
    "The numbers of torture programs and attacks in README.md are those of their lists."
    readme = (env.repo / "README.md").read_text()
    attacks = re.findall(r"^ATTACK\w*\(", (env.repo / "tests/hostile/attacks.def").read_text(), re.M)
    assert "lets %d programs attack" % len(attacks) in readme, len(attacks)
    total, good, other = (int(n.replace(",", "")) for n in re.search(
        r"GCC's ([\d,]+) C torture programs.*?: ([\d,]+) pass; each\nof the other (\d+)", readme, re.S).groups())
    assert total == good + other

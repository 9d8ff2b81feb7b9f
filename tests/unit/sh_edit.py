"""Tests the shell's line editor and job control on the host, through a pseudo-terminal.

  sh_edit.py --shell PROGRAM [NAME...]

What the shell writes goes through a small terminal (sh_terminal.py), so tests look at the screen and the cursor as a person
would. Each test waits for what it expects; only a failure takes the time limit."""
import argparse
import os
import re
import signal
import sys
from pathlib import Path

from sh_terminal import COLUMNS, DELETE, DOWN, END, HOME, LEFT, RIGHT, UP, Session


def test_insert(s):
    "Characters go in where the cursor is; arrows, Home, End, Ctrl-A and Ctrl-E move it."
    s.keys("echo ac", LEFT, "b", END, "d", HOME, RIGHT, RIGHT, b"\x05", "!", b"\x01", b"\x05\r")
    s.see("abcd!", "$")
    s.keys("cho x", b"\x01", "e\r")
    s.see("x", "$")


def test_delete(s):
    "Backspace, Delete, Ctrl-D, Ctrl-K, Ctrl-U, Ctrl-W and Ctrl-Y."
    s.run("echo abx\x7fc", "abc")
    s.keys("echo xab", LEFT, LEFT, LEFT, DELETE, "\r")
    s.see("ab", "$")
    s.keys("echo yab", LEFT, LEFT, LEFT, b"\x04", "\r")
    s.see("ab", "$")
    s.keys("echo one two", LEFT, LEFT, LEFT, b"\x0b", b"\x19", b"\x19", "\r")
    s.see("one twotwo", "$")
    s.run("garbage here\x15echo clean", "clean")
    s.run("echo one two\x17three", "one three")


def test_history(s):
    "Up and Down go through the lines before, and come back to the new one."
    s.run("echo first", "first")
    s.run("echo second", "second")
    s.keys("new", UP)
    s.see("$ echo second")
    s.keys(UP)
    s.see("$ echo first")
    s.keys(UP, DOWN)
    s.see("$ echo second")
    s.keys(DOWN)
    s.see("$ new")
    s.keys(b"\x15", UP, UP, "!\r")
    s.see("first!", "$")


def test_search(s):
    "Ctrl-R finds the latest line that has what is typed, again goes on, Enter runs it."
    s.run("echo apple", "apple")
    s.run("echo banana", "banana")
    s.run("echo apricot", "apricot")
    s.keys(b"\x12", "ap")
    s.see("(search 'ap'): echo apricot")
    s.keys(b"\x12")
    s.see("(search 'ap'): echo apple")
    s.keys("\r")
    s.see("apple", "$")
    s.keys(b"\x12", "ban", RIGHT, "x\r")
    s.wait(lambda: "bxanana" in s.raw or "bananax" in s.raw, "an edited line")


def test_history_file(s):
    "HISTFILE gets each line, and the next shell knows them."
    s.run("HISTFILE=$PWD/../hist; export HISTFILE", )
    s.run("echo kept", "kept")
    s.wait(lambda: (s.folder / "hist").exists())
    s.run("sh")
    s.keys(UP, UP)
    s.see("$ echo kept")
    s.keys(b"\x15", "exit 3\r", "echo $?\r")
    s.see("3", "$")


def test_wrap(s):
    "A line longer than the screen wraps, and the cursor is where it belongs while it changes in the middle."
    text = "echo " + "0123456789" * 7
    s.keys(text)
    whole = "$ " + text
    rows = [whole[i:i + COLUMNS] for i in range(0, len(whole), COLUMNS)]
    s.see(*rows)
    assert (s.screen.column, len(s.screen.lines) - 1 - s.screen.row) == (len(whole) % COLUMNS, 0)
    s.keys(HOME)
    s.wait(lambda: s.screen.column == 2 and s.screen.lines[s.screen.row].startswith("$ echo"))
    s.keys(RIGHT * 45, "X")
    whole = whole[:47] + "X" + whole[47:]
    s.see(*[whole[i:i + COLUMNS] for i in range(0, len(whole), COLUMNS)])
    s.wait(lambda: s.screen.column == 48 - COLUMNS)
    s.keys(b"\x15")
    s.see("$ " + whole[48:])
    s.keys(b"\x15", b"\x0b")
    s.see("$")
    s.run("echo " + "y" * (COLUMNS - 7), "y" * (COLUMNS - 7))
    s.run("echo " + "z" * (2 * COLUMNS - 7), "z" * COLUMNS, "z" * (COLUMNS - 7))


def test_bytes(s):
    "UTF-8 is kept whole: the cursor steps over characters, not bytes."
    s.keys("echo grün", LEFT, LEFT, "X\r")
    s.see("grXün", "$")
    s.keys("echo aäöb", LEFT, b"\x7f", "\r")
    s.see("aäb", "$")


def test_complete(s):
    "Tab completes commands, files and folders, quotes what needs it, and lists what is open."
    s.run("touch alpha.txt alpine 'sp ace'; mkdir -p folder/inner")
    s.keys("echo al\t")
    s.see("$ echo alp")
    s.keys("h\t\r")
    s.see("alpha.txt", "$")
    s.keys("echo al\t\t\t")
    s.see("alpha.txt  alpine", "$ echo alp")
    s.keys("\x15ls fo\ti\t\r")
    s.see("$ ls folder/inner/", "$")
    s.keys("echo sp\t\r")
    s.see("$ echo sp\\ ace", "sp ace", "$")
    s.keys("echo \"sp\t\r")
    s.see("sp ace", "$")
    s.run("unusual_function() { echo called; }")
    s.keys("unus\t\r")
    s.see("called", "$")
    s.keys("unali\t")
    s.see("$ unalias")
    s.keys("\x15zzzz\t")
    s.see("$ zzzz")
    s.keys("\x15true; unus\t\r")
    s.see("called", "$")


def test_interrupt(s):
    "Ctrl-C gives a line up, ends a program, a loop and a wait, and the shell goes on."
    s.keys("echo never", b"\x03")
    s.see("$ echo never^C", "$")
    s.run("echo $?", "130")
    s.keys("sleep 100\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys(b"\x03")
    s.see("$")
    s.run("echo $?", "130")
    s.keys("echo loops; while :; do :; done\r")
    s.see("loops", "")
    s.keys(b"\x03")
    s.see("loops", "^C", "$")
    s.keys("while :; do sleep 100; done\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys(b"\x03")
    s.see("$")
    s.keys("for x\r", "in a b\r")
    s.see("> in a b", ">")
    s.keys(b"\x03")
    s.run("echo fresh", "fresh")
    s.keys("echo reads; read x\r")
    s.see("reads", "")
    s.keys(b"\x03")
    s.see("^C", "$")


def test_jobs(s):
    "Ctrl-Z stops a job; jobs, bg, fg, kill and wait know it; the terminal follows."
    s.keys("sleep 100\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys(b"\x1a")
    s.see("[1]+ Stopped     sleep 100", "$")
    s.run("echo $?", str(128 + signal.SIGTSTP))
    s.run("bg", "[1] sleep 100")
    s.run("jobs", "[1]+ Running     sleep 100")
    s.keys("fg\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys(b"\x1a")
    s.wait(lambda: s.raw.count("Stopped") == 2)
    s.run("kill %1; wait %1; echo $?", "143")
    s.keys("sleep 100 | cat &\r")
    s.wait(lambda: re.search(r"\[1\] \d+\r\n", s.raw))
    s.run("jobs", "[1]+ Running     sleep 100 | cat")
    s.run("kill %sleep; wait; jobs; echo done", "done")
    s.keys("sleep 9 2>&1 3<&0 1>&2 &\r")
    s.wait(lambda: len(re.findall(r"\[1\] \d+\r\n", s.raw)) == 2)
    s.run("jobs", "[1]+ Running     sleep 9 2>&1 3<&0 >&2")
    s.run("kill %1; wait; echo done", "done")
    s.keys("(exit 3) & wait $!; echo $?\r")
    s.wait(lambda: re.search(r"\n3\r\n", s.raw))
    s.keys("cat\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys("typed\r", b"\x04")
    s.see("typed", "typed", "$")


def test_stopped_exit(s):
    "exit with a stopped job warns once."
    s.keys("sleep 100\r")
    s.wait(lambda: s.foreground() != s.pid)
    s.keys(b"\x1a")
    s.wait(lambda: "Stopped" in s.raw)
    s.run("exit", "sh: there are stopped jobs")
    s.keys("kill %1; exit 5\r")
    s.wait(lambda: s.status is not None, "its end")
    assert os.WEXITSTATUS(s.status) == 5


def test_notice(s):
    "The end of a job in the background is told before a prompt."
    s.keys("sleep 0.1 &\r")
    s.wait(lambda: re.search(r"\[1\] \d+\r\n", s.raw))
    s.keys("sleep 0.5\r")
    s.wait(lambda: re.search(r"\[1\]\+ Done +sleep 0.1\r\n", s.raw), "Done")


def test_end(s):
    "Ctrl-D on an empty line ends the shell with the last status."
    s.run("false")
    s.keys(b"\x04")
    s.wait(lambda: s.status is not None, "its end")
    assert os.WEXITSTATUS(s.status) == 1


def test_ends_within(s):
    "Ctrl-D in a here-document or an open quote ends that alone; Ctrl-C at the prompt runs a trap of INT."
    s.keys("cat <<E; echo then\r", "line\r")
    s.see("> line", ">")
    s.keys(b"\x04")
    s.see("line", "then", "$")
    s.keys("echo 'open\r")
    s.see("$ echo 'open", ">")
    s.keys(b"\x04")
    s.see("sh: syntax error: unterminated '", "$")
    s.run("echo still here", "still here")
    s.run("trap 'echo caught' INT")
    s.keys(b"\x03")
    s.see("caught", "$")
    s.run("echo $?; trap - INT", "130")


def test_continued(s):
    "A command goes on over lines with PS2, and a here-document too; errors leave the shell running."
    s.keys("if true\r")
    s.see("$ if true", ">")
    s.keys("then echo yes\r", "fi\r")
    s.see("yes", "$")
    s.keys("cat <<E\r", "body $((1+1))\r", "E\r")
    s.see("body 2", "$")
    s.run("fi", "sh: syntax error: unexpected fi")
    s.run("echo $?", "2")
    s.run("echo ${x?wanted}", "sh: x: wanted")
    s.run("nosuch", "sh: nosuch: not found")
    s.run("echo 'a\rb'", "a", "b")
    s.run("f() { f; }; f", "sh: nested too deeply")
    s.run("readonly r=1; r=2", "sh: r: is read only")
    s.run("echo still", "still")


def test_terminal_state(s):
    "Programs get the terminal in canonical mode with echo, also after one has left it raw and been killed."
    s.run("stty -a | grep -o ' icanon'", " icanon")
    s.run("stty -a | grep -o ' echo '", " echo")
    s.run("stty raw -echo")
    s.run("stty -a | grep -o ' icanon'", " icanon")


def test_prompt(s):
    "PS1 knows the directory, parameters and commands; a bad one is replaced."
    s.keys("cd /; PS1='\\w<$x$(echo c)>\\$ '\r", "x=val\r")
    s.see("/<valc>$")
    s.keys("PS1='${'\r")
    s.wait(lambda: s.line() == "$")
    s.run("echo on", "on")


def test_junk(s):
    "Bytes that mean nothing, unknown keys and an over-long line do no harm."
    junk = bytes(b for b in range(1, 32) if b not in (3, 4, 9, 10, 13, 18, 26, 27))
    s.keys(junk, b"\033[99~", b"\033[1;5Q", b"\033Oz", b"\033q", b"\x15\x0b")
    s.see("$")
    s.run("\x15echo sane", "sane")
    s.keys(b"\x80\xff\xfe\xc3" * 20, b"\x15")
    s.keys("echo ", "x" * 3000, "\r")
    s.wait(lambda: s.raw.count("x") > 2000)
    s.run("echo back", "back")


def test_dumb(s):
    "Without a terminal nothing is prompted; with -i it is."
    s.run("echo 'echo quiet' | sh 2>&1", "quiet")
    s.run("echo 'echo $-' | sh -i 2>/dev/null | grep -c i", "1")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shell", required=True, type=Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    tests = {n[5:]: f for n, f in sorted(globals().items()) if n.startswith("test_")}
    wrong = 0
    for name in options.names or tests:
        session = None
        try:
            session = Session(str(options.shell.resolve()))
            tests[name](session)
        except AssertionError as e:
            wrong += 1
            print("%s: %s\n%s" % (name, tests[name].__doc__, e))
        finally:
            try:
                if session:
                    session.end()
            except AssertionError as e:
                wrong += 1
                print("%s: %s" % (name, e))
    print("%d tests of the terminal, %d wrong" % (len(options.names or tests), wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

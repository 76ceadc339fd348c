"""Pastes texts into an interactive shell on a pseudo-terminal: paste.py SHELL [ARGUMENT ...] < JSON {"texts", "bracketed", "path"}.

Waits for the prompt, writes a text and Enter, and at the next prompt the next text; then leaves the shell. Ends with the shell's own end, or after a limit.
"""

import itertools
import json
import os
import pty
import re
import select
import signal
import sys
import time

# "$ ", "# " or "% ", and what a line editor says after it.
PROMPT = re.compile(rb"[$#%] (?:\x1b\[[0-9;?]*[A-Za-z])*$")
LIMIT_SECONDS = 60
QUIET_SECONDS = 10


def main():
    request = json.load(sys.stdin)
    before, after = (b"\x1b[200~", b"\x1b[201~") if request["bracketed"] else (b"", b"")
    texts = [before + text.encode("utf-8", "surrogatepass") + after + b"\r" for text in request["texts"]]
    child, terminal = pty.fork()
    if child == 0:
        # The one that was asked for: a launcher of Python may have put folders of its own before it.
        os.environ["PATH"] = request["path"]
        os.execvp(sys.argv[1], sys.argv[1:])
    inputs = itertools.chain(texts, itertools.repeat(b"exit\r"))
    seen = b""
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], QUIET_SECONDS)
        if ready:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:
                break
            if not chunk:
                break
            seen += chunk
        if PROMPT.search(seen):
            seen = b""
            write(terminal, next(inputs))
        elif not ready:
            # Half a command is left there.
            write(terminal, b"\x03")
    try:
        os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(child, 0)


def write(terminal, data):
    """The terminal takes a line at a time, and the echo has to be read meanwhile."""
    while data:
        readable, writable, _ = select.select([terminal], [terminal], [], 2)
        if readable:
            try:
                os.read(terminal, 65536)
            except OSError:
                return
        if writable:
            written = os.write(terminal, data[:256])
            data = data[written:]


main()

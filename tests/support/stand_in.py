"""What stands on the PATH as `vendorgate`, and asks the tests' own process (`tests.support.shell`).

Run by its path, without site-packages: that takes a hundredth of what the command takes to start.
"""

import json
import os
import socket
import sys


def main() -> int:
    if "-" in sys.argv:  # what is on stdin is this process's
        os.execv(sys.executable, [sys.executable, "-m", "checker", *sys.argv[1:]])  # noqa: S606
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(os.environ["VENDORGATE_ASKED"])
        asked = {"arguments": sys.argv[1:], "cwd": os.getcwd(), "env": dict(os.environ)}  # noqa: PTH109
        one.sendall(json.dumps(asked).encode())
        one.shutdown(socket.SHUT_WR)
        code, out, err = json.load(one.makefile())
    # as a process does, whose stdout is written as it ends
    for stream, text in ((sys.stderr, err), (sys.stdout, out)):
        stream.buffer.write(text.encode())
        stream.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())

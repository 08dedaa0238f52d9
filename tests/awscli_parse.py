"""Has the AWS CLI itself parse the commands that the project prints: `make commands`.

Run by an environment of its own that has `awscli` (its botocore is of another version than ours).
Commands are read as JSON from standard input, [[where, [word, …]], …]. Nothing is called: each is
stopped when it would be sent, with its parameters parsed and validated by the CLI's models.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from awscli.clidriver import create_clidriver

NAMED_ALONE = [
    ["sso", "login"], ["cloudformation", "package"], ["logs", "tail"], ["iam", "get-role"],
]  # fmt: skip
"""Named in a sentence, without their options; `sso login` is of version 2 of the CLI."""

_ASFF = Path(__file__).parent / "report/golden/small.asff"
BATCH = _ASFF.read_text().splitlines()[0]


class SentError(Exception):
    """The command got as far as the network."""


def stop(**_: object) -> None:
    raise SentError


def parsed(words: list[str]) -> bool:
    driver = create_clidriver()
    driver.session.register("before-send", stop)
    reached: list[bool] = []
    driver.session.register("before-call", lambda **_: reached.append(True))
    driver.main([*words, "--region", "us-east-1"] if "--region" not in words else words)
    return bool(reached)


def main() -> int:
    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_MAX_ATTEMPTS": "1"}
    os.chdir(tempfile.mkdtemp())
    failed = 0
    for where, words in json.load(sys.stdin):
        for word in words:
            if word.startswith("file://"):  # what an earlier step wrote
                Path(Path(word.removeprefix("file://")).name).write_text("{}")
        given = [BATCH if word == "$batch" else word for word in words]
        given = ["us-east-1" if word == "$region" else word for word in given]
        if words not in NAMED_ALONE and not parsed(given):
            failed += 1
            print(f"{where}: not as the AWS CLI takes it: aws {' '.join(words)}")
    return failed


if __name__ == "__main__":
    sys.exit(main())

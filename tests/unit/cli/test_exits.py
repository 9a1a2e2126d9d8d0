"""How a command can end."""

import pytest
import typer

from services.cli.exits import Exit, fail


def test_the_codes_are_those_that_the_documentation_promises() -> None:
    assert {code.name: code.value for code in Exit} == {
        "DONE": 0,
        "FAILED": 1,
        "WRONG_USE": 2,
        "NOT_FOUND": 3,
        "UNREACHABLE": 4,
        "LIMIT": 5,
        "INTERRUPTED": 130,
    }


def test_a_failure_says_why_on_standard_error_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    message = "[x].jsonl: there is no such file " + "word " * 60
    with pytest.raises(typer.Exit) as ended:
        fail(Exit.NOT_FOUND, message)
    assert ended.value.exit_code == Exit.NOT_FOUND
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"Error: {message}\n"

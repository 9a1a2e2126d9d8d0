"""`copydesk lag --fail-on`: when a check says that all is well, that it is not, and that it cannot tell."""

from dataclasses import replace

import pytest
import typer

from services.cli.exits import Exit
from services.cli.lag import check, is_open, read_least
from services.control.probe import Sample
from services.control.status import Hold, Status, Word, judge


def stage(word: Word, name: str = "clean", sure: bool = True) -> Status:
    return replace(judge([Sample(name, at=0.0, lag=0, pending=0, ended=0)]), status=word, sure=sure)


WELL = stage(Word.OK, "ingest")
UNSURE = stage(Word.OK, sure=False)


@pytest.mark.parametrize("least", [Word.BEHIND, Word.STALLED, Word.STOPPED, Word.UNKNOWN])
@pytest.mark.parametrize("word", Word)
def test_a_word_and_all_that_is_worse_fails(word, least):
    if word.is_at_least(least):
        with pytest.raises(typer.Exit) as ended:
            check([WELL, stage(word)], least)
        assert ended.value.exit_code == Exit.LIMIT
    else:
        check([WELL, stage(word)], least)


def test_the_message_names_each_stage_with_its_word_and_nothing_else(capsys):
    stages = [WELL, stage(Word.STOPPED), stage(Word.STALLED, "claims")]
    with pytest.raises(typer.Exit):
        check(stages, Word.STALLED)
    assert capsys.readouterr().err == "Error: clean is stopped; claims is stalled\n"


def test_a_held_stage_fails_as_a_stalled_one_does(capsys):
    held = replace(stage(Word.OK), held=Hold("50 dead letters in a row", None))
    check([held], Word.STOPPED)
    with pytest.raises(typer.Exit):
        check([held], Word.STALLED)
    assert "clean is ok and held: 50 dead letters in a row" in capsys.readouterr().err


def test_what_cannot_be_told_is_neither_well_nor_a_limit(capsys):
    with pytest.raises(typer.Exit) as ended:
        check([WELL, UNSURE], Word.STALLED)
    assert ended.value.exit_code == Exit.FAILED
    assert "whether work goes on at clean" in capsys.readouterr().err


def test_whether_somebody_is_there_is_told_by_one_look():
    assert not is_open([WELL, UNSURE], Word.STOPPED)
    check([WELL, UNSURE], Word.STOPPED)


def test_one_stage_that_fails_is_enough_to_end_the_looking():
    assert is_open([WELL, UNSURE], Word.BEHIND)
    assert not is_open([stage(Word.STALLED, "claims"), UNSURE], Word.BEHIND)
    assert not is_open([WELL, stage(Word.OK)], Word.BEHIND)


@pytest.mark.parametrize(
    ("said", "least"),
    [
        ([], None),
        (["stalled"], Word.STALLED),
        (["stopped", "behind"], Word.BEHIND),
        (["unknown, stopped", "unknown"], Word.STOPPED),
    ],
)
def test_of_several_words_the_mildest_counts(said, least):
    assert read_least(said) is least


@pytest.mark.parametrize("wrong", ["ok", "late", "", "behind,"])
def test_a_word_that_is_none_is_wrong_use(wrong, capsys):
    with pytest.raises(typer.Exit) as ended:
        read_least(["stopped", wrong])
    assert ended.value.exit_code == Exit.WRONG_USE
    assert "behind, stalled, stopped, unknown" in capsys.readouterr().err

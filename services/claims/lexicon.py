"""Cue words: which predicate, in which construction, reports what somebody says, thinks or wants.

`cues.txt` holds the table: constructions, and for each the words in bands of confidence.
"""

from importlib.resources import files


def words(text: str) -> frozenset[str]:
    """A set of words written as one line."""
    return frozenset(text.split())


def read_table(text: str) -> dict[str, dict[str, float]]:
    """The confidence of each word in each construction, from the form of `cues.txt`.

    ValueError where a line belongs to no construction or its confidence is no number.
    """
    table: dict[str, dict[str, float]] = {}
    confidence, frame = 0.0, ""
    for number, line in enumerate(text.splitlines(), 1):
        row = line.strip()
        if not row or row.startswith("#"):
            continue
        if row.startswith("["):
            frame = row.strip("[]")
            table[frame] = {}
            continue
        if not frame:
            raise ValueError(f"line {number} belongs to no construction: {row}")
        figure, colon, listed = row.rpartition(":")
        if colon:
            confidence = float(figure)
        table[frame].update((word.strip(), confidence) for word in listed.split(",") if word.strip())
    return table


_TABLE = read_table(files("services.claims").joinpath("cues.txt").read_text(encoding="utf-8"))


def confidence_of(frame: str, key: str) -> float:
    """How often the word is a cue in that construction, 0..1; 0 where it is not known to be one."""
    known = _TABLE.get(frame, {})
    return known.get(key, known.get("other", 0.0))


SPEECH = words(
    "say tell add ask write note reply answer explain continue argue warn tweet declare announce insist "
    "state report claim recall respond conclude joke quip remark observe comment admit acknowledge concede "
    "predict suggest complain lament urge vow promise pledge boast shout yell cry exclaim chant sing begin "
    "go post stress emphasize assert maintain counter object retort snap shoot plead advise caution confess "
    "reveal muse wonder think believe reason demand order call describe read quote repeat reiterate "
    "elaborate interject crow scoff mock laugh whisper mutter tease proclaim allege testify contend affirm "
    "confirm deny agree thunder intone implore text email message blog recount relate inform remind"
)
"""Verbs that stand beside the words of a direct quotation."""

PRIMARY = words(
    "say tell add claim argue insist state announce declare deny warn allege assert vow promise write"
)
"""Verbs that are trusted even where a speaker, within a quotation, reports what others said."""

VIEWS = words("view opinion mind word eye estimation telling judgment judgement")
"""Nouns of "in X's view"."""

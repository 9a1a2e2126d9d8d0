"""First names that tell whether somebody is a he or a she."""

from importlib.resources import files


def _read() -> dict[str, str]:
    names: dict[str, str] = {}
    gender = ""
    for line in files("services.matching").joinpath("first_names.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            gender = line.strip("[]")
        elif not line.startswith("#"):
            names.update(dict.fromkeys(line.split(), gender))
    return names


_GENDERS = _read()


def find_gender(name: str) -> str | None:
    """ "he" or "she" by the first of several words of a name; nothing where that is borne by both."""
    first, _, rest = name.partition(" ")
    return _GENDERS.get(first.casefold()) if rest else None

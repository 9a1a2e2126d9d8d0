"""Names whose forms share no letters: countries and bodies with several usual names, and seats of power.

Keys are folded (`names.fold`). A form of up to three letters counts only where it is written in capitals.
"""

from schemas import EntityKind

_COUNTRIES: dict[str, tuple[str, ...]] = {
    "united states": ("us", "usa", "america", "united states of america"),
    "united kingdom": ("uk", "britain", "great britain"),
    "united arab emirates": ("uae", "emirates"),
    "russia": ("russian federation",),
    "china": ("people's republic of china", "prc"),
    "south korea": ("republic of korea", "rok"),
    "north korea": ("dprk", "democratic people's republic of korea"),
    "czech republic": ("czechia",),
    "turkey": ("turkiye", "republic of turkiye"),
    "myanmar": ("burma",),
    "ivory coast": ("cote d'ivoire",),
    "netherlands": ("holland",),
    "iran": ("islamic republic of iran", "islamic republic"),
    "syria": ("syrian arab republic",),
    "saudi arabia": ("kingdom of saudi arabia", "ksa"),
    "democratic republic of congo": ("dr congo", "drc", "democratic republic of the congo"),
    "eswatini": ("swaziland",),
    "north macedonia": ("macedonia",),
    "cape verde": ("cabo verde",),
    "east timor": ("timor-leste",),
}
_ONE_FORM = (
    "afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan "
    "bahamas bahrain bangladesh barbados belarus belgium belize benin bhutan bolivia botswana brazil "
    "brunei bulgaria burundi cambodia cameroon canada chile colombia comoros croatia cuba cyprus "
    "denmark djibouti ecuador egypt england eritrea estonia ethiopia fiji finland france gabon gambia "
    "germany ghana greece grenada guatemala guinea guyana haiti honduras hungary iceland india "
    "indonesia iraq ireland italy jamaica japan kazakhstan kenya kiribati kosovo kuwait kyrgyzstan "
    "laos latvia lebanon lesotho liberia libya liechtenstein lithuania luxembourg madagascar malawi "
    "malaysia maldives mali malta mauritania mauritius mexico moldova mongolia montenegro morocco "
    "mozambique namibia nauru nepal nicaragua nigeria norway oman pakistan palau panama paraguay peru "
    "philippines poland portugal qatar romania rwanda samoa scotland senegal serbia seychelles "
    "singapore slovakia slovenia somalia spain sudan suriname sweden switzerland taiwan tajikistan "
    "tanzania thailand tonga tunisia turkmenistan tuvalu uganda ukraine uruguay uzbekistan vanuatu "
    "venezuela vietnam wales yemen zambia zimbabwe"
)
"""Countries with one usual name of one word; those that are also given names or surnames are left out."""
_ONE_FORM_OF_TWO = (
    "burkina faso", "costa rica", "el salvador", "equatorial guinea", "new zealand", "northern ireland",
    "papua new guinea", "san marino", "sierra leone", "south africa", "south sudan", "sri lanka",
)  # fmt: skip
_BODIES: dict[str, tuple[str, ...]] = {
    "united nations": ("un", "uno"),
    "european union": ("eu",),
    "kremlin": (),
    "white house": (),
    "pentagon": (),
    "downing street": ("10 downing street", "no 10 downing street"),
    "elysee": ("elysee palace",),
    "capitol hill": (),
    "red cross": (),
    "red crescent": (),
    "whitehall": (),
    "wall street": (),
}

_CANONICAL = {
    form: name for table in (_COUNTRIES, _BODIES) for name, forms in table.items() for form in (name, *forms)
}
_KINDS = dict.fromkeys(
    (*_COUNTRIES, *_ONE_FORM.split(), *_ONE_FORM_OF_TWO), EntityKind.PLACE
) | dict.fromkeys(_BODIES, EntityKind.ORGANIZATION)


def find_known(surface: str, key: str) -> str:
    """The usual key of a name that the tables know, else `key` itself."""
    if len(key) <= 3 and not surface.isupper():
        return key
    return _CANONICAL.get(key, key)


def find_known_kind(key: str) -> EntityKind | None:
    """The kind of a usual key: a country is a place, a seat of power an organization; else none."""
    return _KINDS.get(key)

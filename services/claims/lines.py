"""The words of a claim in one line, without the marks around them."""

import re

QUOTE_MARKS = re.compile(r"""["“”„«»]|''|``|(?<!\w)[‘']|(?<=[.,!?])[’'](?!\w)""")

"""How a source stands to what it is cited with: polarity and modality, from the cue and the content."""

from collections.abc import Sequence

from spacy.tokens import Token

from schemas import Modality, Polarity
from services.claims.lexicon import words
from services.claims.phrases import FINITE

DENYING = words(
    "deny reject dismiss refute dispute rebut disavow contradict debunk repudiate decline refuse"
) | {"rule out", "turn down", "brush off", "wave away"}
ASKING = words("ask wonder question inquire query")
COMMANDING = words(
    "urge order demand command instruct implore beg plead call request exhort require insist press invite"
)
INTENDING = words(
    "vow promise pledge plan intend want threaten aim seek decide agree offer commit swear resolve willing "
    "ready prepared wish prefer hope prepare refuse decline"
)
HEDGING = words(
    "suggest think believe suspect appear seem expect predict guess estimate assume speculate imply hint "
    "indicate fear worry doubt hope feel forecast anticipate reportedly apparently allegedly"
)
POSSIBLE = frozenset(
    {"may", "might", "could", "perhaps", "possibly", "probably", "likely", "apparently", "maybe"}
)
NEGATIONS = frozenset({"not", "n't", "never"})


def judge_polarity(cue: Sequence[Token], lemma: str) -> Polarity:
    """Denied where the cue denies ("denied that") or is itself negated ("did not say that")."""
    negated = any(token.lower_ in NEGATIONS or token.dep_ == "neg" for token in cue)
    return Polarity.DENIED if negated != (lemma in DENYING) else Polarity.AFFIRMED


def judge_modality(content: Sequence[Token], lemma: str, rule: str) -> Modality:
    """How firmly the content is put: by the cue first, then by the words of the content."""
    plain = [token for token in content if not (token.is_space or token.is_punct or token.is_quote)]
    asks = any(token.text == "?" for token in content[-2:])
    if asks or (rule == "clause_wh" and lemma in ASKING):
        return Modality.QUESTIONED
    infinitive = any(token.tag_ == "TO" for token in plain[:12])
    called_for = lemma in COMMANDING or lemma in {"tell", "ask"}
    if infinitive and called_for and "clause_that" not in rule and not _states(plain):
        return Modality.COMMANDED
    if lemma in INTENDING and (infinitive or rule.startswith(("to", "owned_to", "adjective"))):
        return Modality.INTENDED
    hedged = lemma in HEDGING or any(token.lower_ in POSSIBLE for token in plain[:8])
    return Modality.HEDGED if hedged else Modality.STATED


def _states(content: Sequence[Token]) -> bool:
    """Whether a verb with a subject comes before the infinitive: "There is nothing | to discuss"."""
    to = next(index for index, token in enumerate(content) if token.tag_ == "TO")
    return any(token.tag_ in FINITE for token in content[:to])

"""What the scores of claims hold for, in words."""

from services.claims.settings import ClaimsSettings
from services.claims.weights import load_weights


def say_scale(settings: ClaimsSettings) -> str:
    """What the scores of an article's claims hold for, and which of its own sentences become claims."""
    usual = load_weights().choose(settings.attribution == "model").usual.base_rate
    share = f"{settings.base_rate or usual:.1%}"
    where = "COPYDESK_CLAIMS_BASE_RATE" if settings.base_rate else "the newest debates of the training part"
    return (
        f"Scores hold where {share} of the statements are worth a check ({where}). Sentences in which nobody "
        f"is cited are claims from {settings.asserted_from:g} on (COPYDESK_CLAIMS_ASSERTED_FROM)."
    )

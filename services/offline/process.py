"""The analysis as a process of its own, for who cannot wait for a document that hangs: it can be killed.

A line of standard input is a submission as JSON, a line of standard output its analysis. The first line that
it writes is READY, once the models are loaded. It ends when standard input does.
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import BinaryIO

from schemas import ArticleSubmitted
from services.ingest.settings import IngestSettings
from services.offline.analysis import Models, analyze_documents, load_models
from services.offline.documents import Reading, take_submission
from services.offline.results import Analysis, Status

READY = b"ready\n"
OWN_ID = "given"
"""What the one document of a request is called."""


def serve(requests: BinaryIO, answers: BinaryIO, load: Callable[[], Models] = load_models) -> None:
    """Answer each request until there are no more."""
    models = load()
    _write(answers, READY)
    for line in requests:
        analysis = analyze(ArticleSubmitted.model_validate_json(line), models)
        _write(answers, analysis.model_dump_json().encode() + b"\n")


def analyze(submission: ArticleSubmitted, models: Models) -> Analysis:
    """The analysis; whatever fails concerns this document alone."""
    reading = Reading(datetime.now(UTC), limit=IngestSettings().max_bytes)
    try:
        document = take_submission(OWN_ID, submission, reading)
        (analysis,) = analyze_documents([document], models=models)
    except Exception as error:  # the process goes on for the next one
        return Analysis(id=OWN_ID, status=Status.UNPROCESSABLE, reason=f"{type(error).__name__}: {error}")
    return analysis


def _write(answers: BinaryIO, line: bytes) -> None:
    answers.write(line)
    answers.flush()


def _keep_answers_apart() -> BinaryIO:
    """Standard output for the answers alone: what a library prints goes to standard error."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own


if __name__ == "__main__":
    serve(sys.stdin.buffer, _keep_answers_apart())

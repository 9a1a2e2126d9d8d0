"""The analysis as a process of its own, for who cannot wait for a document that hangs: it can be killed.

A line of standard input is a submission as JSON, a line of standard output its analysis. The first line that
it writes is READY, once the models are loaded. It ends when standard input does.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO

from sqlalchemy.exc import DBAPIError

from schemas import ArticleSubmitted
from services.entities.linking import Known
from services.ingest.settings import IngestSettings
from services.kit.settings import Settings
from services.offline.analysis import Models, analyze_documents, load_models
from services.offline.documents import Reading, take_submission
from services.offline.results import Analysis, Status
from services.offline.stored_names import StoredNames

READY = b"ready\n"
OWN_ID = "given"
"""What the one document of a request is called."""


def serve(
    requests: BinaryIO,
    answers: BinaryIO,
    load: Callable[[], Models] = load_models,
    read_names: Callable[[], Known] = dict,
) -> None:
    """Answer each request until there are no more, with the names that are known by then."""
    models = load()
    _write(answers, READY)
    for line in requests:
        models = replace(models, known=read_names())
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


def find_names(settings: Settings) -> Callable[[], Known]:
    """What reads the names known to the store of the settings; nothing where they name none."""
    if "database_url" not in settings.model_fields_set:
        return dict
    stored = StoredNames(settings.database_url.get_secret_value())

    def read() -> Known:
        try:
            return stored.read()
        except DBAPIError:  # ids are an addition: without the store there are none
            return {}

    return read


def _write(answers: BinaryIO, line: bytes) -> None:
    answers.write(line)
    answers.flush()


def _keep_answers_apart() -> BinaryIO:
    """Standard output for the answers alone: what a library prints goes to standard error."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own


if __name__ == "__main__":
    serve(sys.stdin.buffer, _keep_answers_apart(), read_names=find_names(Settings()))

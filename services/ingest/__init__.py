"""Submissions become identified articles; files, folders and standard input are where they come from."""

from services.ingest.addresses import canonical_url
from services.ingest.files import MAX_FILE_BYTES, Read, read_paths
from services.ingest.identity import Identity, find_ref, identify
from services.ingest.ingestion import MAX_BYTES, Ingested, ingest
from services.ingest.records import Defaults, read_moment, read_submission

__all__ = [
    "MAX_BYTES",
    "MAX_FILE_BYTES",
    "Defaults",
    "Identity",
    "Ingested",
    "Read",
    "canonical_url",
    "find_ref",
    "identify",
    "ingest",
    "read_moment",
    "read_paths",
    "read_submission",
]

"""The ingest worker: `faststream run services.ingest.worker:app`."""

from services.fetching import FetchSettings
from services.ingest.fetch import Fetch
from services.ingest.handler import build_handler
from services.ingest.settings import IngestSettings
from services.kit.app import build_app
from services.kit.settings import Settings

settings = Settings()
app = build_app(build_handler(IngestSettings(), Fetch(settings, FetchSettings())), settings)

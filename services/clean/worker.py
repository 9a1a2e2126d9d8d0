"""The clean worker: `faststream run services.clean.worker:app`."""

from services.clean.handler import build_handler
from services.clean.settings import CleanSettings
from services.kit.app import build_app
from services.kit.settings import Settings

app = build_app(build_handler(CleanSettings()), Settings())

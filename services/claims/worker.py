"""The claims worker: `faststream run services.claims.worker:app`."""

from services.claims.handler import build_handler
from services.claims.settings import ClaimsSettings
from services.kit.app import build_app
from services.kit.settings import Settings

app = build_app(build_handler(ClaimsSettings()), Settings())

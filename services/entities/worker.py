"""The entities worker: `faststream run services.entities.worker:app`."""

from services.entities.handler import build_handler
from services.entities.settings import EntitiesSettings
from services.kit.app import build_app
from services.kit.settings import Settings

app = build_app(build_handler(EntitiesSettings()), Settings())

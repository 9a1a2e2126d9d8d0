"""What Prometheus would read."""

from prometheus_client import REGISTRY


def shown(name: str, **labels: str) -> float | None:
    """The value that Prometheus would read; None where there is no such series."""
    return REGISTRY.get_sample_value(f"copydesk_{name}", labels)


def of_clean(name: str) -> float | None:
    return shown(name, stage="clean")

"""A trained forest as the lists that `services.clean.forest` reads."""

from collections.abc import Mapping
from typing import Any

from sklearn.ensemble import HistGradientBoostingClassifier

_DIGITS = 6


def write_forest(forest: HistGradientBoostingClassifier) -> dict[str, Any]:
    """Start value and trees; a node is [trait, limit, low, high], a leaf [value]."""
    trees = [[_write_node(node) for node in tree.nodes] for (tree,) in forest._predictors]
    return {"start": float(forest._baseline_prediction[0, 0]), "trees": trees}


def _write_node(node: Mapping[str, Any]) -> list[float]:
    if node["is_leaf"]:
        return [round(float(node["value"]), _DIGITS)]
    limit = float(f"{node['num_threshold']:.8g}")
    return [int(node["feature_idx"]), limit, int(node["left"]), int(node["right"])]

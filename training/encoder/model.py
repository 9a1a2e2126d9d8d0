"""MiniLM-L6 with a sense of case, digits and quotation, and the narrow layers that heads are built of."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, scaled_dot_product_attention

from services.encoder.traits import KINDS
from training.encoder.base import read_weights
from training.encoder.fused import attend

WIDTH, HEADS, INNER, LAYERS = 384, 12, 1536, 6
TRUNK = 4
"""Layers after which the states are also handed out: the lower ones know more of the surface."""
DROPOUT = 0.1


class States(NamedTuple):
    """What the encoder says of each piece: after the trunk and after the last layer."""

    lower: Tensor
    upper: Tensor


class Layer(nn.Module):
    """A transformer layer with the norms behind, as BERT has them."""

    def __init__(self, width: int = WIDTH, heads: int = HEADS, inner: int = INNER) -> None:
        super().__init__()
        self.heads = heads
        self.attend = nn.Linear(width, 3 * width)
        self.join = nn.Linear(width, width)
        self.first_norm = nn.LayerNorm(width, eps=1e-12)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)
        self.second_norm = nn.LayerNorm(width, eps=1e-12)
        self.drop = nn.Dropout(DROPOUT)

    def _look(self, states: Tensor, real: Tensor | None) -> Tensor:
        if torch.onnx.is_in_onnx_export():
            return attend(self.attend(states), real, self.heads)
        rows, length, width = states.shape
        parts = self.attend(states).view(rows, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mask = None if real is None else real[:, None, None, :]
        seen = scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return seen.transpose(1, 2).reshape(rows, length, width)

    def forward(self, states: Tensor, real: Tensor | None = None) -> Tensor:
        """New states; `real` is false where padding stands."""
        states = self.first_norm(states + self.drop(self.join(self._look(states, real))))
        return self.second_norm(states + self.drop(self.narrow(gelu(self.widen(states)))))


class Encoder(nn.Module):
    """Word pieces in, states out. The word embeddings stay as they were."""

    def __init__(self) -> None:
        super().__init__()
        base = read_weights()
        self.words = nn.Embedding.from_pretrained(base["embeddings.word_embeddings.weight"].clone())
        places = (
            base["embeddings.position_embeddings.weight"] + base["embeddings.token_type_embeddings.weight"][0]
        )
        self.places = nn.Embedding.from_pretrained(places.clone(), freeze=False)
        self.traits = nn.Embedding(KINDS, WIDTH)
        nn.init.zeros_(self.traits.weight)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        _copy(self.norm, base, "embeddings.LayerNorm")
        self.drop = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(_read_layer(base, f"encoder.layer.{number}") for number in range(LAYERS))

    def forward(self, ids: Tensor, traits: Tensor, real: Tensor | None = None) -> States:
        """States of each piece, after the trunk and at the top."""
        lower = self.read_lower(ids, traits, real)
        return self.read_upper(lower, real)

    def read_lower(self, ids: Tensor, traits: Tensor, real: Tensor | None = None) -> Tensor:
        """States after the trunk alone, for a task that needs no more."""
        places = self.places.weight[: ids.shape[1]]
        states = self.drop(self.norm(self.words(ids) + places + self.traits(traits)))
        return self._pass(states, real, self.layers[:TRUNK])

    def read_upper(self, lower: Tensor, real: Tensor | None = None) -> States:
        """States after the trunk, and at the top."""
        return States(lower, self._pass(lower, real, self.layers[TRUNK:]))

    @staticmethod
    def _pass(states: Tensor, real: Tensor | None, layers: nn.ModuleList) -> Tensor:
        for layer in layers:
            states = layer(states, real)
        return states


def _read_layer(base: dict[str, Tensor], name: str) -> Layer:
    layer = Layer()
    for kind in ("weight", "bias"):
        parts = [base[f"{name}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
        getattr(layer.attend, kind).data = torch.cat(parts)
    _copy(layer.join, base, f"{name}.attention.output.dense")
    _copy(layer.first_norm, base, f"{name}.attention.output.LayerNorm")
    _copy(layer.widen, base, f"{name}.intermediate.dense")
    _copy(layer.narrow, base, f"{name}.output.dense")
    _copy(layer.second_norm, base, f"{name}.output.LayerNorm")
    return layer


def _copy(module: nn.Linear | nn.LayerNorm, base: dict[str, Tensor], name: str) -> None:
    module.weight.data = base[f"{name}.weight"].clone()
    module.bias.data = base[f"{name}.bias"].clone()

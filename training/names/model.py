"""MiniLM with features of case and figures, cut after some layers, and a layer of labels on top."""

from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import load_file
from torch import Tensor, nn

WIDTH, HEADS, INNER, FEATURES = 384, 12, 1536, 5
PARTS = {"o": "attention.output.dense", "n1": "attention.output.LayerNorm"} | {
    "f1": "intermediate.dense",
    "f2": "output.dense",
    "n2": "output.LayerNorm",
}


class Layer(nn.Module):
    """One layer of BERT with its three projections in one."""

    def __init__(self, weights: dict[str, Tensor], at: int, dropout: float) -> None:
        super().__init__()
        self.qkv, self.o = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.f1, self.f2 = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.n1, self.n2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self._fill(weights, f"encoder.layer.{at}.")

    def _fill(self, weights: dict[str, Tensor], prefix: str) -> None:
        for part in ("weight", "bias"):
            rows = [weights[f"{prefix}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            getattr(self.qkv, part).data = torch.cat(rows)
            for name, source in PARTS.items():
                getattr(getattr(self, name), part).data = weights[f"{prefix}{source}.{part}"].clone()

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """The next state of each piece."""
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        heard = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2)
        x = self.n1(x + self.dropout(self.o(heard.reshape(batch, length, WIDTH))))
        out: Tensor = self.n2(x + self.dropout(self.f2(F.gelu(self.f1(x)))))
        return out


class NameTagger(nn.Module):
    """Label scores of each word piece."""

    def __init__(self, folder: Path, layers: int, labels: int, dropout: float = 0.1) -> None:
        super().__init__()
        read = load_file(folder / "model.safetensors")
        weights = {name.removeprefix("bert."): tensor for name, tensor in read.items()}
        self.words = nn.Embedding.from_pretrained(weights["embeddings.word_embeddings.weight"].clone())
        places = weights["embeddings.position_embeddings.weight"]
        kinds = weights["embeddings.token_type_embeddings.weight"]
        self.places = nn.Embedding.from_pretrained(places + kinds[0], freeze=False)
        self.features = nn.Embedding(FEATURES, WIDTH)
        nn.init.zeros_(self.features.weight)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.norm.weight.data = weights["embeddings.LayerNorm.weight"].clone()
        self.norm.bias.data = weights["embeddings.LayerNorm.bias"].clone()
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList([Layer(weights, at, dropout) for at in range(layers)])
        self.head = nn.Linear(WIDTH, labels)

    def forward(self, ids: Tensor, features: Tensor, present: Tensor) -> Tensor:
        """Scores: batch by pieces by labels."""
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.features(features)
        x, mask = self.dropout(self.norm(x)), present[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        scores: Tensor = self.head(self.dropout(x))
        return scores

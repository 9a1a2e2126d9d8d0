"""The head of attribution: a cue tagger, and a narrow branch that reads a paragraph once for each cue."""

import torch
from torch import Tensor, nn

from services.encoder.distance import BUCKETS
from training.encoder.model import WIDTH, Layer, States

NARROW, NARROW_HEADS, NARROW_INNER, NARROW_LAYERS = 192, 6, 768, 2


class AttributionHead(nn.Module):
    """Cues from the top states; roles from a projection of both states, made once for all cues."""

    def __init__(self) -> None:
        super().__init__()
        self.cues = nn.Linear(WIDTH, 3)
        self.project = nn.Linear(2 * WIDTH, NARROW)
        self.roles = RoleBranch()

    def tag(self, states: States) -> tuple[Tensor, Tensor]:
        """Cue logits of each piece, and the projected states that `roles` reads."""
        return self.cues(states.upper), self.project(torch.cat([states.lower, states.upper], -1))


class RoleBranch(nn.Module):
    """Logits of none, source and content for the pieces of a paragraph, given the marks of one cue."""

    def __init__(self) -> None:
        super().__init__()
        self.mark = nn.Embedding(2, NARROW)
        self.distance = nn.Embedding(BUCKETS, NARROW)
        self.cue = nn.Linear(NARROW, NARROW)
        self.gate = nn.Linear(NARROW, NARROW)
        self.norm = nn.LayerNorm(NARROW)
        self.layers = nn.ModuleList(Layer(NARROW, NARROW_HEADS, NARROW_INNER) for _ in range(NARROW_LAYERS))
        self.out = nn.Linear(NARROW, 3)
        nn.init.normal_(self.mark.weight, std=0.02)
        nn.init.zeros_(self.distance.weight)

    def forward(self, pieces: Tensor, real: Tensor, marks: Tensor, distance: Tensor) -> Tensor:
        """All inputs have a row for each cue; `marks` are 1 on its pieces."""
        weight = marks.to(pieces.dtype)[..., None]
        cue = (pieces * weight).sum(1, keepdim=True) / weight.sum(1, keepdim=True).clamp(min=1)
        states = pieces * (1 + torch.tanh(self.gate(cue))) + self.cue(cue)
        states = self.norm(states + self.mark(marks) + self.distance(distance))
        for layer in self.layers:
            states = layer(states, real)
        return self.out(states)

"""Write a trained model as the files that are shipped: ONNX in int8, the vocabulary, their check sums.

    python -m training.export CHECKPOINT… [--folder services/encoder/model] [--full]

The averaged parameters are written; of several checkpoints each replaces what it has of those before it.
`--full` keeps 32 bits, to measure what int8 costs.
"""

import argparse
import hashlib
import json
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from services.encoder.sessions import SHIPPED
from training.attribution.heads import NARROW, AttributionHead
from training.checkworthiness.task import CheckworthinessHead
from training.encoder.base import find_base
from training.encoder.loop import load
from training.encoder.model import WIDTH, Encoder, States
from training.names.task import NamesHead


class Trunk(nn.Module):
    """Word pieces to the states after the trunk."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: Tensor, traits: Tensor) -> Tensor:
        """States of each piece."""
        return self.encoder.read_lower(ids, traits)


class Claims(nn.Module):
    """The upper layers with cues and the states of roles, and check-worthiness beside them."""

    def __init__(self, encoder: Encoder, attribution: AttributionHead, worth: CheckworthinessHead) -> None:
        super().__init__()
        self.encoder, self.attribution, self.worth = encoder, attribution, worth

    def forward(self, lower: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Cue probabilities, narrow states, log-odds of check-worthiness."""
        states = self.encoder.read_upper(lower)
        cues, narrow = self.attribution.tag(states)
        return cues.softmax(-1), narrow, self.worth(lower)


class Roles(nn.Module):
    """The role branch for a batch of cues."""

    def __init__(self, attribution: AttributionHead) -> None:
        super().__init__()
        self.roles = attribution.roles

    def forward(self, states: Tensor, real: Tensor, marks: Tensor, distance: Tensor) -> Tensor:
        """Logarithms of the probabilities of none, source and content."""
        return self.roles(states, real, marks, distance).log_softmax(-1)


class Names(nn.Module):
    """The layer and the labels of names."""

    def __init__(self, names: NamesHead) -> None:
        super().__init__()
        self.names = names

    def forward(self, lower: Tensor) -> Tensor:
        """Label scores of each piece."""
        return self.names(States(lower, lower))


def main() -> None:
    """Read the checkpoint, write the folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for name, module, inputs, outputs in build_parts(options.checkpoints):
        write(options.folder / f"{name}.onnx", module, inputs, outputs, options.full)
    shutil.copyfile(find_base() / "tokenizer.json", options.folder / "tokenizer.json")
    sums = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(options.folder.iterdir())
        if path.suffix in {".onnx", ".json"} and path.name != "checksums.json"
    }
    (options.folder / "checksums.json").write_text(json.dumps(sums, indent=2) + "\n", encoding="utf-8")


def build_parts(checkpoints: Sequence[Path]) -> list[tuple[str, nn.Module, dict[str, Tensor], list[str]]]:
    """Name, module, example inputs and names of the outputs of each file."""
    encoder, attribution = Encoder(), AttributionHead()
    names, worth = NamesHead(encoder), CheckworthinessHead(encoder)
    heads = {"attribution": attribution, "names": names, "checkworthiness": worth}
    whole = nn.ModuleDict({"encoder": encoder, **heads})
    for checkpoint in checkpoints:
        load(whole, checkpoint)
    whole.eval()
    ids, real = torch.randint(1000, 2000, (3, 40)), torch.ones(3, 40, dtype=torch.bool)
    lower, narrow = torch.randn(3, 40, WIDTH), torch.randn(3, 40, NARROW)
    ones = torch.ones_like(ids)
    return [
        ("trunk", Trunk(encoder), {"ids": ids, "traits": ones}, ["lower"]),
        (
            "claims",
            Claims(encoder, attribution, worth),
            {"lower": lower},
            ["cues", "states", "worth"],
        ),
        (
            "roles",
            Roles(attribution),
            {"states": narrow, "real": real, "marks": ones, "distance": ones},
            ["roles"],
        ),
        ("names", Names(names), {"lower": lower}, ["scores"]),
    ]


def write(path: Path, module: nn.Module, inputs: dict[str, Tensor], outputs: list[str], full: bool) -> None:
    """One file, with rows and pieces of any number."""
    axes = {name: {0: "rows", 1: "pieces"} for name in [*inputs, *outputs]}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = path if full else Path(folder) / "plain.onnx"
        torch.onnx.export(
            module,
            tuple(inputs.values()),
            str(plain),
            input_names=list(inputs),
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            custom_opsets={"com.microsoft": 1},
            dynamo=False,
        )
        if not full:
            quantize_dynamic(plain, path, weight_type=QuantType.QInt8, per_channel=True)
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()

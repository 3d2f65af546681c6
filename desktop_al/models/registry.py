"""From an `EmbedSpec` to an embedder that is ready."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop_al.domain.errors import ModelError
from desktop_al.models.builtin import VARIANTS, load_builtin

if TYPE_CHECKING:
    from desktop_al.domain.specs import EmbedSpec
    from desktop_al.models.base import Embedder


def load(spec: "EmbedSpec") -> "Embedder":
    """Make the embedder that ``spec`` names ready; raises ModelError where that cannot be."""
    if spec.model in VARIANTS:
        return load_builtin(spec)
    raise ModelError(f"The model {Path(spec.model).name} is no TorchScript or ONNX file; choose another.")

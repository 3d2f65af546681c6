"""torch on a GPU, see `Runtime`; on the CPU it is several times slower than OpenVINO."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import ModelError
from desktop_al.domain.sentence import say
from desktop_al.models.base import Images, ModelInput

if TYPE_CHECKING:
    import torch


class TorchRuntime:
    """A torch module on ``device``, in float32 or under bfloat16 autocast ("auto" means float32).

    ``module`` takes normalised images and gives one output or a tuple; ``outputs`` are the numbers of the one
    that is the embedding and, where there are any, of the one that holds the scores.
    """

    def __init__(
        self,
        module: "torch.nn.Module",
        model_input: ModelInput,
        device: str,
        precision: str = "auto",
        batch: int = 0,
        outputs: tuple[int, ...] = (0, 1),
    ) -> None:
        import torch

        self.streams = 1
        self.device, self.batch, self._outputs = device, batch, outputs
        self.precision = "f32" if precision == "auto" else precision
        self._channels_first = model_input.layout == "NCHW"
        self._module = module.to(device).eval()
        if self._channels_first:
            self._module = self._module.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # stub lacks it
        normalisation = model_input.normalisation
        self._mean = torch.tensor(normalisation.mean, device=device)
        self._std = torch.tensor(normalisation.std, device=device)

    def run(self, batch: Images) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """See `Runtime.run`."""
        import torch

        with (
            torch.inference_mode(),
            torch.autocast(self.device.partition(":")[0], torch.bfloat16, self.precision == "bf16"),
        ):
            pixels = torch.from_numpy(np.ascontiguousarray(batch)).to(self.device)
            images = (pixels.float() - self._mean) / self._std
            try:
                result = self._module(images.permute(0, 3, 1, 2) if self._channels_first else images)
            except RuntimeError as error:
                raise ModelError(
                    say(
                        "The model cannot be run on {count} images of {size} pixels on {device}; check its "
                        "input size ({why}).",
                        count=len(batch),
                        size=batch.shape[1],
                        device=self.device,
                        why=str(error).strip().splitlines()[-1][:200],
                    )
                ) from error
        parts = result if isinstance(result, tuple | list) else (result,)
        arrays = [parts[number].float().cpu().numpy() for number in self._outputs]
        return arrays[0], arrays[1] if len(arrays) > 1 else None

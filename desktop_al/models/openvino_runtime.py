"""OpenVINO on the CPU: the fastest local runtime there, see `Runtime`."""

import queue
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import ModelError
from desktop_al.domain.sentence import say
from desktop_al.models.base import Images, ModelInput

_TELEMETRY = "openvino_telemetry"


def load_openvino() -> Any:
    """Import OpenVINO without its telemetry, which would open a connection.

    OpenVINO takes a silent stand-in where the telemetry package is absent; so it is made to look absent.
    """
    if "openvino" not in sys.modules:
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment] # None is how an import is forbidden
    import openvino

    return openvino


def conversion_errors() -> tuple[type[Exception], ...]:
    """Return what OpenVINO raises where it cannot make a graph of a file."""
    load_openvino()
    from openvino import frontend

    return (
        RuntimeError,
        TypeError,
        ValueError,
        frontend.GeneralFailure,
        frontend.InitializationFailure,
        frontend.NotImplementedFailure,
        frontend.OpConversionFailure,
        frontend.OpValidationFailure,
    )


def cpu_has_bf16() -> bool:
    """Whether this CPU computes in bfloat16."""
    core = load_openvino().Core()
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class OpenVinoRuntime:
    """A converted model on the CPU.

    Parameters
    ----------
    model
        An ``openvino.Model`` with one image input; its first output is the embedding, the second, if any, scores.
    model_input
        Size, normalisation and layout of the image input. Normalising and transposing become part of the graph.
    batch
        The mini-batch that the model insists on, or 0.
    precision
        "f32", "bf16", or "auto": bf16 where the CPU computes in it.
    """

    device = "cpu"

    def __init__(self, model: Any, model_input: ModelInput, batch: int = 0, precision: str = "auto") -> None:
        openvino = load_openvino()
        self.precision = _chosen(precision)
        self.batch = batch
        ready = _with_pixels_in(model, model_input, batch)
        # Independent streams have no barriers between their threads, so decoding beside them costs only its own time.
        config = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": self.precision}
        try:
            compiled = openvino.Core().compile_model(ready, "CPU", config)
        except RuntimeError as error:
            raise ModelError(
                say(
                    "The model has a layer that cannot be run on this CPU ({why}); export it without that layer.",
                    why=first_line(error),
                )
            ) from error
        self.streams = max(1, int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")))
        self._free: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for _ in range(self.streams):
            self._free.put(compiled.create_infer_request())
        self._outputs = len(model.outputs)

    def run(self, batch: Images) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """See `Runtime.run`. The arrays are copies."""
        request = self._free.get()
        try:
            results = request.infer([np.ascontiguousarray(batch)], share_inputs=True, share_outputs=False)
        except RuntimeError as error:
            raise ModelError(
                say(
                    "The model cannot be run on {count} images of {size} pixels; check its input size and "
                    "mini-batch ({why}).",
                    count=len(batch),
                    size=batch.shape[1],
                    why=first_line(error),
                )
            ) from error
        finally:
            self._free.put(request)
        arrays = [np.asarray(results[number], np.float32) for number in range(self._outputs)]
        return arrays[0], arrays[1] if len(arrays) > 1 else None


def first_line(error: Exception) -> str:
    """The last line of an OpenVINO message that says something, shortened; its first lines name source files."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:200].rstrip(".") if lines else type(error).__name__


def _chosen(precision: str) -> str:
    if precision == "auto":
        return "bf16" if cpu_has_bf16() else "f32"
    if precision == "bf16" and not cpu_has_bf16():
        raise ModelError(say("This CPU does not compute in bfloat16; choose the precision f32 or auto."))
    return precision


def _with_pixels_in(model: Any, model_input: ModelInput, batch: int) -> Any:
    """Return ``model`` with uint8 pixels (b, size, size, 3) as its input."""
    openvino = load_openvino()
    from openvino.preprocess import PrePostProcessor

    size, channels_first = model_input.size, model_input.layout == "NCHW"
    rows = batch or -1
    model = model.clone()
    model.reshape([rows, 3, size, size] if channels_first else [rows, size, size, 3])
    processor = PrePostProcessor(model)
    pixels = processor.input()
    pixels.tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    pixels.model().set_layout(openvino.Layout(model_input.layout))
    normalisation = model_input.normalisation
    if normalisation.mean != (0.0, 0.0, 0.0) or normalisation.std != (1.0, 1.0, 1.0):
        steps = pixels.preprocess().convert_element_type(openvino.Type.f32)
        steps.mean(list(normalisation.mean)).scale(list(normalisation.std))
    return processor.build()

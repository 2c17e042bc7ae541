"""PP-OCR's models out of the rapidocr package: where text stands, and what a strip says.

They are loaded once a process and run on two threads. What the recogniser answers is kept
as probabilities, so that a cell of money can be read with money's letters alone.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import rapidocr
from numpy.typing import NDArray
from rapidocr.ch_ppocr_det.utils import DBPostProcess, DetPreProcess

from khata.reading.loading import Pixels

THREADS = 2
_STRIP_HEIGHT = 48
# Measured: half the time of RapidOCR's 320, and read as well or better.
_NARROWEST = 160
_BATCH = 4
_DETECTED_AT = 1_200
_loading = threading.Lock()

Quad = NDArray[np.int32]
"""Four points (x, y), clockwise from top left."""


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """What a recogniser's outputs mean; the first is CTC's blank."""

    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Strip:
    """A recogniser's answer for one strip of writing.

    ``steps``: time steps × letters, probabilities; step i looks at the strip around
    (i + 0.5) / len(steps).
    """

    steps: NDArray[np.float32]
    letters: Letters


def find_text(page: Pixels) -> list[Quad]:
    """Where the detector sees lines or words of text, unordered."""
    prepared = DetPreProcess(_DETECTED_AT, "max", [0.5] * 3, [0.5] * 3)(page)
    if prepared is None:
        return []
    with_probabilities = _run(_session("PP-OCRv6_det_small.onnx"), prepared)
    quads, _ = DBPostProcess(0.3, 0.5, 1000, 1.6, "fast", True)(
        with_probabilities, (page.shape[0], page.shape[1])
    )
    return [quad.astype(np.int32) for quad in quads]


@cache
def latin_letters() -> Letters:
    """PP-OCR's: Latin and Chinese."""
    names = _session("PP-OCRv6_rec_small.onnx").get_modelmeta().custom_metadata_map
    return Letters(["", *names["character"].splitlines(), " "])


def read_strips(strips: Sequence[Pixels]) -> list[Strip]:
    """What each strip (RGB, one line of text) says, in their order."""
    session = _session("PP-OCRv6_rec_small.onnx")
    order = sorted(range(len(strips)), key=lambda i: strips[i].shape[1] / strips[i].shape[0])
    answers: dict[int, Strip] = {}
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        tensor, widths = _tensor([strips[i] for i in batch])
        steps = _run(session, tensor)
        for i, width, rows in zip(batch, widths, steps, strict=True):
            kept = max(1, round(len(rows) * width / tensor.shape[3]))
            answers[i] = Strip(rows[: kept + 1], latin_letters())
    return [answers[i] for i in range(len(strips))]


def _tensor(strips: Sequence[Pixels]) -> tuple[NDArray[np.float32], list[int]]:
    widths = [max(16, round(s.shape[1] * _STRIP_HEIGHT / s.shape[0])) for s in strips]
    tensor = np.zeros((len(strips), 3, _STRIP_HEIGHT, max(_NARROWEST, *widths)), np.float32)
    for row, strip, width in zip(tensor, strips, widths, strict=True):
        small = cv2.resize(strip, (width, _STRIP_HEIGHT))[:, :, ::-1]
        row[:, :, :width] = small.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1
    return tensor, widths


def _run(session: onnxruntime.InferenceSession, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
    return session.run(None, {session.get_inputs()[0].name: tensor})[0]


def _session(name: str) -> onnxruntime.InferenceSession:
    with _loading:
        return _loaded(name)


@cache
def _loaded(name: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False
    # Threads that wait by turning in a circle take a fifth of the processor from the others.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = Path(rapidocr.__file__).parent / "models" / name
    return onnxruntime.InferenceSession(
        str(model), sess_options=options, providers=["CPUExecutionProvider"]
    )

"""From a fitted describer to what ships: ONNX, card, digests, reference answers for the tests."""

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

import calcsight.models
from calcsight.analysis.appearance import FEATURE_NAMES
from calcsight.analysis.group_shape import OpinionPool
from calcsight.analysis.learned_describer import FIELDS, SHAPES
from calcsight.analysis.spread import SPREAD_NAMES
from calcsight.analysis.spread_model import SpreadModel
from calcsight.models.shape_network import INPUTS, OUTPUT, OnnxShapes
from calcsight.terms.distribution import Distribution
from calcsight.terms.morphology import Morphology
from training.shape_learning import Lesson, as_shape_tensors
from training.shape_network import CalibratedShapes, ShapeNetwork

NAME = "shapes-1"
REFERENCE = Path(__file__).parents[1] / "tests" / "models" / f"{NAME}-reference.npz"
_DIGITS = 5
_IMAGES = (
    "simulated views only (shapes_set, vessels_set and layouts_set of "
    "calcsight.simulation.casting_shapes)"
)


@dataclass(frozen=True, slots=True)
class FittedDescriber:
    """Everything the card tells."""

    network: ShapeNetwork
    temperature: float
    pool: OpinionPool
    spread: SpreadModel
    plan: Any
    figures: dict[str, Any]
    reference: Lesson
    minutes: float


def export_describer(fitted: FittedDescriber, out: Path | None) -> None:
    """Write model and card to `out`, or into the package with their digests pinned there."""
    folder = out or Path(calcsight.models.__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    shapes = CalibratedShapes(fitted.network, fitted.temperature).eval()
    content = as_onnx(shapes, fitted.reference)
    (folder / f"{NAME}.onnx").write_bytes(content)
    card = json.dumps(as_card(fitted, content), indent=1).encode() + b"\n"
    (folder / f"{NAME}.card.json").write_bytes(card)
    print(f"wrote {NAME}: {len(content) / 1e6:.2f} MB")
    if out is None:
        pin(hashlib.sha256(card).hexdigest())
        write_reference(shapes, fitted.reference)


def export_spread(spread: SpreadModel, figures: dict[str, Any], out: Path | None) -> None:
    """Write the card that ships with another way to name distributions, beside its network."""
    package = Path(calcsight.models.__file__).parent
    card = json.loads((package / f"{NAME}.card.json").read_text(encoding="utf-8"))
    card["distribution"] = as_distribution(spread)
    card["training"]["images"] = _IMAGES
    card["training"]["distribution_command"] = (
        "python -m training.fit_describer --spread-only --write"
    )
    for name, found in figures["groups"].items():
        card["figures"]["groups"][name]["distribution"] = found["distribution"]
    card["figures"]["layouts"] = figures["layouts"]
    folder = out or package
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps(card, indent=1).encode() + b"\n"
    if out:
        (folder / f"{NAME}.onnx").write_bytes((package / f"{NAME}.onnx").read_bytes())
    (folder / f"{NAME}.card.json").write_bytes(content)
    if out is None:
        pin(hashlib.sha256(content).hexdigest())


def shipped_network() -> tuple[OnnxShapes, OpinionPool]:
    """Return the network and the pool that ship."""
    package = Path(calcsight.models.__file__).parent
    card = json.loads((package / f"{NAME}.card.json").read_text(encoding="utf-8"))
    said = card["group_morphology"]
    pool = OpinionPool(
        weight=said["weight"], doubt=said["doubt"], prior=np.array(said["prior"], np.float64)
    )
    return OnnxShapes.of((package / f"{NAME}.onnx").read_bytes()), pool


def as_onnx(shapes: CalibratedShapes, lesson: Lesson) -> bytes:
    """Return the network as ONNX, any number of calcifications at once."""
    made = io.BytesIO()
    torch.onnx.export(
        shapes.cpu(),
        as_shape_tensors([lesson]),
        made,
        input_names=list(INPUTS),
        output_names=[OUTPUT],
        dynamic_axes={name: {0: "calcifications"} for name in (*INPUTS, OUTPUT)},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load_from_string(made.getvalue())
    onnx.checker.check_model(model)
    model.producer_name, model.producer_version = "calcsight", ""
    return bytes(model.SerializeToString(deterministic=True))


def as_card(fitted: FittedDescriber, content: bytes) -> dict[str, Any]:
    """Say what the model is, what it was trained on, and what it must not be used for."""
    pool, spread = fitted.pool, fitted.spread
    return {
        "name": NAME,
        "network": {
            "file": f"{NAME}.onnx",
            "sha256": hashlib.sha256(content).hexdigest(),
            "inputs": {
                "pictures": [
                    f"{field.side_px} x {field.side_px}, {field.step_mm} mm apart, "
                    "arcsinh(contrast / 2 local SD)"
                    for field in FIELDS
                ],
                "features": list(FEATURE_NAMES),
                "places_mm": "centroids: each calcification hears what the others look like",
            },
            "shapes": [str(shape) for shape in SHAPES],
            "temperature": round(fitted.temperature, _DIGITS),
        },
        "group_morphology": {
            "method": "product of the members' probabilities to the power `weight`, made to sum "
            "to 1; the share `doubt` is left to the prior",
            "shapes": [str(shape) for shape in Morphology],
            "weight": pool.weight,
            "doubt": pool.doubt,
            "prior": pool.prior.tolist(),
        },
        "distribution": as_distribution(spread),
        "training": {
            "command": "python -m training.fit_describer --write",
            "plan": asdict(fitted.plan),
            "minutes": round(fitted.minutes, 1),
            "images": _IMAGES,
            "real_images": "none",
        },
        "figures": {
            "on": "simulated women of the TUNING families that nothing was fitted to; same "
            "families of shapes as in training, so these flatter",
            **fitted.figures,
        },
        "limits": [
            "trained on simulated calcifications; probabilities are calibrated on those",
            "milk of calcium is never named: one projection cannot show it",
            "pitch 0.05 to 0.2 mm; spacing must be known",
            "not for diagnosis, screening, triage or treatment of any person",
        ],
    }


def as_distribution(spread: SpreadModel) -> dict[str, Any]:
    """Say how distributions are named."""
    return {
        "method": "small networks over standardised numbers held within 3 SD, ReLU between layers, "
        "their evidence averaged and divided by the temperature",
        "words": [str(word) for word in Distribution],
        "numbers": list(SPREAD_NAMES),
        "centre": np.round(spread.centre, _DIGITS).tolist(),
        "scale": np.round(spread.scale, _DIGITS).tolist(),
        "temperature": spread.temperature,
        "networks": [
            [[np.round(part, _DIGITS - 1).tolist() for part in layer] for layer in layers]
            for layers in spread.networks
        ],
    }


def pin(digest: str) -> None:
    """Pin the card's SHA-256 in the adapter."""
    adapter = Path(calcsight.models.__file__).parent / "shipped.py"
    lines = [
        f'    "{NAME}": "{digest}",' if line.startswith(f'    "{NAME}":') else line
        for line in adapter.read_text(encoding="utf-8").splitlines()
    ]
    adapter.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_reference(shapes: CalibratedShapes, lesson: Lesson) -> None:
    """Keep one list and what this network, run by torch, says of it."""
    with torch.inference_mode():
        answers = shapes(*as_shape_tensors([lesson])).numpy()
    fine, middle, wide = lesson.pictures
    np.savez_compressed(
        REFERENCE,
        fine=fine,
        middle=middle,
        wide=wide,
        features=lesson.features,
        places_mm=lesson.places_mm,
        answers=answers,
    )

"""From a fitted network to what ships: ONNX, card, digests, reference answers for the tests."""

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
from calcsight.analysis.judging import SHAPE_NAMES, ClassicalJudge
from calcsight.analysis.surroundings import feature_names
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.settings import LITERATURE_RULE, Settings
from training.learning import Tensors, as_tensors
from training.network import CalibratedScore, CandidateNetwork
from training.thresholds import FALSE_GROUPS, Validation, reliability

NAME = "learned-1"
REFERENCE = Path(__file__).parents[1] / "tests" / "models" / f"{NAME}-reference.npz"
_REFERENCE_COUNT = 24
INPUTS = ["fine", "context", "features"]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Everything the card tells."""

    network: CandidateNetwork
    validation: Validation
    points: dict[OperatingPoint, float]
    plan: Any
    first: ClassicalJudge
    least_first: float
    extra_normals: Path | None
    minutes: float


def export(fitted: Fitted, out: Path | None) -> None:
    """Write model and card to `out`, or into the package with their digests pinned there."""
    folder = out or Path(calcsight.models.__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    score = CalibratedScore(fitted.network, fitted.validation.slope, fitted.validation.offset)
    content = as_onnx(score.eval(), fitted)
    (folder / f"{NAME}.onnx").write_bytes(content)
    card = json.dumps(as_card(fitted, content), indent=1).encode() + b"\n"
    (folder / f"{NAME}.card.json").write_bytes(card)
    print(f"wrote {NAME}: {len(content) / 1e6:.2f} MB")
    if out is None:
        pin(hashlib.sha256(card).hexdigest())
        write_reference(score, fitted)


def as_onnx(score: CalibratedScore, fitted: Fitted) -> bytes:
    """Return the network as ONNX, any number of candidates at once."""
    inputs = as_tensors(fitted.validation.samples.at(np.arange(2)))
    made = io.BytesIO()
    torch.onnx.export(
        score.cpu(),
        inputs,
        made,
        input_names=INPUTS,
        output_names=["score"],
        dynamic_axes={name: {0: "candidates"} for name in [*INPUTS, "score"]},
        opset_version=17,
        dynamo=False,
    )
    model = with_every_input(onnx.load_from_string(made.getvalue()), inputs)
    onnx.checker.check_model(model)
    model.producer_name, model.producer_version = "calcsight", ""
    return bytes(model.SerializeToString(deterministic=True))


def with_every_input(model: onnx.ModelProto, inputs: Tensors) -> onnx.ModelProto:
    """Declare the inputs that a lesser network does not look at: every judge is given all."""
    declared = {one.name for one in model.graph.input}
    for name, given in zip(INPUTS, inputs, strict=True):
        if name not in declared:
            shape = ["candidates", *given.shape[1:]]
            kind = onnx.TensorProto.FLOAT
            model.graph.input.append(onnx.helper.make_tensor_value_info(name, kind, shape))
    return model


def as_card(fitted: Fitted, content: bytes) -> dict[str, Any]:
    """Say what the model is, what it was trained on, and what it must not be used for."""
    validation, samples = fitted.validation, fitted.validation.samples
    return {
        "name": NAME,
        "network": {
            "file": f"{NAME}.onnx",
            "sha256": hashlib.sha256(content).hexdigest(),
            "inputs": {
                "fine": "n x 1 x 32 x 32, arcsinh(contrast / 2 local SD), 0.05 mm apart",
                "context": "n x 2 x 64 x 64, 0.15 mm apart: the same, and the first stage's "
                "scores of all candidates as dots",
                "features": [*feature_names(Settings().detection), *SHAPE_NAMES],
            },
            "output": "n, probability that the candidate is a calcification",
        },
        "first_stage": {
            "name": fitted.first.name,
            "sha256": fitted.first.digest,
            "least_score": fitted.least_first,
        },
        "operating_points": {str(point): value for point, value in fitted.points.items()},
        "operating_points_rule": {
            "false_groups_per_normal_view": {str(k): v for k, v in FALSE_GROUPS.items()},
            "group_rule": asdict(LITERATURE_RULE),
            "on": f"{len(validation.normals)} simulated validation views without calcification",
        },
        "training": {
            "command": "python -m training.fit_learned --write",
            "plan": asdict(fitted.plan),
            "minutes": round(fitted.minutes, 1),
            "images": "simulated views only (calcsight.simulation.sets.training_set)"
            if fitted.extra_normals is None
            else "simulated views, and normals of the user's own",
            "real_images": "none"
            if fitted.extra_normals is None
            else f"normals in {fitted.extra_normals.name}",
            "real_statistics": "spectra, noise by grey level and candidate counts of real "
            "mammograms calibrated the simulator (docs/results/realism.md)",
        },
        "calibration": {
            "method": "logistic curve on the evidence, inside the model",
            "on": f"{len(samples)} candidates of {len(np.unique(samples.view))} validation views",
            "reliability": reliability(validation),
        },
        "evaluation": "docs/results/: fixed and wide simulated test sets, semi-real, mini-MIAS, "
        "real views; none of them chose anything in the model",
        "limits": [
            "calcifications only: no masses, asymmetries or distortion",
            "trained on simulated mammograms; scores are calibrated on those, not on patients",
            "pitch 0.05 to 0.2 mm; particles under about 0.1 mm, or two pixels, are not resolved",
            "not for diagnosis, screening, triage or treatment of any person",
        ],
    }


def pin(digest: str) -> None:
    """Pin the card's SHA-256 in the adapter."""
    adapter = Path(calcsight.models.__file__).parent / "shipped.py"
    others = [
        line
        for line in adapter.read_text(encoding="utf-8").splitlines()
        if f'"{NAME}":' not in line
    ]
    others.insert(others.index("SHIPPED = {") + 1, f'    "{NAME}": "{digest}",')
    adapter.write_text("\n".join(others) + "\n", encoding="utf-8")


def write_reference(score: CalibratedScore, fitted: Fitted) -> None:
    """Keep some inputs and what this network, run by torch, says of them."""
    samples = fitted.validation.samples
    order = np.argsort(fitted.validation.scores, kind="stable")
    some = samples.at(np.sort(order[np.linspace(0, len(order) - 1, _REFERENCE_COUNT).astype(int)]))
    with torch.inference_mode():
        answers = score(*as_tensors(some)).numpy()
    np.savez_compressed(
        REFERENCE,
        fine=some.fine,
        context=some.context,
        neighbours=some.neighbours,
        features=some.features,
        scores=answers,
    )

"""Draw the pictures of the README from the simulated exam (`make pictures`)."""

from pathlib import Path

from calcsight.assembly import interpreter_for
from calcsight.batch.view import draw
from calcsight.models import load_judge
from calcsight.reading import read
from calcsight.simulation.exams import exam_specs
from calcsight.simulation.views import simulate_view
from calcsight.terms.settings import Settings

FOLDER = Path(__file__).parent / "images"
SEED = 1
VIEW = 0  # L CC


def main() -> None:
    """Read one simulated view; write its overlay and the crop of its first group."""
    settings = Settings()
    view = simulate_view(exam_specs(SEED)[VIEW])
    interpreter = interpreter_for(settings)
    reading = read(view.mammogram(), load_judge(), settings, interpreter)
    pictures = draw(reading, settings, interpreter.guidance.vocabulary)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "overlay.jpg").write_bytes(pictures.overlay_jpeg)
    (FOLDER / "group.jpg").write_bytes(pictures.crops[0].jpeg)


if __name__ == "__main__":
    main()

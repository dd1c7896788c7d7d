"""A short storm; `make storm` runs the whole one."""

from pathlib import Path

from tests.node.storm import Storm, run


def test_nothing_that_was_accepted_is_lost_in_a_storm(tmp_path: Path) -> None:
    storm = Storm(images=60, kills=4, seed=6, between_kills_seconds=1.5, limit_seconds=300)
    said: list[str] = []
    assert run(storm, tmp_path, said.append) == []
    assert said[-1].endswith("60 images accepted")

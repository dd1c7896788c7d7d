"""Write `rules/asked.toml`: the development questions of each entry, as more ways to ask for it.

    python -m benchmarks.asked_again

Those with figures or slips of the pen are left out. Nothing of the other halves is read.
"""

import json
import re
from pathlib import Path

from benchmarks.questions import files_of
from calcsight.safe_writing import write_text

TARGET = Path(__file__).parents[1] / "src/calcsight/patient/rules/asked.toml"
HEAD = [
    "# More ways to ask, from the development questions; searched, never shown. Made by",
    "# `python -m benchmarks.asked_again`; those with figures or slips of the pen are left out.",
    "",
]


def main() -> None:
    """Write the file."""
    found: dict[str, dict[str, set[str]]] = {"en": {}, "es": {}}
    for path in files_of("development"):
        for line in path.read_text(encoding="utf-8").splitlines():
            asked = json.loads(line)
            typed = "typo" in asked.get("tags", ()) or re.search(r"\d", asked["text"])
            if asked["kind"] == "answer" and not typed:
                of_language = found[asked["language"]]
                of_language.setdefault(asked["entries"][0], set()).add(asked["text"])
    lines = list(HEAD)
    for language, entries in found.items():
        lines.append(f"[{language}]")
        for entry, texts in sorted(entries.items()):
            quoted = [f"  {json.dumps(one, ensure_ascii=False)}," for one in sorted(texts)]
            lines += [f"{entry} = [", *quoted, "]"]
        lines.append("")
    write_text(TARGET, "\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()

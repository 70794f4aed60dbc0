"""In: a folder and a number of pages. Out: a generated mini program there, from the texts in `program/` (which
`stages/input.rs` fills in the same way): every page has a button, a component, a chain of four calls over shared modules to
a request, and one page in ten asks on its own. Never anything random: the same number gives the same bytes."""

import json
import sys
from pathlib import Path

TEXTS = Path(__file__).parent / "program"
# Pages that share the modules of a chain, as areas of an application do.
AREA = 100


def fill(name: str, **values: object) -> str:
    text = (TEXTS / name).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", str(value))
    return text


def write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def generate(folder: Path, pages: int) -> None:
    """Writes the program."""
    routes = [f"pages/page{number}/page{number}" for number in range(pages)]
    write(folder, "app.json", json.dumps({"pages": routes, "usingComponents": {"card": "/components/card/card"}}))
    write(folder, "app.js", "App({ onLaunch() { this.started = Date.now(); } });\n")
    write(folder, "components/card/card.js", fill("card.js"))
    write(folder, "components/card/card.json", '{ "component": true }')
    write(folder, "components/card/card.axml", fill("card.axml"))
    for area in range(-(-pages // AREA)):
        for at, (following, call) in enumerate((("step1", "step1"), ("step2", "step2"), ("request", "ask"))):
            write(folder, f"lib/area{area}/step{at}.js", fill("step.js", next=following, at=at, call=call))
        write(folder, f"lib/area{area}/request.js", fill("request.js"))
    for number, route in enumerate(routes):
        automatic = "this.login();" if number % 10 == 9 else ""
        write(folder, f"{route}.js", fill("page.js", number=number, area=number // AREA, automatic=automatic))
        write(folder, f"{route}.axml", fill("page.axml", number=number))


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))

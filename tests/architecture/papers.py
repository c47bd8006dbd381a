"""Writes the generated papers: the facts catalogue, settings, commands, rooms, golden samples.

``python -m tests.architecture.papers`` writes them; with ``--check`` it only says which are
out of date, and fails.
"""

from __future__ import annotations

import ast
import inspect
import sys
import types
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from domain.base import Erased, Fact
from domain.catalogue import FACTS
from tests.architecture import samples

ROOT = Path(__file__).parents[2]

GENERATED = "<!-- written by `make facts`; do not edit -->"
ROOMS = ("domain", "application", "projections", "infrastructure", "workers", "interfaces")
STORED_WITH_ALL = {"originator_id", "originator_version", "originator_topic", "timestamp"}


def papers() -> dict[Path, str]:
    """Every generated page with what it should hold."""
    return {
        ROOT / "docs" / "facts.md": facts_page(),
        ROOT / "docs" / "settings.md": _between(ROOT / "docs" / "settings.md", settings_table()),
        ROOT / "docs" / "commands.md": _between(ROOT / "docs" / "commands.md", commands_text()),
        ROOT / "docs" / "rooms.md": _between(ROOT / "docs" / "rooms.md", rooms_table()),
    }


def outdated() -> list[str]:
    """Pages that differ from what the code says, and shapes of facts without a sample."""
    old = [
        str(path.relative_to(ROOT))
        for path, text in papers().items()
        if not path.exists() or path.read_text() != text
    ]
    kept = samples.kept()
    old += [f"tests/golden/facts.json: {one['topic']}" for one in samples.missing(kept)]
    old += [f"tests/golden/codes.json: {code}" for code in samples.missing_codes()]
    return old


def write() -> None:
    kept = samples.kept()
    samples.write(kept + list(samples.missing(kept)))
    samples.write_codes()
    for path, text in papers().items():
        path.write_text(text)


def facts_page() -> str:
    since = {(one["topic"], one["schema"]): one["since"] for one in samples.kept()}
    parts = [
        "# Facts\n",
        f"{GENERATED}\n",
        (
            "Every kind of fact that the log can hold, by topic. A topic never changes its name or "
            "meaning; a reshaped fact gets a new schema number, and the old shape stays readable. "
            "Each fact also has `originator_id` and `originator_version` (its place in the stream "
            "of one aggregate), `occurred_at` (what the device said), `received_at` (our clock at "
            "receipt) and, from the log, `position`, `recorded_at`, `actor`, `correlation_id` and "
            "`causation_id`. Units stand in the names: `_s` seconds, `_m` metres, `_deg` degrees. "
            "**Personal** fields are sealed under the key of the subject and leave with it.\n"
        ),
    ]
    for topic, fact in sorted(FACTS.items()):
        parts.append(f"## `{topic}`\n")
        if doc := inspect.cleandoc(fact.__dict__.get("__doc__") or ""):
            parts.append(_markdown(f"{doc}\n"))
        first = since.get((topic, fact.SCHEMA), samples.SINCE)
        parts.append(f"Schema {fact.SCHEMA}, since {first}.\n")
        if rows := list(_field_rows(fact)):
            parts.append("| field | what | |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n")
    parts.append(_codes())
    return "\n".join(parts)


def _field_rows(fact: type[Fact]) -> Iterator[str]:
    notes = _attribute_notes(fact)
    for name, field in fact.model_fields.items():
        if name in STORED_WITH_ALL | {"occurred_at"}:
            continue
        purpose = f", for its {fact.PURPOSES[name]}" if name in fact.PURPOSES else ""
        sealed = f" **Personal** (of `{fact.PERSONAL.get(name)}`{purpose})."
        personal = sealed if name in fact.PERSONAL else ""
        note = notes.get(name, "").replace("\n", " ")
        yield _markdown(f"| `{name}` | {_words(field.annotation)} | {note}{personal} |")


def _markdown(text: str) -> str:
    return text.replace("``", "`")


def _attribute_notes(fact: type[Fact]) -> dict[str, str]:
    """The texts that stand below the fields in the source."""
    body = ast.parse(inspect.getsource(fact)).body[0]
    assert isinstance(body, ast.ClassDef)
    notes: dict[str, str] = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        match field, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(note))),
            ):
                notes[name] = inspect.cleandoc(note)
    return notes


def _words(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _words(arguments[0])
    if origin in (Union, types.UnionType):
        kinds = [one for one in arguments if one not in (Erased, types.NoneType)]
        text = " or ".join(_words(one) for one in kinds)
        return f"{text} or nothing" if types.NoneType in arguments else text
    if origin is tuple:
        return f"list of {_words(arguments[0])}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return f"[{annotation.__name__}](#codes)"
    plain = {
        "UUID": "id",
        "AwareDatetime": "time",
        "str": "text",
        "bool": "yes or no",
        "float": "number",
        "int": "whole number",
    }
    return plain.get(annotation.__name__, annotation.__name__)


def _codes() -> str:
    rows = [
        f"| `{name}` | {', '.join(f'`{value}`' for value in values)} |"
        for name, values in sorted(samples.codes().items())
    ]
    return "## Codes\n\n| list | values |\n| --- | --- |\n" + "\n".join(rows) + "\n"


def settings_table() -> str:
    from infrastructure.settings import Settings

    rows = ["| variable | default | what |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `ANSIM_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def commands_text() -> str:
    import typer.main

    from interfaces.cli import app

    return "\n".join(_command_lines(typer.main.get_command(app), "ansim"))


def _command_lines(command: Any, path: str) -> Iterator[str]:
    if command.hidden:
        return
    children = getattr(command, "commands", {})
    if not children or getattr(command, "invoke_without_command", False):
        yield f"## `{path}`\n"
        yield f"{inspect.cleandoc(command.help or '')}\n"
        rows = [row for one in command.params if (row := _parameter_row(one))]
        if rows:
            yield "| parameter | what |\n| --- | --- |\n" + "\n".join(rows) + "\n"
    for name, child in sorted(children.items()):
        yield from _command_lines(child, f"{path} {name}")


def _parameter_row(parameter: Any) -> str | None:
    if parameter.name == "help" or getattr(parameter, "hidden", False):
        return None
    names = parameter.opts if parameter.opts[0].startswith("-") else [parameter.name.upper()]
    told = (getattr(parameter, "help", None) or "").replace("|", "\\|")
    return f"| {', '.join(f'`{name}`' for name in names)} | {told} |"


def rooms_table() -> str:
    """Which room imports which, as the code does it today."""
    import grimp

    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    rows = ["| room | imports |", "| --- | --- |"]
    for room in ROOMS:
        modules = {room, *graph.find_descendants(room)}
        imported = {
            found.split(".")[0]
            for module in modules
            for found in graph.find_modules_directly_imported_by(module)
        } - {room}
        named = ", ".join(f"`{one}`" for one in ROOMS if one in imported) or "nothing of ours"
        rows.append(f"| `{room}` | {named} |")
    return "\n".join(rows)


def _between(path: Path, text: str) -> str:
    """The page with its generated part, which its last marker begins, written anew."""
    page = path.read_text() if path.exists() else f"# {path.stem.capitalize()}\n\n{GENERATED}\n"
    head, marker, _ = page.partition(GENERATED)
    return f"{head}{marker}\n\n{text.rstrip()}\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        if old := outdated():
            sys.exit("out of date, run `make facts`:\n  " + "\n  ".join(old))
    else:
        write()

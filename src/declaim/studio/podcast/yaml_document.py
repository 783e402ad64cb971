"""YAML that people wrote, read carefully: what it says, and on which line it says it.

Aliases are refused, as nothing that a show has to say needs them and ten lines of them can stand for a
billion values; so are tags, keys that are given twice (PyYAML silently keeps the last), and deep nesting.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

from declaim.studio.podcast.errors import ShowError

_DEEPEST: Final = 12
_OPENING: Final = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING: Final = (yaml.MappingEndEvent, yaml.SequenceEndEvent)

Path = tuple[str | int, ...]


def read_yaml(text: str) -> tuple[Any, dict[Path, int]]:
    """The value of a document, and the 1-based line on which each value in it begins, by its path.

    Raises:
        ShowError: it is no YAML, or has something of the above.
    """
    try:
        _check_events(text)
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            lines: dict[Path, int] = {}
            if node is None:
                return None, lines
            _note_lines(node, (), lines)
            return loader.construct_document(node), lines
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ShowError(
            f"this is not YAML: {error.problem or error.context}", line=mark.line + 1 if mark else None
        ) from error
    except yaml.YAMLError as error:  # a control character, which has no mark
        raise ShowError(f"this is not YAML: {' '.join(str(error).split())}") from error
    except ValueError as error:  # a date such as 2026-13-45
        raise ShowError(f"this is not YAML: {error}", hint="put texts in quotes") from error


def _check_events(text: str) -> None:
    """Refuse what is not wanted before anything is built of it."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        depth += isinstance(event, _OPENING) - isinstance(event, _CLOSING)
        if depth > _DEEPEST:
            raise ShowError("this is nested too deeply", line=line)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ShowError("anchors and aliases are not read here", line=line, hint="write it out")
        if getattr(event, "tag", None):
            raise ShowError("tags are not read here", line=line, hint="leave out what begins with !")


def _note_lines(node: Any, path: Path, lines: dict[Path, int]) -> None:  # noqa: ANN401 - PyYAML has no types
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _note_lines(item, (*path, index), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*path, str(key.value))
            if place in lines:
                raise ShowError(f"{key.value!r} is given twice", line=key.start_mark.line + 1)
            _note_lines(value, place, lines)
            lines[place] = key.start_mark.line + 1

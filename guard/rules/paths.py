"""Paths as the kernel reads them, and how two of them lie to each other."""

Parts = tuple[str, ...]
"""A path's components, without the root."""


def parts(path: str) -> Parts:
    """Return the components that are left when ``.``, ``..`` and the root's other names go.

    ``/proc/<process>/root`` is the machine's root under another name, ``/var/run`` is ``/run``,
    and macOS keeps ``/var``, ``/etc`` and ``/tmp`` in ``/private``.
    """
    walked: list[str] = []
    for component in path.split("/"):
        if component == "..":
            del walked[-1:]
        elif component == "root" and walked[:1] == ["proc"] and len(walked) in (2, 4):
            walked.clear()
        elif component not in ("", "."):
            walked.append(component)
    if walked[:1] == ["private"] and walked[1:2] in (["var"], ["etc"], ["tmp"]):
        del walked[0]
    if walked[:2] == ["var", "run"]:
        del walked[0]
    return tuple(walked)


def within(inner: Parts, outer: Parts) -> bool:
    """Tell whether ``inner`` is ``outer`` or lies in it."""
    return inner[: len(outer)] == outer


def related(one: Parts, other: Parts) -> bool:
    """Tell whether one of the paths is the other or lies in it."""
    return within(one, other) or within(other, one)

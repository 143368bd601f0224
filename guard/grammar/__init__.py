"""The grammar of docker's and compose's command lines: from words to effects.

The tables (:mod:`guard.grammar.tables`) say which verbs and flags there are, one small function a
verb (:mod:`guard.grammar.verbs`) says what it does. Nothing here asks the daemon, reads a file or
a variable of its own accord.
"""

from collections.abc import Mapping, Sequence
from posixpath import join

from guard.effects import Effect, Look, Unknown
from guard.grammar.command import Command
from guard.grammar.line import COMPOSE_FILES, Aliases, Line, no_aliases, split
from guard.grammar.named import named
from guard.grammar.reading import Reading
from guard.grammar.verbs import READERS

__all__ = ["Reading", "read"]


def read(
    argv: Sequence[str], variables: Mapping[str, str], aliases: Aliases = no_aliases
) -> Reading:
    """Return what a command line would do.

    ``argv`` begins with the verb, with an option before it, or with the program's name or path.
    Of ``variables`` those count that docker and compose read; ``aliases`` gives those of docker's
    configuration. Names and paths are left as they were typed.

    Raises nothing whatever the words are: what is not understood is an ``Unknown`` beside what is.
    """
    line = split(argv, variables, aliases)
    host, context = _daemon(line, variables)
    project, files = _project(line, variables)
    command = Command(line.verb, line.arguments, variables, project, files)
    return Reading(
        effects=_effects(line, command),
        program=line.program,
        host=host,
        context=context,
        config=_option(line, "config") or variables.get("DOCKER_CONFIG") or None,
        verb=tuple(line.verb.split()),
        project=project,
        files=files,
        problem=next(iter(line.problems), None),
    )


def _effects(line: Line, command: Command) -> tuple[Effect, ...]:
    if line.options.on("help") or line.arguments.on("help"):
        return (Look("help"),)
    reader = READERS.get(line.verb)
    understood = tuple(reader(command)) if reader else ()
    if line.problems:
        return (*understood, Unknown(line.problems[0], named(line.after)))
    return understood or (Look(line.verb),)


def _option(line: Line, name: str) -> str:
    """Return an option of docker, which compose takes as well."""
    return line.project.last(name) or line.options.last(name)


def _daemon(line: Line, variables: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return host and context as docker chooses: by option first, then DOCKER_HOST."""
    host, context = _option(line, "host"), _option(line, "context")
    if not host and not context:
        host = variables.get("DOCKER_HOST", "")
        context = "" if host else variables.get("DOCKER_CONTEXT", "")
    return host or None, None if host else context or None


def _project(line: Line, variables: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return compose's project and files, from options, variables or the project's folder."""
    if line.verb.partition(" ")[0] != "compose":
        return "", ()
    options = line.project
    project = options.last("project-name") or variables.get("COMPOSE_PROJECT_NAME", "")
    files = options.all("file")
    if not files and variables.get("COMPOSE_FILE"):
        divider = variables.get("COMPOSE_PATH_SEPARATOR") or ":"
        files = tuple(filter(None, variables["COMPOSE_FILE"].split(divider)))
    folder = options.last("project-directory") or options.last("workdir")
    if not files and folder:
        files = tuple(join(folder, name) for name in COMPOSE_FILES)
    return project, files

"""Rules on what is run beside Docker: the application's commands, git, make."""

from typing import Final

from policies.catalogue.rule import Layer, Rule, Sight

LF060: Final = Rule(
    id="LF060",
    slug="locked-commands",
    title="Production's manage.py is locked",
    sentence="Where people's documents are, manage.py does not run what empties, replaces or opens "
    "the database, or serves it for tests: flush, sqlflush, loaddata, dumpdata of secrets, "
    "runserver, shell, dbshell, testserver.",
    why="Each is a good tool on a developer's machine, typed in the wrong window.",
    sources=("S4", "S6"),
    applies_to="manage.py in staging, prod and dr",
    remedy="Use the way that the message names: make restore, make backup, the admin.",
    layers=(Layer.MANAGE,),
    sight=Sight.COMMAND,
)

LF061: Final = Rule(
    id="LF061",
    slug="migrate-needs-proof",
    title="A migration needs proof",
    sentence="Where people's documents are, migrate runs forwards only, and only when the "
    "environment has a fresh, proven backup.",
    why="A migration that drops the wrong column is undone by a backup, or not at all.",
    sources=("S4", "D3"),
    applies_to="manage.py migrate in staging, prod and dr",
    remedy="Run make migrate, which asks for the backup first.",
    layers=(Layer.MANAGE,),
    sight=Sight.COMMAND,
)

LF062: Final = Rule(
    id="LF062",
    slug="one-environment",
    title="Settings and database are of one environment",
    sentence="The environment that the settings name and the one that the database says it is are "
    "the same.",
    why="Development settings with production's address make production a playground.",
    sources=("S4", "S6"),
    applies_to="manage.py everywhere",
    remedy="Point the settings at their own environment's database.",
    layers=(Layer.MANAGE,),
    sight=Sight.COMMAND,
)

LF063: Final = Rule(
    id="LF063",
    slug="push-needs-receipt",
    title="A push to main needs a receipt",
    sentence="What is pushed to main has a receipt that the tests passed for exactly this tree, "
    "and that the checks of the backups are green and fresh.",
    why="What is on main is what the next deploy takes.",
    sources=("S5", "D6"),
    applies_to="git push to main, and CI, which works the receipt out again",
    remedy="Run make test and make receipt, then push again.",
    layers=(Layer.GIT,),
    sight=Sight.COMMAND,
)

LF064: Final = Rule(
    id="LF064",
    slug="confirmed-destruction",
    title="What destroys is confirmed by name",
    sentence="A make target that deletes or replaces data says what goes and is told the "
    "environment's name first: typed, or as CONFIRM=<environment> by a script.",
    why="A yes is typed without reading; a name is not.",
    sources=("S3",),
    applies_to="make volume-recreate, restore, restores and what else replaces data",
    remedy="Type the environment's name, or give CONFIRM=<environment>.",
    layers=(Layer.MAKE,),
    sight=Sight.COMMAND,
)

RULES: Final = (LF060, LF061, LF062, LF063, LF064)

"""Rules on commands: what is refused to whoever types it, and what needs a proven backup first."""

from typing import Final

from policies.catalogue.rule import Layer, Rule, Sight

COMMANDS: Final = (Layer.GUARD, Layer.AUTHORIZATION)

LF040: Final = Rule(
    id="LF040",
    slug="protected-volume-stays",
    title="A protected volume stays",
    sentence="No command deletes a protected volume: one with the label "
    "com.ledgerflow.protect=true, one named ledger_<environment>_db_data or …_media_data, or one "
    "that a recreation kept (com.ledgerflow.kept=true).",
    why="What people typed and uploaded is in it, and Docker has no way back.",
    sources=("I4", "S1", "S7"),
    applies_to="volumes of every environment",
    remedy="Make it anew with make volume-recreate, which keeps what it holds; a kept one goes, "
    "after a proven backup, by ledger_docker emergency.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
    exceptions="LedgerFlow's own recreation removes the volume at the one step at which everything "
    "it holds is in a verified copy beside it; the daemon's volumes say so, and a person's command "
    "does not pass by it.",
)

LF041: Final = Rule(
    id="LF041",
    slug="no-volumes-with-a-stop",
    title="No volumes go with a stop",
    sentence="No project is taken down with its volumes (compose down -v), and no container of "
    "LedgerFlow is removed or renewed with its own (rm -v, compose rm -v, compose up -V).",
    why="One letter more than the command that only stops, and everything is gone.",
    sources=("S5", "do-not list of the system patterns, no. 1"),
    applies_to="compose down of any project; the other commands on what is LedgerFlow's or mounts "
    "a protected volume",
    remedy="Leave -v (--volumes, -V) out; delete a volume that you mean by its name.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
    exceptions="The plugin sees compose's single requests only, not that they are one command; "
    "what they delete is judged by LF040. LedgerFlow's own program removes, with their "
    "unnamed volumes, containers whose volumes all have names.",
)

LF042: Final = Rule(
    id="LF042",
    slug="prune-spares-volumes",
    title="A prune spares what LedgerFlow needs",
    sentence="No prune of volumes runs while the daemon has a protected volume that the filters do "
    "not leave out, and none of containers or networks that would take those of a locked "
    "environment.",
    why="A volume that no container uses at the moment looks like rubbish: after a stop, that is "
    "the database.",
    sources=("S1", "S6", "S7"),
    applies_to="volume prune, container prune, network prune, and system prune with what it takes",
    remedy="Delete by name what you mean, or leave LedgerFlow's out by a filter (label!=…).",
    layers=COMMANDS,
    sight=Sight.COMMAND,
)

LF043: Final = Rule(
    id="LF043",
    slug="own-volumes-only",
    title="A protected volume is its environment's alone",
    sentence="A protected volume is mounted by its environment's own containers only, known by "
    "name and labels that agree; others may read those of dev and of tests. The archive of backups "
    "is written by ledgerflow-backup only.",
    why="A container that mounts the volume can empty it, whatever commands are refused.",
    sources=("S6", "S7", "I4"),
    applies_to="new containers: volumes, --volumes-from, paths of the machine that are a volume",
    remedy="Copy what it holds with make backup; reach what runs by ledger_docker exec.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
    exceptions="LedgerFlow's containers that copy, compare or read one volume are named after it.",
)

LF044: Final = Rule(
    id="LF044",
    slug="kill-needs-proof",
    title="A kill of a server needs proof",
    sentence="A container of a locked environment that holds data is killed (kill, rm -f, a grace "
    "of 0 seconds) only when the environment has a fresh, proven backup.",
    why="Redis loses what it had not written; PostgreSQL's log is rarely, but really, not enough.",
    sources=("S1", "S7"),
    applies_to="running containers of staging, prod and dr that mount a protected volume, and "
    "their postgres and redis",
    remedy="Stop it (ledger_docker stop, make down), which is always allowed; or run make backup "
    "first.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
)

LF045: Final = Rule(
    id="LF045",
    slug="no-destruction-inside",
    title="No destruction inside a container",
    sentence="No command that is run in a container destroys the data that the container mounts: "
    "not its files, not by the database's tools, not by SQL, not by manage.py flush. In a locked "
    "environment a command of which nobody can tell needs a fresh, proven backup.",
    why="docker exec reaches the data with the server's own rights, past every lock on the volume.",
    sources=("S1", "S4", "S7"),
    applies_to="exec, and what a new container is started with, where a protected volume is "
    "mounted",
    remedy="Make the change in the application; bring back a backup with make restore.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
    exceptions="What a command is given to read is not seen by the daemon. manage.py has a lock of "
    "its own (LF060, LF061), so its commands pass here, but for flush.",
)

LF046: Final = Rule(
    id="LF046",
    slug="nothing-copied-over-data",
    title="Nothing is copied over data",
    sentence="No files are copied into a container at, in or above the place of a protected "
    "volume.",
    why="One file of another age among a database's files, and the database is damaged.",
    sources=("S7",),
    applies_to="cp into a container, and the daemon's archive requests",
    remedy="Copy to another folder of the container; bring back a backup with make restore.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
    exceptions="LedgerFlow's own program gives a container its files before its first start.",
)

LF047: Final = Rule(
    id="LF047",
    slug="rollback-images-stay",
    title="The images of a rollback stay",
    sentence="Images that containers of LedgerFlow use, and LedgerFlow's own images of before, are "
    "neither removed nor pruned.",
    why="A rollback starts yesterday's image; without it the way back is a build, on a bad day.",
    sources=("D5", "S7"),
    applies_to="rmi, image prune, system prune, compose down --rmi",
    remedy="Remove other images by name; image prune without -a takes unnamed ones only.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
)

LF048: Final = Rule(
    id="LF048",
    slug="guard-stays",
    title="The guard stays",
    sentence="The authorization plugin is not disabled, removed, upgraded or set, the daemon's "
    "settings are not written from a container, and no machine leaves its swarm.",
    why="The next command would meet no guard.",
    sources=("S1", "S7"),
    applies_to="plugin and swarm commands; mounts of /etc/docker and of systemd's folders",
    remedy="Remove the guard by the make target that does, as docs/authorization.md says.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
)

LF049: Final = Rule(
    id="LF049",
    slug="unknown-is-refused",
    title="What is not known is refused",
    sentence="A command or request that the guard does not know is refused when it names something "
    "of a locked environment or a protected volume, or when it could mean one.",
    why="The next version of Docker has a verb that nobody has thought of.",
    sources=("S1", "S7"),
    applies_to="unknown verbs, options and paths, on a daemon with something to lose",
    remedy="Write the command as docker --help has it, or reach the goal by make.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
)

LF050: Final = Rule(
    id="LF050",
    slug="own-names-stay",
    title="A locked environment changes by its program",
    sentence="Containers of a locked environment are not renamed or given other limits, nor put on "
    "or taken off networks, and its networks are not removed.",
    why="What runs would differ from what is configured, and the next deploy would meet it.",
    sources=("S6", "I12"),
    applies_to="rename, update, network connect, disconnect and rm on staging, prod and dr",
    remedy="Change the stack's configuration and run make up; make reconcile puts right what "
    "differs.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
    exceptions="Pulumi's own steps at the daemon: limits in place, networks at a stop and a start.",
)

LF051: Final = Rule(
    id="LF051",
    slug="no-stand-in-volume",
    title="No stand-in for a protected volume",
    sentence="No volume is created under the name of a protected one without its label, whether by "
    "a command or by a mount of one that is not there.",
    why="An empty volume in its place hides the loss, and Docker cannot add a label later.",
    sources=("I4", "S1"),
    applies_to="volume create, and mounts of new containers",
    remedy="Let make up make it; bring back what it held with make volume-recreate.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
)

LF052: Final = Rule(
    id="LF052",
    slug="locked-environment-by-make",
    title="A locked environment is started by make",
    sentence="No container takes a name or a label of a locked environment, and no compose project "
    "of one is started, but by LedgerFlow's program.",
    why="A container that passes for production is trusted like production.",
    sources=("S3", "S6"),
    applies_to="run, create, rename, compose up, on names and labels of staging, prod and dr",
    remedy="Run make up ENV=<environment>.",
    layers=COMMANDS,
    sight=Sight.COMMAND,
    exceptions="The plugin cannot tell who asks: it lets pass what has environment, service and "
    "stack as labels that agree with the name.",
)

RULES: Final = (
    LF040,
    LF041,
    LF042,
    LF043,
    LF044,
    LF045,
    LF046,
    LF047,
    LF048,
    LF049,
    LF050,
    LF051,
    LF052,
)

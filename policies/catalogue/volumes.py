"""Rules for the data itself: it is labelled, protected, in its place, and reached by its own."""

from typing import Final

from policies.catalogue.rule import Layer, Rule

LF001: Final = Rule(
    id="LF001",
    slug="data-volume-label",
    title="Data volumes carry the label of protection",
    sentence="Every data volume has the label com.ledgerflow.protect=true.",
    why="The guard and the daemon's plugin know a protected volume by its label; Docker cannot "
    "add one later.",
    sources=("I4", "S1", "do-not list of the system patterns"),
    applies_to="volumes named …_db_data or …_media_data, and volumes with the label",
    remedy="Give the volume the labels of infra.conventions.volume_labels(protected=True).",
    layers=(Layer.POLICY, Layer.PROGRAM),
)

LF002: Final = Rule(
    id="LF002",
    slug="data-volume-protect",
    title="Data volumes are protected resources",
    sentence="Every data volume has Pulumi's resource option protect.",
    why="Without it `pulumi destroy`, or a line deleted from the program, removes the database.",
    sources=("I4", "do-not list of the system patterns"),
    applies_to="volumes named …_db_data or …_media_data, and volumes with the label of protection",
    remedy="Make the volume's options with infra.render.options.volume, which sets protect, "
    "retain_on_delete and the hook before a delete.",
)

LF003: Final = Rule(
    id="LF003",
    slug="names",
    title="Names tell the environment",
    sentence="Volumes, containers and networks are named ledger_<environment>_<name>, with the "
    "environment of their stack.",
    why="A name of another environment lets one stack take over what belongs to the other; a name "
    "that Docker makes up is replaced with every container.",
    sources=("I4", "S6"),
    applies_to="volumes, containers and networks",
    remedy="Take the name from infra.conventions (volume_name, container_name, network_name).",
)

LF004: Final = Rule(
    id="LF004",
    slug="synced-folders",
    title="No live data on a synced folder",
    sentence="No bind mount and no volume's device lies in a folder of iCloud, CloudStorage, "
    "Dropbox, OneDrive or Google Drive, directly or behind a symlink.",
    why="A sync program copies a database's files one by one while they change, and brings old "
    "ones back: the database is corrupted.",
    sources=("S5", "do-not list of the system patterns"),
    applies_to="bind mounts of containers, and options of the local volume driver",
    remedy="Move the data to a folder that no sync program keeps; copies belong there as backups.",
    layers=(Layer.POLICY, Layer.MAKE, Layer.GUARD, Layer.AUTHORIZATION),
    exceptions="Commands may mount such a folder read-only: nothing live is in it then.",
)

LF005: Final = Rule(
    id="LF005",
    slug="declared-volumes",
    title="Every VOLUME of an image is covered",
    sentence="The data paths of PostgreSQL, Redis and Caddy are each covered by a named volume, "
    "PGDATA lies in one, and what SearXNG's image declares is covered by a volume or by memory.",
    why="Docker puts a path that is not covered into an anonymous volume or into the container, "
    "and both go when the container is replaced; with a secret in it, one stays behind for ever.",
    sources=("I4", "design: traps of the platform"),
    applies_to="containers of PostgreSQL, Redis, Caddy and SearXNG",
    remedy="Mount a named volume at exactly the path that the image declares; for what is not to "
    "be kept, a tmpfs.",
)

LF006: Final = Rule(
    id="LF006",
    slug="isolation",
    title="Environments do not touch each other",
    sentence="A container uses only volumes, networks and containers of its own environment.",
    why="A development tool that mounts production's volume can damage what people entrusted to "
    "LedgerFlow.",
    sources=("S6",),
    applies_to="containers",
    remedy="Refer to the stack's own volumes and networks, by their resources' names.",
    layers=(Layer.POLICY, Layer.GUARD, Layer.AUTHORIZATION),
    exceptions="Of a command only what belongs to a locked environment is refused: volumes, "
    "networks, and the network of a container.",
)

RULES: Final = (LF001, LF002, LF003, LF004, LF005, LF006)

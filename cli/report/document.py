"""The report: a plan, read together with the spec of its environment."""

from collections import Counter
from collections.abc import Sequence

from cli.report.interruption import Interruption, interruptions
from cli.report.plan import CONTAINER, VOLUME, Action, Model, Plan, Step, Violation
from cli.report.secret_changes import SecretChange
from infra import conventions
from infra.spec import Environment, VolumeMount


class TouchedVolume(Model):
    """A volume whose container, or which itself, would not stay as it is."""

    name: str
    protected: bool
    how: str


class Report(Model):
    """Everything that the document says, for people and for programs."""

    environment: str
    verdict: str
    changes: tuple[Step, ...]
    interruptions: tuple[Interruption, ...]
    volumes: tuple[TouchedVolume, ...]
    rules: tuple[Violation, ...]
    policy_packs: tuple[str, ...]
    secrets: tuple[SecretChange, ...]
    looked_up: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Whether a mandatory rule would stop ``pulumi up``."""
        return any(violation.stops for violation in self.rules)


def report(plan: Plan, spec: Environment, secrets: Sequence[SecretChange]) -> Report:
    """Put the document together."""
    changes = plan.changes
    pauses = interruptions(plan, spec)
    volumes = touched_volumes(changes, spec)
    return Report(
        environment=spec.name,
        verdict=_verdict(spec.name, plan, changes, pauses, volumes),
        changes=changes,
        interruptions=pauses,
        volumes=volumes,
        rules=plan.violations,
        policy_packs=plan.packs,
        secrets=tuple(secrets),
        looked_up=plan.reads,
    )


def touched_volumes(changes: Sequence[Step], spec: Environment) -> tuple[TouchedVolume, ...]:
    """Return the volumes that the changes touch, protected ones first."""
    touched: dict[str, TouchedVolume] = {}
    for step in changes:
        if step.type == VOLUME and step.action is not Action.CREATE:
            name = step.physical_name or conventions.volume_name(spec.name, step.name)
            touched[name] = TouchedVolume(name=name, protected=step.protected, how=_fate(step))
    for step in changes:
        if step.type == CONTAINER and step.action is not Action.CREATE:
            for volume in _mounted(step, spec):
                touched.setdefault(volume.name, volume)
    return tuple(sorted(touched.values(), key=lambda volume: (not volume.protected, volume.name)))


def _mounted(step: Step, spec: Environment) -> list[TouchedVolume]:
    protected = {volume.name for volume in spec.volumes if volume.protected}
    mounts = [m for s in spec.services if s.name == step.name for m in s.mounts]
    return [
        TouchedVolume(
            name=conventions.volume_name(spec.name, mount.volume),
            protected=mount.volume in protected,
            how=f"stays as it is; its container {step.name} is {step.action.value}",
        )
        for mount in mounts
        if isinstance(mount, VolumeMount)
    ]


def _fate(step: Step) -> str:
    if step.action is Action.FORGET:
        return "leaves Pulumi's care, stays on the daemon with its data"
    if step.action is Action.UPDATE:
        return "changed in place"
    return f"IS {step.action.value.upper()}: ITS DATA IS AT STAKE"


def _verdict(
    environment: str,
    plan: Plan,
    changes: Sequence[Step],
    pauses: Sequence[Interruption],
    volumes: Sequence[TouchedVolume],
) -> str:
    stopping = {violation.rule for violation in plan.violations if violation.stops}
    refused = f"REFUSED by {', '.join(sorted(stopping))}" if stopping else ""
    if not plan.steps:
        return f"{environment}: {refused or 'nothing to do'}"
    counts = Counter(step.action for step in changes)
    words = [f"{counts[action]} {action.value}" for action in Action if counts[action]]
    what = ", ".join(words) or "groups of resources only"
    parts = (refused, what, _pause_words(pauses), _data_words(volumes))
    return f"{environment}: {'; '.join(filter(None, parts))}"


def _pause_words(pauses: Sequence[Interruption]) -> str:
    parts = []
    ending = [pause.service for pause in pauses if pause.usual is None]
    seconds = [pause.usual for pause in pauses if pause.usual is not None]
    if seconds:
        names = ", ".join(pause.service for pause in pauses if pause.usual is not None)
        parts.append(f"interrupts {names} for about {sum(seconds)} s in all")
    if ending:
        parts.append(f"ends {', '.join(ending)}")
    return ", ".join(parts) or "no interruption"


def _data_words(volumes: Sequence[TouchedVolume]) -> str:
    at_stake = [volume.name for volume in volumes if volume.how.startswith("IS ")]
    if at_stake:
        return f"DATA AT STAKE in {', '.join(at_stake)}"
    protected = [volume.name for volume in volumes if volume.protected]
    if protected:
        return f"restarts what uses protected data ({', '.join(protected)})"
    return "no protected data touched"

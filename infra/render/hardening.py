"""What confines each container, as the table of docs/hardening.md: written from the spec."""

from infra.spec import LOG_OPTIONS, Environment, Service, SourceMount, TmpfsMount, VolumeMount

COLUMNS = (
    *("Service", "User", "Capabilities", "Root file system", "Memory (MiB) at"),
    *("Volumes at", "Files from outside", "Limits", "Networks"),
)


def hardening_table(spec: Environment) -> str:
    """Return the services of ``spec`` as a Markdown table, one line each, in starting order."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *(_row(service) for service in spec.services)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(service: Service) -> tuple[str, ...]:
    temporary = [f"`{m.path}` {m.size_mib}" for m in service.mounts if isinstance(m, TmpfsMount)]
    lasting = [f"`{m.path}`" for m in service.mounts if isinstance(m, VolumeMount | SourceMount)]
    return (
        service.name,
        f"`{service.user}`" + (" (root)" if service.as_root else ""),
        _listed([f"`{name}`" for name in sorted(service.capabilities)]),
        "read-only" if service.read_only else "writable",
        _listed(temporary),
        _listed(lasting),
        _listed([f"`{file.path}` {file.permissions}" for file in service.files]),
        _limits(service),
        _listed(sorted(service.networks)),
    )


def _limits(service: Service) -> str:
    limits = service.limits
    processes = "" if service.as_root else f", {limits.processes} processes"
    log = f"{LOG_OPTIONS['max-file']} logs of {LOG_OPTIONS['max-size']}"
    return f"{limits.memory_mib} MiB, {limits.cpus:g} CPU{processes}, {log}"


def _listed(words: list[str]) -> str:
    return ", ".join(words) or "none"

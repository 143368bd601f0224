"""Where a container's files come from: `volumes` (binds) and `mounts` in the API's form."""

from airgap.plugins.docker import labels
from airgap.plugins.values import Properties


def volume_points(inputs: Properties) -> Properties:
    """The container paths of `volumes`, as the config's `Volumes`."""
    return {
        volume["containerPath"]: {}
        for volume in inputs.get("volumes", [])
        if volume.get("containerPath")
    }


def binds(inputs: Properties) -> list[str]:
    """`source:path:mode` for each of `volumes` that has a source."""
    result = []
    for volume in inputs.get("volumes", []):
        source = volume.get("volumeName") or volume.get("hostPath")
        if source:
            mode = "ro" if volume.get("readOnly") else "rw"
            relabel = f",{volume['selinuxRelabel']}" if volume.get("selinuxRelabel") else ""
            result.append(f"{source}:{volume.get('containerPath', '')}:{mode}{relabel}")
    return result


def volumes_from(inputs: Properties) -> list[str]:
    """The containers whose volumes are taken over."""
    return [v["fromContainer"] for v in inputs.get("volumes", []) if v.get("fromContainer")]


def mounts(inputs: Properties) -> list[Properties]:
    """`mounts` in the API's form."""
    return [_mount(mount) for mount in inputs.get("mounts", [])]


def _mount(mount: Properties) -> Properties:
    options = {
        "bind": ("BindOptions", _bind_options),
        "tmpfs": ("TmpfsOptions", _tmpfs_options),
        "volume": ("VolumeOptions", _volume_options),
    }
    request: Properties = {"Type": mount["type"], "Target": mount["target"]}
    if mount.get("source"):
        request["Source"] = mount["source"]
    if mount.get("readOnly"):
        request["ReadOnly"] = True
    key, build = options[mount["type"]]
    given = mount.get(f"{mount['type']}Options")
    if given:
        request[key] = build(given)
    return request


def _bind_options(options: Properties) -> Properties:
    return {"Propagation": options["propagation"]} if options.get("propagation") else {}


def _tmpfs_options(options: Properties) -> Properties:
    request = {"SizeBytes": options.get("sizeBytes"), "Mode": options.get("mode")}
    return {key: value for key, value in request.items() if value}


def _volume_options(options: Properties) -> Properties:
    request: Properties = {}
    if options.get("noCopy"):
        request["NoCopy"] = True
    if options.get("labels"):
        request["Labels"] = labels.to_map(options["labels"])
    if options.get("driverName") or options.get("driverOptions"):
        request["DriverConfig"] = {
            "Name": options.get("driverName", ""),
            "Options": options.get("driverOptions") or {},
        }
    return request


def check_options(inputs: Properties) -> list[str]:
    """Mounts whose options are those of another type; Docker would ignore them silently."""
    failures = []
    for index, mount in enumerate(inputs.get("mounts", [])):
        if not isinstance(mount, dict) or not isinstance(mount.get("type"), str):
            continue
        others = {"bind", "tmpfs", "volume"} - {mount["type"]}
        failures += [
            f"mounts[{index}].{other}Options has no effect on a mount of type {mount['type']}; "
            f"remove it"
            for other in sorted(others)
            if mount.get(f"{other}Options")
        ]
    return failures

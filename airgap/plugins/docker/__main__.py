"""`python -m airgap.plugins.docker`: the docker plugin's process."""

from airgap.plugins.bare_pulumi import use_bare_pulumi


def main() -> None:
    """Serve until the engine leaves."""
    use_bare_pulumi()
    from airgap.plugins.docker.package import DockerPackage  # noqa: PLC0415
    from airgap.plugins.serve import serve  # noqa: PLC0415

    serve(DockerPackage())


if __name__ == "__main__":
    main()

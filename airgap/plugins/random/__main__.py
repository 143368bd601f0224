"""`python -m airgap.plugins.random`: the random plugin's process."""

from airgap.plugins.bare_pulumi import use_bare_pulumi


def main() -> None:
    """Serve until the engine leaves."""
    use_bare_pulumi()
    from airgap.plugins.random.package import RandomPackage  # noqa: PLC0415
    from airgap.plugins.serve import serve  # noqa: PLC0415

    serve(RandomPackage())


if __name__ == "__main__":
    main()

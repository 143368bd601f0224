"""``docker compose`` and ``docker-compose``: every verb with its flags.

Source: the reference of Compose 2.40.3 (``docs/reference`` of its module), hidden flags and
renamed ones in its source, and the usage texts of Compose 1.29.2.
"""

from typing import Final

OPTIONS: Final = (
    "all-resources ansi= compatibility dry-run env-file= f/file= no-ansi parallel= profile= "
    "progress= project-directory= p/project-name= skip-hostname-check verbose v/version workdir="
)
"""Between ``compose`` and its verb."""

START: Final = "build force-recreate no-build no-recreate pull= quiet-pull remove-orphans scale="
VERBS: Final = {
    "compose alpha dry-run": "",
    "compose alpha generate": "format= name= project-dir=",
    "compose alpha publish": "app oci-version= resolve-image-digests with-env y/yes",
    "compose alpha scale": "no-deps",
    "compose alpha viz": "image indentation-size= networks ports spaces",
    "compose alpha watch": "no-up quiet",
    "compose attach": "detach-keys= index= no-stdin sig-proxy",
    "compose bridge convert": "o/output= templates= t/transformation=",
    "compose bridge transformations create": "f/from=",
    "compose bridge transformations list": "format= q/quiet",
    "compose build": (
        "build-arg= builder= check compress force-rm m/memory= no-cache no-rm parallel print "
        "progress= provenance= pull push q/quiet sbom= ssh= with-dependencies"
    ),
    "compose bundle": "push-images o/output=",
    "compose commit": "a/author= c/change= index= m/message= p/pause",
    "compose config": (
        "environment format= hash= images lock-image-digests models networks no-consistency "
        "no-env-resolution no-interpolate no-normalize no-path-resolution o/output= profiles "
        "q/quiet resolve-image-digests services variables volumes"
    ),
    "compose cp": "all a/archive L/follow-link index=",
    "compose create": f"{START} y/yes|y",
    "compose down": "remove-orphans rmi= t/timeout= v/volumes|volume",
    "compose events": "json since= until=",
    "compose exec": (
        "d/detach e/env= index= i/interactive T/no-tty|no-TTY privileged t/tty u/user= w/workdir="
    ),
    "compose export": "index= o/output=",
    "compose images": "format= q/quiet",
    "compose kill": "remove-orphans s/signal=",
    "compose logs": ("f/follow index= no-color no-log-prefix since= n/tail= t/timestamps until="),
    "compose ls": "a/all filter= format= q/quiet",
    "compose pause": "",
    "compose port": "index= protocol=",
    "compose ps": "a/all filter= format= no-trunc orphans q/quiet services status=",
    "compose publish": "app oci-version= resolve-image-digests with-env y/yes",
    "compose pull": (
        "ignore-buildable ignore-pull-failures include-deps no-parallel parallel policy= q/quiet"
    ),
    "compose push": "ignore-push-failures include-deps q/quiet",
    "compose restart": "no-deps t/timeout=",
    "compose rm": "a/all f/force s/stop v/volumes",
    "compose run": (
        "build cap-add= cap-drop= d/detach entrypoint= env-from-file= e/env= i/interactive "
        "l/label|labels= name= T/no-tty|no-TTY no-deps p/publish= pull= q/quiet quiet-build "
        "quiet-pull remove-orphans rm P/service-ports t/tty use-aliases u/user= "
        "v/volume|volumes= w/workdir="
    ),
    "compose scale": "no-deps t/timeout=",
    "compose start": "wait wait-timeout=",
    "compose stats": "a/all format= no-stream no-trunc",
    "compose stop": "t/timeout=",
    "compose top": "",
    "compose unpause": "",
    "compose up": (
        f"{START} abort-on-container-exit abort-on-container-failure always-recreate-deps "
        "attach-dependencies attach= d/detach exit-code-from= menu no-attach= no-color no-deps "
        "no-log-prefix no-start quiet-build V/renew-anon-volumes t/timeout= timestamps wait "
        "wait-timeout= w/watch y/yes|y"
    ),
    "compose version": "f/format= short",
    "compose volumes": "format= q/quiet",
    "compose wait": "down-project",
    "compose watch": "no-up prune quiet",
}

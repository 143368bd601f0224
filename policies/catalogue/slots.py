"""Rules for the two slots of the application."""

from typing import Final

from policies.catalogue.rule import Rule, Sight

LF032: Final = Rule(
    id="LF032",
    slug="one-container-per-service",
    title="One container for each service and slot",
    sentence="A stack has at most one container with the same service label or the same name.",
    why="Two of one colour answer for each other: nobody knows which version a request met.",
    sources=("D2",),
    applies_to="the containers of a stack",
    remedy="Give each slot one container, as settings.django.slots does.",
    sight=Sight.STACK,
)

LF033: Final = Rule(
    id="LF033",
    slug="one-active-slot",
    title="Exactly one slot serves",
    sentence="Caddy's configuration names exactly one container of the application.",
    why="With two, requests of one session meet two versions; with none, the site is down.",
    sources=("D2",),
    applies_to="Caddy",
    remedy="Set django.active to the one slot that serves.",
)

LF034: Final = Rule(
    id="LF034",
    slug="active-slot-exists",
    title="The active slot is there",
    sentence="The container of the application that Caddy's configuration names is in the stack.",
    why="Caddy would answer every request with 502.",
    sources=("D2",),
    applies_to="a stack with Caddy",
    remedy="Set django.active to one of django.slots.",
    sight=Sight.STACK,
)

RULES: Final = (LF032, LF033, LF034)

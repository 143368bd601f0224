"""`RandomString` and `RandomPassword`."""

from airgap.plugins.diffing import compare
from airgap.plugins.random import fields
from airgap.plugins.random.generate import SPECIAL, demands, random_string
from airgap.plugins.resource import Call, Checked, Difference, Live, Naming, Resource
from airgap.plugins.values import UNKNOWN, Properties, Secret, Unknown

BCRYPT_BYTES = 72  # bcrypt looks at no more; the official plugin cuts there, too


class RandomString(Resource):
    """A random string that anybody may see; its id is the string itself."""

    token = "random:index/randomString:RandomString"  # noqa: S105
    plugin = "random"
    fields = fields.STRING
    marks_defaults = False
    meta = '{"schema_version":"2"}'

    def check(self, news: Properties, olds: Properties, naming: Naming) -> Checked:
        checked = super().check(news, olds, naming)
        # Defaults belong to the outputs: the official plugin leaves them out of the inputs.
        inputs = {
            name: value for name, value in checked.inputs.items() if news.get(name) is not None
        }
        failures = checked.failures or _contradictions(_settled(inputs), naming.logical_name)
        return Checked(inputs, failures)

    def diff(self, old_inputs: Properties, olds: Properties, news: Properties) -> Difference:
        old, new = _settled(olds), _settled(news)
        # The old state names every option, so every option counts as said before.
        changes = compare(self.fields, old, new, dict.fromkeys({*old, *new}, True))
        # `number` is the old name of `numeric`; one change is not reported twice.
        single = [c for c in changes if c.path != "number" or "number" in news]
        return Difference(single, detailed=False)

    def preview(self, call: Call, inputs: Properties, olds: Properties) -> Properties:
        return {**self._state(inputs, None), **olds}

    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        options = _settled(inputs)
        special = inputs.get("overrideSpecial") or SPECIAL
        text = random_string(options["length"], demands(options, special))
        return self._identity(text), self._state(inputs, text)

    def read(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Live | None:
        """The recorded value; without one (an import) the id is the value."""
        if "result" in olds:
            return Live(resource_id, inputs, self._marked(olds))
        given = {"length": len(resource_id)}
        return Live(self._identity(resource_id), given, self._state(given, resource_id))

    def update(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Properties:
        return self._marked({**olds, **inputs})

    def delete(self, call: Call, resource_id: str, olds: Properties) -> None:
        """Nothing to do: the value lives in the state alone."""

    def _identity(self, text: str) -> str:
        return text

    def _state(self, inputs: Properties, text: str | None) -> Properties:
        settled = _settled(inputs)
        optional = {k: inputs[k] for k in ("keepers", "overrideSpecial") if k in inputs}
        state = {"__meta": self.meta, **settled, **optional}
        return self._marked({**state, **self._values(text)})

    def _values(self, text: str | None) -> Properties:
        return {"result": UNKNOWN if text is None else text}

    def _marked(self, state: Properties) -> Properties:
        return state


class RandomPassword(RandomString):
    """A random string that is secret, with its bcrypt hash."""

    token = "random:index/randomPassword:RandomPassword"  # noqa: S105
    fields = fields.PASSWORD
    meta = '{"schema_version":"3"}'

    def _identity(self, text: str) -> str:
        del text
        return "none"

    def _state(self, inputs: Properties, text: str | None) -> Properties:
        state = super()._state(inputs, text)
        return state if text is None else {**state, "id": "none"}

    def _values(self, text: str | None) -> Properties:
        if text is None:
            return {"result": UNKNOWN, "bcryptHash": UNKNOWN}
        return {"result": text, "bcryptHash": _bcrypt(text)}

    def _marked(self, state: Properties) -> Properties:
        return {
            k: Secret(v) if k in ("result", "bcryptHash") and not isinstance(v, Secret) else v
            for k, v in state.items()
        }


def _bcrypt(text: str) -> str:
    import bcrypt  # noqa: PLC0415

    return bcrypt.hashpw(text.encode()[:BCRYPT_BYTES], bcrypt.gensalt(10)).decode()


def _settled(given: Properties) -> Properties:
    """The options with every default filled in, `number` and `numeric` agreeing."""
    numeric = given.get("numeric", given.get("number", True))
    settled = {
        name: given.get(name) if given.get(name) is not None else spec.default
        for name, spec in fields.STRING.items()
        if spec.default is not None or spec.required
    }
    optional = {k: given[k] for k in ("keepers", "overrideSpecial") if given.get(k)}
    return {**settled, "number": numeric, "numeric": numeric, **optional}


def _contradictions(options: Properties, name: str) -> list[str]:
    """Demands that no string can meet."""
    if any(isinstance(value, Unknown) for value in options.values()):
        return []
    least = sum(options[k] for k in ("minLower", "minUpper", "minNumeric", "minSpecial"))
    if least > options["length"]:
        return [
            f"the length ({options['length']}) must be at least the sum of minLower, minUpper, "
            f"minNumeric and minSpecial ({least}). Examine values at '{name}.length'."
        ]
    if not any(options[k] for k in ("lower", "upper", "numeric", "special")):
        return [
            f"at least one of lower, upper, numeric and special must be true. "
            f"Examine values at '{name}'."
        ]
    return []

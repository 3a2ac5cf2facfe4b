"""The page of the HTTP interface, made from its own OpenAPI description: operations, parameters, permissions, shapes."""

from types import SimpleNamespace

INTRO = """\
# HTTP interface

`zhike serve` answers these requests ([how to](../how-to/serve-decisions.md)); `zhike api` answers one without a server. For programs the same is at
`/v1/openapi.json`, an OpenAPI document of version {version}.

**Who asks.** Every operation but `health` and `open_session` wants `Authorization: Bearer TOKEN`: of a machine, made by `zhike staff token`, or of a [session](../concepts/access.md#tokens-and-sessions).
Operations under `/v1/me` want the token of a [link](../concepts/own-page.md) instead, and are about the customer for whom it was made.
What a member of staff or a machine may do stands in [roles](roles.md), by the verbs below; where several stand, what is asked decides which one is needed. A token may be limited to some verbs; the others are refused. `X-Purpose` says to which end, `service` unless given. A customer who may not be seen is not
there: 404, the same answer as for one who does not exist.

**JSON.** Bodies are `application/json` in UTF-8, at most {most:,} bytes. Each key stands once; numbers have 64 bits; null characters, half surrogate pairs and more
than 32 levels are refused, as is every field that is not described here. Days are `2026-06-30`; instants are sent with their offset and answered in UTC.

**Errors** have one shape, whatever went wrong ([codes](../ERRORS.md), [shape](#errorbody)), in the language that `Accept-Language` asks for: English, simplified or
traditional Chinese. They repeat nothing of the request. `retryable` says whether asking again may help; 429 and 503 say when in `Retry-After`.

**Asking twice.** Operations marked *key* take an `Idempotency-Key` of up to 200 visible characters: the same caller with the same key and body gets the same answer, and nothing
is done twice; with another body it is 409.

**Asking what has changed.** Operations marked *tag* answer with an `ETag`; sent back as `If-None-Match`, what is the same comes as 304.

**Lists** come in pages: `next` of one page is `after` of the following one; on the last it is null.

**How much.** One caller may ask for 2000 requests a second of each process, or what `ZHIKE_RATE` says; then 429.

**When something is missing**, `decide` answers to do nothing and says why in `degraded`; without the store `stored` is false
([decisions in real time](../concepts/serving.md#when-something-is-missing)).
"""


def description():
    """Return the OpenAPI document; no store is needed to describe the interface."""
    from zhike.api.app import create_app
    from zhike.api.metrics import Metrics

    return create_app(SimpleNamespace(metrics=Metrics())).openapi()


def api_page(note):
    """Return the page of the HTTP interface."""
    from zhike.api.limits import MOST_BYTES

    document = description()
    found = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    lines = [note.format(source="zhike.api"), INTRO.format(version=document["openapi"], most=MOST_BYTES)]
    lines += ["## Operations", "", "| operation | request | needs | what it does |", "|---|---|---|---|"]
    lines += [_row(*one) for one in found]
    for path, method, operation in found:
        lines += ["", *_operation(path, method, operation)]
    lines += ["", "## Shapes", "", "Of requests and answers; *maybe* fields may be left out."]
    for name, schema in document["components"]["schemas"].items():
        lines += ["", f"### {name}", "", *_shape(schema)]
    return "\n".join(lines) + "\n"


def _row(path, method, operation):
    name = operation["operationId"]
    marks = "".join(f" *{mark}*" for mark in _marks(operation))
    return f"| [`{name}`](#{name}) | `{method.upper()} {path}`{marks} | {_needs(operation)} | {operation['summary']} |"


def _marks(operation):
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    return [mark for mark, name in (("key", "Idempotency-Key"), ("tag", "If-None-Match")) if name in names]


def _needs(operation):
    return ", ".join(f"`{verb}`" for verb in operation["x-permission"]) or "nothing"


def _operation(path, method, operation):
    lines = [
        f"### {operation['operationId']}",
        "",
        f"`{method.upper()} {path}`",
        "",
        " ".join(operation["description"].split()),
    ]
    own = [one for one in operation.get("parameters", ()) if one["in"] != "header"]
    if own:
        lines += ["", "| parameter | in | values | meaning |", "|---|---|---|---|"]
        lines += [_parameter(one) for one in own]
    body = operation.get("requestBody")
    if body is not None:
        lines += ["", f"Body: {_type(body['content']['application/json']['schema'])}."]
    return [*lines, "", f"Answers: {_answers(operation['responses'])}."]


def _parameter(parameter):
    required = "" if parameter.get("required") else "maybe "
    schema = parameter["schema"]
    return f"| `{parameter['name']}` | {parameter['in']} | {required}{_type(schema)}{_bounds(schema)} | {parameter.get('description', '')} |"


def _answers(responses):
    good = [f"{status} {_content(said)}" for status, said in sorted(responses.items()) if status < "400"]
    bad = [status for status in sorted(responses) if status >= "400"]
    return "; ".join([*good, *([f"errors {', '.join(bad)}"] if bad else [])])


def _content(said):
    if "content" not in said:
        return "nothing"
    ((media, content),) = said["content"].items()
    return _type(content["schema"]) if media == "application/json" else f"`{media}`"


def _shape(schema):
    lines = [schema.get("description", ""), ""] if schema.get("description") else []
    fields = schema.get("properties", {})
    if not fields:
        return [*lines, "An empty object."]
    lines += ["| field | values | meaning |", "|---|---|---|"]
    for name, part in fields.items():
        maybe = "" if name in schema.get("required", ()) else "maybe "
        default = _default(part)
        meaning = " ".join(filter(None, [part.get("description", ""), default]))
        lines.append(f"| `{name}` | {maybe}{_type(part)}{_bounds(part)} | {meaning} |")
    return lines


def _default(part):
    default = part.get("default")
    return f"Default: `{default}`." if default not in (None, "", [], {}) else ""


def _type(schema):
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_type(one) for one in schema[several]))
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return {"date": "day", "date-time": "instant"}.get(schema.get("format")) or schema.get(
        "type", "any value"
    )


def _bounds(schema):
    """Return between which bounds values lie, those of alternatives included."""
    parts = [schema, *schema.get("anyOf", ())]
    words = {
        "minimum": "{} or more", "maximum": "at most {}", "minLength": "at least {} characters", "maxLength": "at most {} characters",
        "minItems": "at least {}", "maxItems": "at most {}", "minProperties": "at least {}", "maxProperties": "at most {}",
    }  # fmt: skip
    found = [text.format(f"{part[name]:,}") for part in parts for name, text in words.items() if name in part]
    patterns = [f"as `{part['pattern']}`".replace("|", "\\|") for part in parts if "pattern" in part]
    return "".join(f", {one}" for one in dict.fromkeys([*found, *patterns]))


def handlers():
    """Return every method and path that a handler answers, asked from the routes themselves."""
    from fastapi.routing import APIRoute

    from zhike.api import operation, sessions
    from zhike.api.app import OWN, PARTS

    routers = [*(part.router for part in PARTS), *OWN, operation.open_router, sessions.open_router]
    return {
        f"{method} /v1{route.path}"
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }

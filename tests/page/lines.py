#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# e1k-walk --lines: each line is one of what walk.schema.json describes, with the schema's
# version in the first; the schema refuses what is not.

import io
import json
import sys

import browser
import exported
import exports
import webpage

try:
    import jsonschema
except ImportError:
    sys.exit(browser.skip("python3-jsonschema is not installed (scripts/setup test)"))


def written():
    out = io.StringIO()
    for result in exported.results():
        lines = exports.Lines(out)
        lines.begin(result)
        for walk in result["walks"]:
            lines.walk(walk)
        lines.end(result)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test(t, _):
    schema = webpage.load("walk.schema.json")
    jsonschema.Draft7Validator.check_schema(schema)
    rows = written()
    bad = []
    for row in rows:
        # By its own kind: "one of" alone would not say what is wrong.
        own = {"$ref": f"#/definitions/{row['type']}", "definitions": schema["definitions"]}
        bad += [f"{row['type']}: {error.message}" for error
                in jsonschema.Draft7Validator(own).iter_errors(row)]
    t.check(len(rows) > 200 and not bad, "each line is as the schema says", len(rows), *bad[:10])
    t.same({row["type"] for row in rows}, {"begin", "packet", "step", "span", "outcome", "end"},
           "every kind of line is there")
    whole = jsonschema.Draft7Validator(schema)
    t.check(all(whole.is_valid(row) for row in (rows[0], rows[1], rows[-1])),
            "and fits one kind only")
    version = schema["definitions"]["begin"]["properties"]["schema"]["const"]
    t.same({row["schema"] for row in rows if row["type"] == "begin"}, {version},
           "the first line names the schema's version")
    step = next(row for row in rows if row["type"] == "step" and row["values"])
    for name, value in (("pid", "one"), ("skb", "ffff"), ("context", "elsewhere"), ("n", 0),
                        ("surplus", 1)):
        t.check(not whole.is_valid({**step, name: value}), f"refused: {name} {value!r}")
    short = {key: value for key, value in step.items() if key != "inferred"}
    t.check(not whole.is_valid(short), "refused: no word about being inferred")


exported.main(test)

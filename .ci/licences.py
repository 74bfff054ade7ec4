"""licences.py RULES WORKSPACE < cargo-metadata.json: are all licences and sources allowed?"""

import json
import re
import sys
import tomllib

CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


def allowed(expression, allow):
    """Evaluates an SPDX expression: AND, OR, WITH, parentheses, and the old `/` for OR."""
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))

    def either():
        value = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            value = both() or value
        return value

    def both():
        value = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            value = one() and value
        return value

    def one():
        token = tokens.pop(0)
        if token == "(":
            value = either()
            if tokens.pop(0) != ")":
                raise ValueError(expression)
            return value
        if tokens[:1] == ["WITH"]:
            token = " ".join([token, tokens.pop(0), tokens.pop(0)])
        return token in allow

    value = either()
    if tokens:
        raise ValueError(expression)
    return value


def self_test():
    allow = {"MIT", "Apache-2.0 WITH LLVM-exception"}
    for expression, want in {
        "MIT": True,
        "MIT/Apache-2.0": True,
        "GPL-3.0 OR MIT": True,
        "GPL-3.0 AND MIT": False,
        "MIT AND (GPL-2.0 OR Apache-2.0 WITH LLVM-exception)": True,
        "Apache-2.0": False,
    }.items():
        assert allowed(expression, allow) == want, expression


def main():
    self_test()
    with open(sys.argv[1], "rb") as file:
        rules = tomllib.load(file)["licenses"]
    packages = json.load(sys.stdin)["packages"]
    bad = []
    for package in packages:
        name = f"{package['name']} {package['version']}"
        own = package["source"] is None
        if not own and package["source"] != CRATES_IO:
            bad.append(f"{name}: comes from {package['source']}")
        if own and package["publish"] == []:
            continue
        allow = set(rules["allow"])
        for exception in rules.get("exceptions", []):
            if exception["crate"] == package["name"]:
                allow.update(exception["allow"])
        licence = package["license"]
        try:
            if not licence or not allowed(licence, allow):
                bad.append(f"{name}: licence {licence}")
        except (IndexError, ValueError):
            bad.append(f"{name}: cannot read the licence {licence}")
    for line in bad:
        print(f"{sys.argv[2]}: {line}")
    if bad:
        sys.exit(1)
    print(f"{sys.argv[2]}: {len(packages)} packages, licences and sources are allowed")


main()

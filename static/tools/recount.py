#!/usr/bin/env python3
"""Count a stage of a challenge again, from its public recount bundle.

    python recount.py FILE           a table, and whether the official ranking comes out
    python recount.py --json FILE    {"result": [...]} instead of the table

Ends with 0 when the official ranking comes out to the last fraction (or when the bundle holds none), with 1 and
the differences when it does not, and with 2 and one line when the file cannot be counted.

Needs Python 3.9 or later and nothing else. It opens one file and no connection, and shares nothing with the
service whose ranking it checks. All numbers are whole numbers and exact fractions; decimals are for the eye.

How it is counted, with criteria of weight w and maximum max, and a price of weight W (0 where price does not count):

  1. The level of a proposal on a criterion is the one the panel agreed on, or else the exact mean of the evaluators
     who count. Whoever is "not counted" counts for no proposal at all.
  2. Total = 100 x (sum of w x level / max, plus W x q) / (sum of w, plus W).
  3. q, from 0 to 1, is what the price is worth: ceiling_linear (ceiling - price) / ceiling, never below 0;
     reference_ratio reference / price, never above 1; lowest_ratio lowest price / price, never above 1.
  4. A proposal that is excluded, or under a minimum, keeps its total and gets no rank.
  5. The others are ranked by total. Equal totals are told apart by "ties", link by link: the higher level on that
     criterion comes first; "draw" puts first the lower SHA-256 of the beacon followed by the proposal's letter.
     What nothing tells apart shares a rank: 1, 2, 2, 4.
"""

import hashlib
import json
import re
import sys
from fractions import Fraction

AMOUNTS = {"ceiling_linear": ["ceiling"], "reference_ratio": ["reference"], "lowest_ratio": []}


class Unusable(Exception):
    """The file cannot be counted; the message says why in one line."""


def need(holds, otherwise):
    if not holds:
        raise Unusable(otherwise)


# ---- 1. Read the file ------------------------------------------------------------------------------------


def read(path):
    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8")
        return json.loads(text, object_pairs_hook=without_repeats, parse_constant=not_a_number)
    except OSError as error:
        raise Unusable(f"cannot read {show(path)}: {error.strerror}") from None
    except RecursionError:
        raise Unusable("the file is nested too deeply") from None
    except ValueError as error:
        raise Unusable(f"the file is not JSON in UTF-8: {error}") from None


def without_repeats(pairs):
    found = {}
    for name, value in pairs:
        if name in found:
            raise Unusable(f"repeated key {show(name)}")
        found[name] = value
    return found


def not_a_number(word):
    raise Unusable(f"{word} is not a number")


# ---- 2. Check that it can be counted ---------------------------------------------------------------------


def check(bundle):
    is_bundle = isinstance(bundle, dict) and bundle.get("format") == "recount/1"
    need(is_bundle, 'the file is not a recount bundle: it has no "format":"recount/1"')
    needed = {"format", "challenge", "stage", "criteria", "proposals", "ties"}
    optional = {"minimum_total", "price", "not_counted", "beacon", "locks", "result"}
    if "levels" in bundle:
        check_keys(bundle, "the bundle", needed | {"levels"}, optional)
    else:
        check_keys(bundle, "the bundle", needed | {"evaluators", "scores"}, optional | {"agreed"})
    check_name(bundle["challenge"], "challenge")
    check_whole(bundle["stage"], "stage", least=1)
    check_fraction(bundle.get("minimum_total", [0, 1]), "minimum_total")
    check_criteria(bundle)
    check_price(bundle)
    check_proposals(bundle)
    check_panel(bundle)
    check_ties(bundle)
    check_locks(bundle)
    check_result(bundle)


def check_criteria(bundle):
    criteria = check_list(bundle["criteria"], "criteria")
    for each in criteria:
        check_keys(each, "a criterion", {"id", "weight", "max"}, {"minimum"})
        check_whole(each["weight"], "the weight of a criterion", least=1)
        check_whole(each["max"], "the maximum of a criterion", least=1)
        check_whole(each.get("minimum", 0), "the minimum of a criterion", least=0, most=each["max"])
    names = check_names([each["id"] for each in criteria], "criteria")
    need(names and "draw" not in names, 'there must be a criterion, and none that is called "draw"')


def check_price(bundle):
    if "price" in bundle:
        price = bundle["price"]
        method = price.get("method") if isinstance(price, dict) else None
        need(isinstance(method, str) and method in AMOUNTS, f"unknown price method {show(method)}")
        check_keys(price, "the price", {"method", "weight", *AMOUNTS[method]})
        for key in ["weight", *AMOUNTS[method]]:
            check_whole(price[key], f"the {key} of the price", least=1)


def check_proposals(bundle):
    proposals = check_list(bundle["proposals"], "proposals")
    for each in proposals:
        check_keys(each, "a proposal", {"id"}, {"price", "points", "excluded"})
    check_names([each["id"] for each in proposals], "proposals")
    for each in proposals:
        name = show(each["id"])
        if "excluded" in each:
            check_name(each["excluded"], f"what excludes {name}")
        if "price" in each:
            check_whole(each["price"], f"the price of {name}", least=1)
        if "points" in each:
            check_fraction(each["points"], f"the points of {name}", most=1)
        need("price" not in each or "points" not in each, f"{name} has both a price and points")
        need("price" not in bundle or {"price", "points", "excluded"} & set(each), f"{name} has no price")


def check_panel(bundle):
    """Each evaluator who counts, or the panel as a whole, has one level for each proposal on each criterion."""
    not_counted = check_names(bundle.get("not_counted", []), "not_counted")
    criteria = [each["id"] for each in bundle["criteria"]]
    cells = [(each["id"], criterion) for each in bundle["proposals"] for criterion in criteria]
    if "levels" in bundle:
        check_cells(bundle, "levels", bundle["levels"], cells)
        return
    check_names(bundle["evaluators"], "evaluators")
    counted = counted_evaluators(bundle)
    need(counted, "there is no evaluator who counts")
    scores = check_list(bundle["scores"], "scores")
    # Scores of those who do not count may be there, and nothing about them matters.
    scores = [each for each in scores if not (isinstance(each, list) and each and each[0] in not_counted)]
    check_cells(bundle, "scores", scores, [(who, *cell) for who in counted for cell in cells])
    check_cells(bundle, "agreed", bundle.get("agreed", []), cells, complete=False)


def check_cells(bundle, what, rows, cells, complete=True):
    """Each row is one of these cells and a level on its scale; none is there twice, and none is missing."""
    highest = {each["id"]: each["max"] for each in bundle["criteria"]}
    wanted, found = set(cells), set()
    for row in check_list(rows, what):
        *names, level = check_list(row, f"a row of {what}", length=4 if what == "scores" else 3)
        cell = tuple(check_name(name, f"an id in {what}") for name in names)
        if cell not in wanted:
            raise Unusable(f"unknown id in the row {show(row)} of {what}")
        if cell in found:
            raise Unusable(f"repeated cell {show(names)} in {what}")
        found.add(cell)
        check_level = check_fraction if what == "levels" else check_whole
        check_level(level, f"the level of {show(names)} in {what}", most=highest[cell[-1]])
    if complete and found != wanted:
        raise Unusable(f"missing cell {show(min(wanted - found))} in {what}")


def check_ties(bundle):
    ties = check_names(bundle["ties"], "ties")
    unknown = set(ties) - {each["id"] for each in bundle["criteria"]} - {"draw"}
    need(not unknown, f"unknown id {show(min(unknown, default=0))} in ties")
    need("draw" not in ties[:-1], "the draw is not the last of the ties")
    need("draw" not in ties or "beacon" in bundle, "there is a draw without a beacon")
    check_hex(bundle.get("beacon", "00"), "the beacon")


def check_locks(bundle):
    """Only their form: verify.py checks that they open entries of the log."""
    for lock in check_list(bundle.get("locks", []), "locks"):
        check_keys(lock, "a lock", {"evaluator", "index", "salt", "value"})
        check_name(lock["evaluator"], "the evaluator of a lock")
        check_whole(lock["index"], "the index of a lock", least=0)
        check_hex(lock["salt"], "the salt of a lock", digits=64)
        need(isinstance(lock["value"], dict), "the value of a lock is not an object")


def check_result(bundle):
    """Only its form: whether it is right is what the count will tell."""
    for line in check_list(bundle.get("result", []), "result"):
        check_keys(line, "a line of the result", {"id", "total", "rank", "passes"})
        name = show(check_name(line["id"], "an id in the result"))
        check_fraction(line["total"], f"the total of {name}")
        if line["rank"] is not None:
            check_whole(line["rank"], f"the rank of {name}", least=1)
        need(isinstance(line["passes"], bool), f"whether {name} passes is neither true nor false")


def check_keys(value, what, needed, optional=frozenset()):
    need(isinstance(value, dict), f"{what} is not an object")
    for missing in sorted(needed - set(value)):
        raise Unusable(f"{what} has no {show(missing)}")
    for unknown in sorted(set(value) - needed - optional):
        raise Unusable(f"{what} has an unknown key {show(unknown)}")


def check_list(value, what, length=None):
    need(isinstance(value, list), f"{what} is not a list")
    need(length in (None, len(value)), f"{what} is not a list of {length}")
    return value


def check_name(value, what):
    if not isinstance(value, str) or not value or re.search("[\ud800-\udfff]", value):
        raise Unusable(f"{what} is not a text: {show(value)}")
    return value


def check_names(value, what):
    seen = set()
    for name in check_list(value, what):
        if check_name(name, f"an id in {what}") in seen:
            raise Unusable(f"repeated id {show(name)} in {what}")
        seen.add(name)
    return value


def check_whole(value, what, least=0, most=None):
    # To Python true is a 1 and 2.0 equals 2; neither is a whole number here.
    if type(value) is not int or value < least or (most is not None and value > most):
        limits = f"of {least} or more" if most is None else f"from {least} to {most}"
        raise Unusable(f"{what} is not a whole number {limits}: {show(value)}")


def check_fraction(value, what, most=None):
    top, bottom = check_list(value, what, length=2)
    check_whole(top, f"the numerator of {what}")
    check_whole(bottom, f"the denominator of {what}", least=1)
    need(most is None or top <= most * bottom, f"{what} is above {most}: {show(value)}")


def check_hex(value, what, digits=None):
    is_hex = isinstance(value, str) and re.fullmatch("([0-9a-fA-F]{2})+", value)
    need(is_hex and digits in (None, len(value)), f"{what} is not written in hex, or too short")


# ---- 3. Count --------------------------------------------------------------------------------------------


def count(bundle):
    """The ranking: id, total, rank and whether it passes, best first, those without a rank last."""
    levels = final_levels(bundle)
    worth = price_factors(bundle, levels)
    price_weight = bundle["price"]["weight"] if "price" in bundle else 0
    all_weights = sum(each["weight"] for each in bundle["criteria"]) + price_weight
    minimum_total = Fraction(*bundle.get("minimum_total", [0, 1]))

    lines = []
    for proposal in sorted(bundle["proposals"], key=lambda each: each["id"]):
        name = proposal["id"]
        quality = sum(each["weight"] * levels[name, each["id"]] / each["max"] for each in bundle["criteria"])
        total = 100 * (quality + price_weight * worth[name]) / all_weights
        passes = may_win(bundle, levels, proposal) and total >= minimum_total
        lines.append({"id": name, "total": total, "rank": None, "passes": passes})

    def merit(line):
        """The lower comes first: the total and each level turned round, and the lot of the draw."""
        name = line["id"]
        ties = [lot(bundle, name) if tie == "draw" else -levels[name, tie] for tie in bundle["ties"]]
        return [-line["total"], *ties]

    ranked = sorted((line for line in lines if line["passes"]), key=merit)
    for place, line in enumerate(ranked):
        tied = place > 0 and merit(line) == merit(ranked[place - 1])
        line["rank"] = ranked[place - 1]["rank"] if tied else place + 1
    ranked += [line for line in lines if not line["passes"]]
    return [dict(line, total=[line["total"].numerator, line["total"].denominator]) for line in ranked]


def final_levels(bundle):
    """The level of each proposal on each criterion: agreed, or else the mean of the evaluators who count."""
    if "levels" in bundle:
        return {(name, criterion): Fraction(*level) for name, criterion, level in bundle["levels"]}
    counted = set(counted_evaluators(bundle))
    levels = {}
    for evaluator, name, criterion, level in bundle["scores"]:
        if evaluator in counted:
            levels[name, criterion] = levels.get((name, criterion), 0) + Fraction(level, len(counted))
    agreed = {(name, criterion): Fraction(level) for name, criterion, level in bundle.get("agreed", [])}
    return {**levels, **agreed}


def counted_evaluators(bundle):
    return [each for each in bundle["evaluators"] if each not in bundle.get("not_counted", [])]


def may_win(bundle, levels, proposal):
    """Neither excluded nor under the minimum of a criterion."""
    met = (levels[proposal["id"], each["id"]] >= each.get("minimum", 0) for each in bundle["criteria"])
    return "excluded" not in proposal and all(met)


def price_factors(bundle, levels):
    """q of each proposal, where price counts."""
    method = bundle["price"]["method"] if "price" in bundle else None
    # Only a price that can win may set what the others are worth.
    able = [each for each in bundle["proposals"] if may_win(bundle, levels, each)]
    lowest = min((each["price"] for each in able if "price" in each), default=0)
    worth = {}
    for each in bundle["proposals"]:
        if "points" in each:
            q = Fraction(*each["points"])
        elif "price" not in each or method is None:
            q = Fraction(0)
        elif method == "ceiling_linear":
            q = 1 - Fraction(each["price"], bundle["price"]["ceiling"])
        elif method == "reference_ratio":
            q = Fraction(bundle["price"]["reference"], each["price"])
        else:
            q = Fraction(lowest, each["price"])
        worth[each["id"]] = min(max(q, 0), 1)
    return worth


def lot(bundle, name):
    return hashlib.sha256(bytes.fromhex(bundle["beacon"]) + name.encode("utf-8")).digest()


# ---- 4. Compare and say ----------------------------------------------------------------------------------


def differences(counted, official):
    """Sentences, one for each thing in which the two rankings differ."""
    ours = {line["id"]: line for line in counted}
    theirs = {line["id"]: line for line in official}
    found = []
    for name in sorted(set(ours) | set(theirs)):
        if name not in theirs:
            found.append(f"{show(name)} is missing in the official ranking")
        elif name not in ours:
            found.append(f"{show(name)} is in the official ranking, and is no proposal")
        else:
            for key, mine in ours[name].items():
                if mine != theirs[name][key]:
                    found.append(
                        f"{show(name)}: {key} is {show(mine)} here and {show(theirs[name][key])} officially"
                    )
    if not found and counted != official:
        found.append("the official ranking is not in the order of rank, then id, each once")
    return found


def table(lines):
    width = max([len("Proposal")] + [len(show(line["id"])) for line in lines])
    rows = [f"Rank  {'Proposal':{width}}     Total  Exactly"]
    for line in lines:
        (top, bottom), rank = line["total"], line["rank"] or "-"
        rows.append(f"{rank:>4}  {show(line['id']):{width}}  {top / bottom:8.4f}  {top}/{bottom}")
    return "\n".join(rows)


def show(value):
    """Anything on one line, with nothing in it that a terminal would obey."""
    if isinstance(value, str) and value.isprintable():
        return value
    text = json.dumps(value)
    return text if len(text) <= 80 else text[:77] + "..."


def main(arguments):
    paths = [each for each in arguments if each != "--json"]
    try:
        need(len(paths) == 1 and not paths[0].startswith("-"), "usage: python recount.py [--json] FILE")
        bundle = read(paths[0])
        check(bundle)
        counted = count(bundle)
        found = differences(counted, bundle.get("result", counted))
        report = json.dumps({"result": counted}) if "--json" in arguments else table(counted)
    except (Unusable, ArithmeticError, MemoryError, ValueError) as reason:
        too_long = "the numbers in the file are too long to count with"
        print(f"recount: {reason if isinstance(reason, Unusable) else too_long}", file=sys.stderr)
        return 2

    print(report)
    # With --json the table's place is taken by JSON, and what is said beside it goes to the other stream.
    aside = sys.stderr if "--json" in arguments else sys.stdout
    if found:
        print("The official ranking does not come out:", *found, sep="\n  ", file=aside)
    elif "--json" not in arguments:
        known = "The official ranking comes out, to the last fraction."
        print(known if "result" in bundle else "The file holds no official ranking to compare with.")
    return 1 if found else 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))

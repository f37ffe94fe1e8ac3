"""What `confidence.py` and `ends.py` share: the labelled pages, and logistic regression over signs that are there or not.

Standard library only; the same input, the same weights.
"""
import argparse, hashlib, math, sys
from pathlib import Path

sys.dont_write_bytecode = True
PENALTY = 3.0           # of the squares of weights, in logits: signs seen on a handful of pages weigh little
FOLDS = 5


def arguments(doc):
    """The command line, `score.py` of its folder, and for each labelled set its name, its dump and its labels by id."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--score", required=True)
    args = parser.parse_args()
    sys.path.insert(0, args.score)
    import score
    from common import read_jsonl

    def sets():
        for folder in args.data:
            for gold_path in sorted(folder.glob("*.gold.jsonl")):
                name = gold_path.name.removesuffix(".gold.jsonl")
                dump = next(p for p in (folder / f"{name}.jsonl.zst", folder / f"{name}.jsonl") if p.exists())
                yield name, dump, {gold["id"]: gold for gold in read_jsonl(gold_path)}

    return args.binary, score, read_jsonl, sets()


def fold(record_id):
    """A site's fifth: by the SHA-256 of "copydesk confidence:" and its name, the part of a page's id before `~`."""
    site = record_id.split("~", 1)[0]
    return int.from_bytes(hashlib.sha256(f"copydesk confidence:{site}".encode()).digest()[:4], "big") % FOLDS


def solve(matrix, vector):
    n = len(vector)
    rows = [list(row) + [value] for row, value in zip(matrix, vector)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(n):
            if r != i and rows[i][i]:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [row[-1] / row[i] if row[i] else 0.0 for i, row in enumerate(rows)]


def fit(pages, signs):
    """Logistic regression by Newton's method; the first weight is the base."""
    weights = [0.0] * (len(signs) + 1)
    data = [([1.0] + [float(s in there) for s in signs], float(y)) for there, y in pages]
    for _ in range(12):
        gradient = [0.0] + [-PENALTY * w for w in weights[1:]]
        hessian = [[PENALTY * (i == j and i > 0) for j in range(len(weights))] for i in range(len(weights))]
        for x, y in data:
            p = 1 / (1 + math.exp(-sum(w * v for w, v in zip(weights, x))))
            on = [i for i, v in enumerate(x) if v]
            for i in on:
                gradient[i] += y - p
                for j in on:
                    hessian[i][j] += p * (1 - p)
        weights = [w + d for w, d in zip(weights, solve(hessian, gradient))]
    return [round(100 * w) for w in weights]


def weight(weights, signs, there):
    """What the signs of one page or block weigh together, the base included, in hundredths of a logit."""
    return weights[0] + sum(w for w, s in zip(weights[1:], signs) if s in there)


def by_folds(seen, signs):
    """For each of (fold, signs, is so): its weight by what was fitted to the other folds, and whether it is so."""
    for left_out in range(FOLDS):
        weights = fit([(there, y) for f, there, y in seen if f != left_out], signs)
        yield from ((weight(weights, signs, there), y) for f, there, y in seen if f == left_out)


def print_table(seen, signs):
    """The weights fitted to all, as the sources have them."""
    weights = fit([(there, y) for _, there, y in seen], signs)
    print(f"  base {weights[0]}")
    for sign, value in zip(signs, weights[1:]):
        print(f'  "{sign}" {value}')

#!/usr/bin/env python3
"""Says of each extracted fact whether the annotation agrees, and whether confidence means what it says.

usage: verdicts.py --score=SCORE.PY [--half=dev|held] [--calibration] [--rules] [--errors] GOLD_DIR[,GOLD_DIR] SYSTEM.jsonl

Matching is score.py's own. A fact is right if it matches an annotated fact, required or optional, or repeats one.
Articles are divided by a hash of their id: errors are looked at in one half (dev), figures are taken from the other
(held). SYSTEM.jsonl is what extractor_shared_test writes: score.py's format, and each fact's rule and confidence.
"""
import argparse
import collections
import hashlib
import importlib.util
import json


def load_module(path):
    spec = importlib.util.spec_from_file_location("score", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def half_of(article_id):
    return "dev" if hashlib.md5(article_id.encode()).digest()[0] % 2 == 0 else "held"


class Tally:
    """Counts over articles, in score.py's way, with a verdict for each system fact."""

    def __init__(self, score):
        self.score = score
        self.ent, self.fact = collections.Counter(), collections.Counter()
        self.ent_type = collections.defaultdict(collections.Counter)
        self.predicate = collections.defaultdict(collections.Counter)
        self.verdicts = []  # (system fact, right)
        self.errors = []
        self.qualifier = collections.defaultdict(collections.Counter)
        self.modality = collections.Counter()

    def forms(self, entity):
        return {self.score.norm(entity.get("name"))} | {self.score.norm(a) for a in entity.get("aliases") or []}

    def entities(self, gold, system):
        used = set()
        for e in gold["entities"]:
            hit = next((i for i, s in enumerate(system["entities"]) if i not in used and s["type"] == e["type"]
                        and self.forms(e) & self.forms(s)), None)
            if hit is None:
                self.errors.append(f"{gold['id']}: entity missed: {e['type']} {e['name']} {e.get('aliases') or ''}")
            else:
                used.add(hit)
            for c in (self.ent, self.ent_type[e["type"]]):
                c["fn" if hit is None else "tp"] += 1
        for i, s in enumerate(system["entities"]):
            if i in used:
                continue
            self.errors.append(f"{gold['id']}: entity wrong: {s['type']} {s['name']}")
            for c in (self.ent, self.ent_type[s["type"]]):
                c["fp"] += 1

    def facts(self, gold, system):
        score, gn, sn = self.score, self.score.Names(gold), self.score.Names(system)
        free, rows = list(range(len(system["facts"]))), system["facts"]
        for optional in (False, True):
            for f in gold["facts"]:
                if bool(f.get("optional")) != optional:
                    continue
                hit = next((i for i in free if score.fact_matches(f, gn, rows[i], sn)), None)
                if hit is not None:
                    free.remove(hit)
                    self.verdicts.append((rows[hit], True))
                    if not optional:
                        self.compare_details(gold, f, rows[hit])
                if not optional:
                    for c in (self.fact, self.predicate[f["predicate"]]):
                        c["fn" if hit is None else "tp"] += 1
                    if hit is None:
                        self.errors.append(f"{gold['id']}: fact missed: {self.show(f)}")
        for i in free:
            s = rows[i]
            right = any(score.fact_matches(f, gn, s, sn) for f in gold["facts"])
            self.verdicts.append((s, right))
            if right:
                continue
            for c in (self.fact, self.predicate[s["predicate"]]):
                c["fp"] += 1
            self.errors.append(f"{gold['id']}: fact wrong: {self.show(s)}")

    def compare_details(self, gold, want, got):
        have = got.get("qualifiers") or {}
        for name, text in (want.get("qualifiers") or {}).items():
            ok = self.score.overlap_f1(str(text), str(have.get(name, ""))) >= 0.7
            self.qualifier[name]["tp" if ok else "fn"] += 1
            if not ok:
                self.errors.append(f"{gold['id']}: qualifier: {name} {text!r} not {have.get(name)!r} in {self.show(got)}")
        same = want.get("modality", "asserted") == got.get("modality", "asserted")
        self.modality["right" if same else "wrong"] += 1
        if not same:
            self.errors.append(f"{gold['id']}: modality: {want.get('modality')} not {got.get('modality')} in {self.show(got)}")

    @staticmethod
    def show(f):
        return (f"{f['subject']} | {f['predicate']} | {f.get('object')} {f.get('qualifiers') or ''} "
                f"[{f.get('rule', '')} {f.get('confidence', 0):.2f}] «{f.get('evidence', '')[:160]}»")


def line(name, c, score):
    p, r, f1 = score.prf(c["tp"], c["fp"], c["fn"])
    print(f"  {name:18} P {p:.3f}  R {r:.3f}  F1 {f1:.3f}  gold {c['tp'] + c['fn']}  found {c['tp']}  wrong {c['fp']}")


def print_calibration(verdicts):
    edges = [0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.001]
    print("| confidence | facts | right | share right |\n|---|---|---|---|")
    for low, high in zip(edges, edges[1:]):
        rows = [ok for fact, ok in verdicts if low <= fact.get("confidence", 0) < high]
        if rows:
            print(f"| {low:.1f} to {min(high, 1):.1f} | {len(rows)} | {sum(rows)} | {sum(rows) / len(rows):.2f} |")
    squared = sum((fact.get("confidence", 0) - ok) ** 2 for fact, ok in verdicts)
    print(f"Brier score {squared / max(1, len(verdicts)):.3f} over {len(verdicts)} facts")


PRIOR, PRIOR_WEIGHT = 0.7, 8  # what a rule is trusted for before it was seen at work, and how many facts that is worth


def print_rules(verdicts):
    """A rule's facts by their confidence: what a fact's subject was found by differs in confidence too."""
    rules = collections.defaultdict(collections.Counter)
    for fact, ok in verdicts:
        rules[fact.get("rule", ""), round(fact.get("confidence", 0), 2)]["right" if ok else "wrong"] += 1
    for (name, confidence), c in sorted(rules.items()):
        n = c["right"] + c["wrong"]
        print(f"  {name:26} {confidence:.2f}  facts {n:4}  right {c['right']:4}  "
              f"smoothed {(c['right'] + PRIOR * PRIOR_WEIGHT) / (n + PRIOR_WEIGHT):.2f}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("gold", help="folders of annotated articles, with commas between")
    ap.add_argument("system")
    ap.add_argument("--score", required=True, help="the scorer, score.py")
    ap.add_argument("--half", choices=["dev", "held"])
    ap.add_argument("--calibration", action="store_true")
    ap.add_argument("--rules", action="store_true", help="how many facts of each rule are right")
    ap.add_argument("--errors", action="store_true", help="what was missed and what was wrong")
    o = ap.parse_args()
    score = load_module(o.score)
    gold = {}
    for folder in o.gold.split(","):
        gold.update(score.load_gold(folder))
    tally = Tally(score)
    left = collections.defaultdict(list)
    with open(o.system, encoding="utf-8") as f:
        for text in f:
            record = json.loads(text)
            left[record["page"]].append(score.flat(record))
    for page, articles in gold.items():
        for a in articles:
            if o.half and half_of(a["id"]) != o.half:
                continue
            exact = [s for s in left[page] if s.get("body") == a["body"]]
            near = exact or [s for s in left[page] if score.same_body(a["body"], s.get("body", "")) >= 0.8]
            system = near[0] if near else {"entities": [], "facts": []}
            tally.entities(a, system)
            tally.facts(a, system)
    if o.errors:
        print("\n".join(tally.errors))
    line("entities", tally.ent, score)
    line("facts", tally.fact, score)
    q = sum(tally.qualifier.values(), collections.Counter())
    print(f"  qualifiers recall {q['tp'] / max(1, sum(q.values())):.3f}; modality right "
          f"{tally.modality['right']} of {sum(tally.modality.values())}")
    for rows in (tally.ent_type, tally.predicate):
        for name in sorted(rows):
            line(name, rows[name], score)
    for name, c in sorted(tally.qualifier.items()):
        print(f"  qualifier {name:12} found {c['tp']} of {sum(c.values())}")
    if o.calibration:
        print_calibration(tally.verdicts)
    if o.rules:
        print_rules(tally.verdicts)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""nDCG@10 of ranked answers: ndcg.py QRELS RUN...

QRELS and RUN have the formats of trec_eval: `query 0 passage grade` and `query Q0 passage rank score name`. The gain of
a grade is the grade, the discount log2(rank + 1); each query that has a passage of a grade over 0 counts, also if the
run leaves it out. Prints a line a run.
"""
import collections
import math
import sys

DEPTH = 10


def read_qrels(lines):
    grades = collections.defaultdict(dict)
    for line in lines:
        query, _, passage, grade = line.split()
        grades[query][passage] = int(grade)
    return grades


def read_run(lines):
    """The passages of each query by rank; a passage that comes again is left out."""
    ranked = collections.defaultdict(list)
    for line in lines:
        query, _, passage, rank, _, _ = line.split()
        ranked[query].append((int(rank), passage))
    return {query: list(dict.fromkeys(passage for _, passage in sorted(found))) for query, found in ranked.items()}


def dcg(gains):
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:DEPTH], start=1))


def ndcg(grades, run):
    """The mean over queries, and the figure of each."""
    each = {}
    for query, of_query in grades.items():
        ideal = dcg(sorted((grade for grade in of_query.values() if grade > 0), reverse=True))
        if ideal == 0:
            continue
        each[query] = dcg([max(0, of_query.get(passage, 0)) for passage in run.get(query, [])]) / ideal
    return (sum(each.values()) / len(each) if each else 0.0), each


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        grades = read_qrels(file)
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            mean, each = ndcg(grades, read_run(file))
        print(f"{name}\tnDCG@{DEPTH} {mean:.4f}\t{len(each)} queries")


if __name__ == "__main__":
    main()

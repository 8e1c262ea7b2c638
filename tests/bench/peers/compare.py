"""Holds the answers of the engines against each other and prints their figures as markdown.

usage: compare.py WORK [--detail | --before LIST]

WORK is what ./run leaves: queries.tsv, corpus.tsv, the fingerprint of those two, versions.tsv and a folder for each
engine, with the fingerprint of what it was asked. The exit status is 1 if engines count different numbers of hits, or if
the first ten of ours and of Tantivy or Lucene differ by more than the rounding of lengths explains; 2 if an engine was
asked something else.
"""
import argparse
import collections
import os
import statistics
import sys

OURS = "factline"
BARS = ("tantivy", "lucene")  # the faster of these is the bar
ENGINES = (OURS, *BARS, "xapian")
MODES = ("top10", "top10_count", "top100", "top100_count")
STATES = (("left", "as indexing left it"), ("merged", "one segment"))
# Tantivy's formula has the factor k1 + 1, which changes no order; Xapian weighs by another idf and is not compared.
SCORE_SCALE = {OURS: 1.0, "lucene": 1.0, "tantivy": 1 / 2.2}
# All keep lengths in one byte by the same table, but average them differently: the exact lengths (Tantivy, Lucene) or
# the ones kept (ours, up to an eighth shorter). A shorter average makes b * length / average greater and a score less.
SCORE_TOLERANCE = 0.06

Answer = collections.namedtuple("Answer", "nanoseconds hits first")


def read_queries(path):
    """{id: kind} in order."""
    with open(path, encoding="utf-8") as lines:
        return {fields[0]: fields[1] for fields in (line.split("\t") for line in lines)}


def read_results(path):
    """{(mode, id): Answer}"""
    answers = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            mode, ident, nanoseconds, hits, first = line.rstrip("\n").split("\t")
            pairs = [pair.split(":") for pair in first.split()]
            answers[mode, ident] = Answer(int(nanoseconds), int(hits), [(int(d), float(s)) for d, s in pairs])
    return answers


def differing_counts(results, queries):
    """[(mode, id, {engine: hits})] where the engines do not agree on the number of hits or of results."""
    differing = []
    for mode in MODES:
        for ident in queries:
            counted = {engine: answers[mode, ident].hits for engine, answers in results.items()}
            shown = {engine: len(answers[mode, ident].first) for engine, answers in results.items()}
            if len(set(counted.values())) > 1:
                differing.append((mode, ident, counted))
            elif len(set(shown.values())) > 1:
                differing.append((mode, ident, shown))
    return differing


def is_near(a, b, tolerance):
    return abs(a - b) <= tolerance * max(abs(a), abs(b)) + 1e-6


def difference(ours, theirs, tolerance=SCORE_TOLERANCE):
    """Why two first tens, [(document, score)] on one scale, are not the same but for rounding; else None."""
    if len(ours) != len(theirs):
        return "%d results and %d" % (len(ours), len(theirs))
    for rank, ((_, a), (_, b)) in enumerate(zip(ours, theirs), start=1):
        if not is_near(a, b, tolerance):
            return "scores at rank %d: %.4f and %.4f" % (rank, a, b)
    for these, those in ((dict(ours), dict(theirs)), (dict(theirs), dict(ours))):
        for document, score in these.items():
            if document in those:
                if not is_near(score, those[document], tolerance):
                    return "scores of document %d: %.4f and %.4f" % (document, score, those[document])
            # What the other left out must be about as weak as its last.
            elif not is_near(score, min(those.values()), 2 * tolerance) and score > min(those.values()):
                return "document %d with score %.4f is missing" % (document, score)
    return None


def scaled(engine, first):
    return [(document, score * SCORE_SCALE[engine]) for document, score in first]


def differing_tops(results, queries):
    """[(engine, mode, id, why)], and the mean share of documents in common by engine."""
    differing = []
    overlap = {}
    for engine in results:
        if engine == OURS:
            continue
        shares = []
        for mode in MODES:
            for ident in queries:
                ours = results[OURS][mode, ident].first[:10]
                theirs = results[engine][mode, ident].first[:10]
                if ours and theirs:
                    shares.append(len({d for d, _ in ours} & {d for d, _ in theirs}) / max(len(ours), len(theirs)))
                if engine not in SCORE_SCALE:
                    continue
                why = difference(scaled(OURS, ours), scaled(engine, theirs))
                if why:
                    differing.append((engine, mode, ident, why))
        overlap[engine] = statistics.fmean(shares) if shares else 1.0
    return differing, overlap


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def group_of(kind, detail):
    return kind if detail else kind.rstrip("0123456789")


def times(results, queries, mode, detail):
    """{group: {engine: (mean, p99)}} in microseconds."""
    table = {}
    for ident, kind in queries.items():
        row = table.setdefault(group_of(kind, detail), {engine: [] for engine in results})
        for engine, answers in results.items():
            row[engine].append(answers[mode, ident].nanoseconds / 1000)
    return {
        group: {engine: (statistics.fmean(all_), percentile(all_, 0.99)) for engine, all_ in row.items()}
        for group, row in table.items()
    }


def ratio(row, index):
    """Ours to the faster peer; None where neither was measured."""
    peers = [row[engine][index] for engine in BARS if engine in row]
    return row[OURS][index] / min(peers) if peers else None


def as_ratio(number, digits=2):
    return "" if number is None else "%.*f" % (digits, number)


def print_times(results, queries, mode, title, detail):
    engines = [engine for engine in ENGINES if engine in results]
    print("\n**%s, %s**: mean / p99 in µs, and ours to the faster of Tantivy and Lucene\n" % (mode, title))
    print("| kind | " + " | ".join(engines) + " | ratio of means | of p99 | Xapian to ours |")
    print("|---|" + "---|" * (len(engines) + 3))
    for group, row in times(results, queries, mode, detail).items():
        cells = ["%.0f / %.0f" % row[engine] for engine in engines]
        xapian = row["xapian"][0] / row[OURS][0] if "xapian" in row else None
        print("| %s | %s | %s | %s | %s |" % (
            group, " | ".join(cells), as_ratio(ratio(row, 0)), as_ratio(ratio(row, 1)), as_ratio(xapian, 1)))


def read_reports(work, engines):
    """{engine: {phase: (wall seconds, processor seconds, bytes, note)}}"""
    reports = {}
    for engine in engines:
        reports[engine] = {}
        with open(os.path.join(work, engine, "report.tsv"), encoding="utf-8") as lines:
            for line in lines:
                phase, wall, processor, size, note = line.rstrip("\n").split("\t")
                reports[engine][phase] = (float(wall), float(processor), int(size), note)
    return reports


def print_indexing(work, engines, versions):
    reports = read_reports(work, engines)
    megabytes = os.path.getsize(os.path.join(work, "corpus.tsv")) / 1e6
    print("\n**Indexing** %.1f MB of tokens, one thread, durable\n" % megabytes)
    print("| engine | wall s | processor s | MB/s of processor | MB/s of wall | MB on disk | left as |"
          " merging: wall s | processor s | MB on disk |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for engine in engines:
        wall, processor, size, note = reports[engine]["index"]
        merge = reports[engine].get("merge")
        merged = "%.1f | %.1f | %.1f" % (merge[0], merge[1], merge[2] / 1e6) if merge else "| |"
        print("| %s %s | %.1f | %.1f | %.2f | %.2f | %.1f | %s | %s |" % (
            engine, versions.get(engine, ""), wall, processor, megabytes / processor, megabytes / wall, size / 1e6, note,
            merged))
    peers = [engine for engine in BARS if engine in reports]
    for phase in ("index", "merge"):
        if peers and all(phase in reports.get(engine, ()) for engine in [OURS, *peers]):
            mine = reports[OURS][phase]
            print("\nOurs to the better of Tantivy and Lucene, %s: speed by processor %.2f, by wall %.2f, bytes %.2f" % (
                phase, min(reports[e][phase][1] for e in peers) / max(mine[1], 1e-3),
                min(reports[e][phase][0] for e in peers) / max(mine[0], 1e-3),
                mine[2] / min(reports[e][phase][2] for e in peers)))


def fingerprint(folder):
    """What ./run wrote there of the queries and the corpus; None if nothing."""
    try:
        with open(os.path.join(folder, "fingerprint"), encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return None


def asked_something_else(work, engines):
    """Those of `engines` whose results are of other queries, or of another corpus, than WORK's."""
    return [engine for engine in engines if fingerprint(os.path.join(work, engine)) != fingerprint(work)]


def print_checks(results, queries, title):
    """True if all agree."""
    counts = differing_counts(results, queries)
    tops, overlap = differing_tops(results, queries)
    print("\n**Agreement, %s**: %d queries in %d modes; %d differ in hits, %d in the first ten; documents in common: %s" % (
        title, len(queries), len(MODES), len(counts), len(tops),
        ", ".join("%s %.3f" % item for item in sorted(overlap.items()))))
    for mode, ident, numbers in counts[:20]:
        print("- hits: %s %s %s" % (mode, ident, numbers))
    for engine, mode, ident, why in tops[:20]:
        print("- first ten: %s %s %s: %s" % (engine, mode, ident, why))
    return not counts and not tops


def main(arguments=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("work")
    parser.add_argument("--detail", action="store_true", help="a row for each number of words")
    parser.add_argument("--before", metavar="LIST", help="only check that the engines but these were asked the same")
    args = parser.parse_args(arguments)
    queries = read_queries(os.path.join(args.work, "queries.tsv"))
    engines = [engine for engine in ENGINES if os.path.exists(os.path.join(args.work, engine, "report.tsv"))]
    strangers = asked_something_else(args.work, [e for e in engines if e not in (args.before or "").split()])
    if strangers:
        print("the results of %s are of other queries or of another corpus: measure them again too (--only), or take"
              " another --work" % ", ".join(strangers), file=sys.stderr)
        return 2
    if args.before is not None:
        return 0
    with open(os.path.join(args.work, "versions.tsv"), encoding="utf-8") as lines:
        versions = dict(line.rstrip("\n").split("\t") for line in lines)
    agree = True
    for state, title in STATES:
        paths = {engine: os.path.join(args.work, engine, state + ".tsv") for engine in engines}
        results = {engine: read_results(path) for engine, path in paths.items() if os.path.exists(path)}
        if OURS not in results or len(results) < 2:
            continue
        agree = print_checks(results, queries, title) and agree
        for mode in MODES:
            print_times(results, queries, mode, title, args.detail)
    print_indexing(args.work, engines, versions)
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())

"""Makes the queries of the peer harness from an exported corpus; the same for the same corpus and seed.

usage: make_queries.py CORPUS OUT [--per-kind N] [--seed N] [--sample N]

README.md ("Queries") says what a line holds. Numbers are taken over the first SAMPLE documents.
"""
import argparse
import collections
import random

HIGH_SHARE = 0.05  # a term is frequent if it stands in so many documents of the sample,
MID_SHARE = 0.002  # or in the middle down to this; below it, it is rare
DAY_SECONDS = 86400


class Corpus:
    def __init__(self, lines, limit):
        self.documents = []  # (title tokens, body tokens)
        self.times = []
        self.sources = collections.Counter()
        self.frequency = collections.Counter()
        for line in lines:
            if len(self.documents) == limit:
                break
            _, seconds, source, title, body = line.rstrip("\n").split("\t")
            title, body = title.split(), body.split()
            self.documents.append((title, body))
            self.times.append(int(seconds))
            self.sources[source] += 1
            self.frequency.update(set(title) | set(body))
        self.bands = {"high": [], "mid": [], "low": []}
        for token, frequency in sorted(self.frequency.items()):
            if frequency >= 2:
                self.bands[self.band_of(token)].append(token)

    def band_of(self, token):
        share = self.frequency[token] / len(self.documents)
        return "high" if share >= HIGH_SHARE else "mid" if share >= MID_SHARE else "low"


class QueryMaker:
    def __init__(self, corpus, seed):
        self.corpus = corpus
        self.random = random.Random(seed)

    def words_of_one(self, count):
        """Different tokens of one document, of all bands, so that some document holds them all."""
        for _ in range(1000):
            title, body = self.random.choice(self.corpus.documents)
            by_band = collections.defaultdict(list)
            for token in sorted(set(title) | set(body)):
                if self.corpus.frequency[token] >= 2:
                    by_band[self.corpus.band_of(token)].append(token)
            found = []
            for _ in range(4 * count):
                band = by_band[self.random.choice(["high", "mid", "mid", "low"])]
                if band:
                    token = self.random.choice(band)
                    if token not in found:
                        found.append(token)
                if len(found) == count:
                    return found
        raise SystemExit("the corpus has no documents of several words")

    def words_of_some(self, count):
        """Different tokens, about half of them of one document."""
        found = self.words_of_one((count + 1) // 2)
        for _ in range(1000):
            if len(found) == count:
                return found
            token = self.words_of_one(1)[0]
            if token not in found:
                found.append(token)
        raise SystemExit("the corpus has too few words")

    def run(self, count):
        """Consecutive tokens of a title or a body."""
        for _ in range(1000):
            text = self.random.choice(self.random.choice(self.corpus.documents))
            if len(text) >= count:
                begin = self.random.randrange(len(text) - count + 1)
                return text[begin : begin + count]
        raise SystemExit("the corpus has no text of %d words" % count)

    @staticmethod
    def node(operator, children):
        return " ".join(["%s%d" % (operator, len(children))] + children)

    @staticmethod
    def terms(tokens):
        return ["=" + token for token in tokens]

    def conjunction(self, count):
        return self.node("&", self.terms(self.words_of_one(count)))

    def disjunction(self, count):
        return self.node("|", self.terms(self.words_of_some(count)))

    def phrase(self, count):
        return self.node('"', self.terms(self.run(count)))

    def negation(self):
        wanted, unwanted = self.words_of_some(2)
        return self.node("-", self.terms([wanted, unwanted]))

    def simple(self):
        return self.random.choice(
            [
                lambda: self.terms(self.words_of_one(1))[0],
                lambda: self.conjunction(2),
                lambda: self.disjunction(3),
                lambda: self.phrase(2),
            ]
        )()

    def mixed(self):
        a, b, c, d = self.terms(self.words_of_one(4))
        either = self.node("|", [a, b])
        both = self.node("&", [c, d])
        return self.random.choice(
            [
                self.node("&", [either, c]),
                self.node("&", [either, self.phrase(2)]),
                self.node("|", [both, a]),
                self.node("|", [both, self.phrase(2), a]),
                self.node("-", [self.node("|", [a, b, c]), d]),
                self.node("&", [either, self.node("|", [c, d])]),
            ]
        )

    def dates(self):
        """A range of a day to a quarter of the corpus's time, its first second and its last."""
        first, last = min(self.corpus.times), max(self.corpus.times)
        longest = max(DAY_SECONDS, (last - first) // 4)
        width = int(DAY_SECONDS * (longest / DAY_SECONDS) ** self.random.random())
        begin = self.random.randrange(first, max(first + 1, last - width + 1))
        return str(begin), str(begin + width - 1)

    def source(self):
        return self.random.choice(sorted(self.corpus.sources))

    def queries(self, per_kind):
        """(kind, first second, last second, source, expression), `per_kind` of each kind where the corpus has them."""
        for band in ("high", "mid", "low"):
            tokens = self.corpus.bands[band]
            for token in self.random.sample(tokens, min(per_kind, len(tokens))):
                yield "term_" + band, "", "", "", "=" + token
        for kind, sizes, make in (
            ("and", (2, 3, 4), self.conjunction),
            ("or", (2, 3, 4, 6), self.disjunction),
            ("phrase", (2, 3, 4, 5), self.phrase),
        ):
            for size in sizes:
                for _ in range(per_kind):
                    yield kind + str(size), "", "", "", make(size)
        for _ in range(per_kind):
            yield "not", "", "", "", self.negation()
        for _ in range(per_kind):
            yield ("date", *self.dates(), "", self.simple())
        for _ in range(per_kind):
            yield "source", "", "", self.source(), self.simple()
        for number in range(per_kind):
            dates = self.dates() if number % 4 == 0 else ("", "")
            yield ("mixed", *dates, self.source() if number % 4 == 1 else "", self.mixed())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus")
    parser.add_argument("out")
    parser.add_argument("--per-kind", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=40000)
    args = parser.parse_args()
    with open(args.corpus, encoding="utf-8", newline="\n") as lines:
        corpus = Corpus(lines, args.sample)
    maker = QueryMaker(corpus, args.seed)
    numbers = collections.Counter()
    with open(args.out, "w", encoding="utf-8", newline="\n") as out:
        for kind, first, last, source, words in maker.queries(args.per_kind):
            numbers[kind] += 1
            out.write("\t".join(["%s-%d" % (kind, numbers[kind]), kind, first, last, source, words]) + "\n")


if __name__ == "__main__":
    main()

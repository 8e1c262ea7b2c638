"""Holds what make_queries.py promises against a small corpus."""
import unittest

import make_queries

# So many that two documents are less than MID_SHARE of them: of "rare0" to "rare799" each stands in two or three.
DOCUMENTS = 2000
LINES = [
    "%d\t%d\tsource%d\tmill opens number%d\tsteel is steel in town%d and the mill%d makes rails for rare%d\n"
    % (i, i * 86400, i % 3, i % 50, i % 7, i % 40, i % 800)
    for i in range(DOCUMENTS)
]
CORPUS = make_queries.Corpus(LINES, DOCUMENTS)


def make(seed=1, per_kind=5):
    return list(make_queries.QueryMaker(CORPUS, seed).queries(per_kind))


def read(words):
    """An expression as nested tuples, and what is left of the words."""
    word, rest = words[0], words[1:]
    if word[0] == "=":
        return word[1:], rest
    children = []
    for _ in range(int(word[1:])):
        child, rest = read(rest)
        children.append(child)
    return (word[0], *children), rest


class MakeQueriesTest(unittest.TestCase):
    def test_the_same_seed_makes_the_same_queries(self):
        self.assertEqual(make(), make())
        self.assertNotEqual(make(), make(seed=2))

    def test_every_expression_is_complete(self):
        for _, _, _, _, words in make():
            self.assertEqual(read(words.split(" "))[1], [], words)

    def test_each_kind_has_its_share(self):
        kinds = [query[0] for query in make(per_kind=4)]
        words = ("term_high", "term_mid", "term_low", "and2", "and3", "and4", "or2", "or6", "phrase2", "phrase5")
        for kind in (*words, "not", "date", "source", "mixed"):
            self.assertEqual(kinds.count(kind), 4, kind)

    def test_bands_are_those_of_document_frequency(self):
        # README.md ("Queries"): at least 5%, at least 0.2%, at least two documents.
        bands = {"term_high": range(100, DOCUMENTS + 1), "term_mid": range(4, 100), "term_low": range(2, 4)}
        for kind, _, _, _, words in make(per_kind=50):
            if kind in bands:
                self.assertIn(CORPUS.frequency[words[1:]], bands[kind], (kind, words))

    def test_phrases_and_conjunctions_occur(self):
        texts = [text for line in LINES for text in line.rstrip("\n").split("\t")[3:]]
        documents = [set(" ".join(line.rstrip("\n").split("\t")[3:]).split()) for line in LINES]
        for kind, _, _, _, words in make():
            tree = read(words.split(" "))[0]
            if kind.startswith("phrase"):
                self.assertTrue(any(" %s " % " ".join(tree[1:]) in " %s " % text for text in texts), words)
            if kind.startswith("and"):
                self.assertTrue(any(set(tree[1:]) <= document for document in documents), words)

    def test_dates_are_ranges_within_the_corpus(self):
        for kind, first, last, _, _ in make():
            if kind == "date":
                self.assertLessEqual(int(first), int(last))
                self.assertLessEqual(int(first), (DOCUMENTS - 1) * 86400)


if __name__ == "__main__":
    unittest.main()

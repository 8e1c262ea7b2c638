"""Holds what compare.py promises against small tables."""
import contextlib
import io
import os
import shutil
import tempfile
import unittest

import compare

QUERIES = {"a-1": "and2", "a-2": "and3"}


def answers(hits=3, nanoseconds=1000, first=((1, 2.0), (2, 1.0))):
    return {
        (mode, ident): compare.Answer(nanoseconds, hits if mode.endswith("count") else -1, list(first))
        for mode in compare.MODES
        for ident in QUERIES
    }


class CompareTest(unittest.TestCase):
    def test_equal_counts_are_no_difference(self):
        self.assertEqual(compare.differing_counts({"factline": answers(), "xapian": answers()}, QUERIES), [])

    def test_each_count_that_differs_is_listed(self):
        differing = compare.differing_counts({"factline": answers(), "lucene": answers(hits=4)}, QUERIES)
        self.assertEqual(len(differing), 4)  # two queries in two modes that count
        self.assertEqual(differing[0][2], {"factline": 3, "lucene": 4})

    def test_a_missing_result_is_a_difference_where_nothing_is_counted(self):
        differing = compare.differing_counts({"factline": answers(), "lucene": answers(first=[(1, 2.0)])}, QUERIES)
        self.assertEqual(len(differing), 8)

    def test_rounding_and_ties_are_no_difference(self):
        self.assertIsNone(compare.difference([(1, 2.0), (2, 1.0)], [(1, 2.02), (2, 0.99)]))
        self.assertIsNone(compare.difference([(1, 2.0), (2, 1.0)], [(1, 2.0), (3, 1.0)]))

    def test_other_scores_and_lost_documents_are_differences(self):
        self.assertIn("rank 2", compare.difference([(1, 2.0), (2, 1.0)], [(1, 2.0), (2, 1.2)]))
        self.assertIn("missing", compare.difference([(1, 2.0), (2, 1.0)], [(3, 2.0), (2, 1.0)]))
        self.assertIn("results", compare.difference([(1, 2.0)], []))

    def test_tantivy_scores_are_brought_to_our_scale(self):
        tantivy = answers(first=[(1, 4.4), (2, 2.2)])
        self.assertEqual(compare.differing_tops({"factline": answers(), "tantivy": tantivy}, QUERIES)[0], [])
        differing, overlap = compare.differing_tops({"factline": answers(), "tantivy": answers()}, QUERIES)
        self.assertEqual(len(differing), 8)
        self.assertEqual(overlap, {"tantivy": 1.0})

    def test_ratios_are_to_the_faster_peer(self):
        results = {"factline": answers(), "tantivy": answers(nanoseconds=2000), "lucene": answers(nanoseconds=4000)}
        table = compare.times(results, QUERIES, "top10", detail=False)
        self.assertEqual(list(table), ["and"])
        self.assertAlmostEqual(compare.ratio(table["and"], 0), 0.5)

    def test_without_a_bar_there_is_no_ratio(self):
        table = compare.times({"factline": answers(), "xapian": answers()}, QUERIES, "top10", detail=False)
        self.assertIsNone(compare.ratio(table["and"], 0))
        self.assertEqual(compare.as_ratio(None), "")

    def test_p99_is_nearly_the_worst(self):
        self.assertEqual(compare.percentile(range(1, 101), 0.99), 100)
        self.assertEqual(compare.percentile(range(1, 1001), 0.99), 991)


class WorkFolderTest(unittest.TestCase):
    """compare.py on a work directory in which only some engines were measured."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = folder.name
        self.write("queries.tsv", "".join("%s\t%s\t\t\t\t=x\n" % item for item in QUERIES.items()))
        self.write("corpus.tsv", "0\t0\ts\tx\tx\n")
        self.write("versions.tsv", "factline\tabc-dirty\n")
        self.write("fingerprint", "one\n")

    def write(self, name, text):
        path = os.path.join(self.work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def measure(self, engine, fingerprint="one\n"):
        results = "".join("%s\t%s\t1000\t-1\t1:2.0\n" % (mode, ident) for mode in compare.MODES for ident in QUERIES)
        self.write(engine + "/left.tsv", results)
        self.write(engine + "/merged.tsv", results)
        self.write(engine + "/report.tsv", "index\t2.0\t1.0\t1000\tnote\nmerge\t2.0\t1.0\t1000\tnote\n")
        self.write(engine + "/fingerprint", fingerprint)

    def compare(self, *arguments):
        """The exit status, and what is printed."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = compare.main([self.work, *arguments])
        return status, out.getvalue()

    def test_any_engines_alone_have_their_tables(self):
        for engines in (["factline"], ["lucene"], ["xapian"], ["factline", "xapian"], ["tantivy", "lucene"]):
            with self.subTest(engines):
                for engine in compare.ENGINES:
                    shutil.rmtree(os.path.join(self.work, engine), ignore_errors=True)
                for engine in engines:
                    self.measure(engine)
                status, out = self.compare()
                self.assertEqual(status, 0, out)
                for engine in engines:
                    self.assertIn("| %s " % engine, out)

    def test_answers_to_other_questions_are_refused(self):
        self.measure("factline")
        self.measure("lucene", "another\n")
        status, out = self.compare()
        self.assertEqual(status, 2)
        self.assertIn("lucene", out)
        self.assertEqual(self.compare("--before", "factline")[0], 2)
        self.assertEqual(self.compare("--before", "lucene"), (0, ""))


if __name__ == "__main__":
    unittest.main()

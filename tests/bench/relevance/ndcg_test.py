"""Tests ndcg.py on small cases that are reckoned by hand."""
import math
import unittest

import ndcg


def run_of(*passages):
    return ndcg.read_run(f"q Q0 {passage} {rank} 1.0 x" for rank, passage in enumerate(passages, start=1))


class NdcgTest(unittest.TestCase):
    def setUp(self):
        self.grades = ndcg.read_qrels(["q 0 a 1", "q 0 b 1", "q 0 c 0", "r 0 d 0"])

    def test_the_best_order_is_one(self):
        self.assertEqual(ndcg.ndcg(self.grades, run_of("b", "a", "c"))[0], 1.0)

    def test_a_late_passage_counts_less(self):
        ideal = 1 + 1 / math.log2(3)
        self.assertAlmostEqual(ndcg.ndcg(self.grades, run_of("a", "c", "b"))[0], (1 + 1 / math.log2(4)) / ideal)

    def test_nothing_counts_behind_the_tenth(self):
        run = run_of(*"vwxyzklmno", "a")
        self.assertEqual(ndcg.ndcg(self.grades, run)[0], 0.0)

    def test_a_query_without_answers_is_nought_and_one_without_grades_does_not_count(self):
        mean, each = ndcg.ndcg(self.grades, {})
        self.assertEqual((mean, each), (0.0, {"q": 0.0}))

    def test_a_passage_twice_counts_once(self):
        self.assertLess(ndcg.ndcg(self.grades, run_of("a", "a"))[0], 1.0)

    def test_ranks_decide_not_lines(self):
        run = ndcg.read_run(["q Q0 c 2 1 x", "q Q0 a 1 2 x"])
        self.assertEqual(run, {"q": ["a", "c"]})


if __name__ == "__main__":
    unittest.main()

"""Tests the judging of soak.py."""

import contextlib
import io
import math
import unittest

from soak import LoadReader, Series, judge, latency_series, proportional


def line(slope, count=241, base=100.0, wave=0.0):
    """Samples every 5 s of a figure that rises by `slope` over the whole time, with a wave of a minute upon it."""
    return Series((5 * i, base + slope * i / (count - 1) + wave * math.sin(i / 12 * 2 * math.pi)) for i in range(count))


class JudgeTest(unittest.TestCase):
    def test_a_steady_figure_is_flat(self):
        flat, second, last, growth = judge(line(0), 0.1, 1)
        self.assertTrue(flat)
        self.assertAlmostEqual(second, 100)
        self.assertAlmostEqual(last, 100)
        self.assertAlmostEqual(growth, 0)

    def test_a_wave_upon_a_steady_figure_is_flat(self):
        self.assertTrue(judge(line(0, wave=30), 0.1, 1)[0])

    def test_a_rise_beyond_what_is_allowed_is_not(self):
        flat, second, last, growth = judge(line(40), 0.1, 1)
        self.assertFalse(flat)
        self.assertAlmostEqual(second, 115, delta=1)
        self.assertAlmostEqual(last, 135, delta=1)
        self.assertAlmostEqual(growth, 30, delta=1)
        self.assertFalse(judge(line(40, wave=30), 0.1, 1)[0])

    def test_a_small_rise_of_a_small_figure_is_allowed_in_its_unit(self):
        self.assertFalse(judge(line(4, base=10), 0.1, 1)[0])
        self.assertTrue(judge(line(4, base=10), 0.1, 4)[0])

    def test_the_first_quarter_does_not_count(self):
        filling = Series((5 * i, min(100, 2 * i)) for i in range(241))
        self.assertTrue(judge(filling, 0.1, 1)[0])

    def test_a_figure_that_falls_is_flat(self):
        self.assertTrue(judge(line(-50), 0.1, 1)[0])

    def test_a_late_step_shows_in_the_medians(self):
        step = Series((5 * i, 100 if i < 170 else 130) for i in range(241))
        self.assertFalse(judge(step, 0.1, 1)[0])

    def test_no_samples_are_not_flat(self):
        self.assertFalse(judge(Series([]), 0.1, 1)[0])


class ProportionalTest(unittest.TestCase):
    def test_the_same_bytes_an_item_hold(self):
        held, second, last = proportional([(5 * i, 500 * i, 1_000_000 * i) for i in range(100)], 0.25)
        self.assertTrue(held)
        self.assertAlmostEqual(second, 2000)
        self.assertAlmostEqual(last, 2000)

    def test_more_bytes_an_item_do_not(self):
        self.assertFalse(proportional([(5 * i, 500 * i, 1000 * i * i) for i in range(100)], 0.25)[0])

    def test_a_compaction_in_between_is_no_growth(self):
        for when in (10, 40, 60, 90):
            points = [(5 * i, 500 * i, 1_000_000 * i - (0 if i < when else 600_000 * when)) for i in range(100)]
            self.assertTrue(proportional(points, 0.25)[0], when)

    def test_a_late_rise_shows_though_little_of_the_whole(self):
        late = [(5 * i, 500 * i, 1_000_000 * i + (0 if i < 75 else 400_000 * (i - 75))) for i in range(100)]
        self.assertFalse(proportional(late, 0.25)[0])

    def test_no_items_do_not(self):
        self.assertFalse(proportional([(5 * i, 0, 0) for i in range(100)], 0.25)[0])


def interval(second, kinds):
    return {"at_seconds": second, "kinds": kinds}


class LatencySeriesTest(unittest.TestCase):
    def test_an_interval_without_an_answer_is_infinitely_slow(self):
        answered = {"kind": "query", "latency_ms": {"p99": 3.5}}
        never = {"kind": "query", "latency_ms": {"p99": None}}
        series = latency_series([interval(10, [answered]), interval(20, [never]), interval(30, [])], "query", "p99")
        self.assertEqual(series.points, [(10, 3.5), (20, math.inf), (30, math.inf)])
        stalled = latency_series([interval(10 * i, [never if i > 100 else answered]) for i in range(121)], "query", "p99")
        self.assertFalse(judge(stalled, 0.5, 20)[0])


class LoadReaderTest(unittest.TestCase):
    def test_lines_that_are_none_of_its_own_do_not_stop_it(self):
        lines = ["warning: x\n", "[1]\n", "{\"interval\": {\"at_seconds\": 1}}\n", "{\"report\": {}}\n"]
        reader = LoadReader(lines)
        with contextlib.redirect_stderr(io.StringIO()) as said:
            reader.run()
        self.assertEqual(reader.intervals, [{"at_seconds": 1}])
        self.assertEqual(reader.report, {})
        self.assertIn("warning: x", said.getvalue())


if __name__ == "__main__":
    unittest.main()

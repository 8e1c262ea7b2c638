"""How a page's commands are read and judged, and that the page names every method there is."""
import sys
import unittest

import page

PAGE = """
Words.

```sh
grpcurl -d '{"id": "a"}' 127.0.0.1:50053 pkg.v1.NoteService/GetNote |
  head
```
```json
{
  "note": {
    "id": "a",
```

Prose between a command and a block parts the two:

```sh
true
```

So it is.

```text
not what it prints
```
"""


class PageTest(unittest.TestCase):
    def test_a_block_next_to_a_command_says_what_it_prints(self):
        first, second = page.parse(PAGE)
        self.assertEqual(first.line, 5)
        self.assertEqual(first.script.splitlines()[1], "  head")
        self.assertIn('"id": "a"', first.prints)
        self.assertIsNone(second.prints)

    def test_an_open_block_is_a_mistake(self):
        self.assertRaises(ValueError, page.parse, "```sh\ntrue\n")

    def test_lines_are_wanted_in_order_and_others_may_stand_between(self):
        for wanted, printed, missing in [
            ('"a": 1', '{\n  "a": 1,\n  "b": 2\n}', None),
            ('"a": 1\n…\n"b": 2', '{\n  "a": 1,\n  "c": 3,\n  "b": 2\n}', None),
            ('"b": 2\n"a": 1', '{\n  "a": 1,\n  "b": 2\n}', '"a": 1'),
            ('"a": 1\n"a": 1', '"a": 1', '"a": 1'),
            ('"a": "…"', '"a": "what.ever"', None),
            ('"a": "x…"', '"a": "y"', '"a": "x…"'),
            ('"a.c": 1', '"abc": 1', '"a.c": 1'),
        ]:
            with self.subTest(wanted=wanted, printed=printed):
                self.assertEqual(page.first_missing(wanted, printed), missing)

    def test_a_command_fails_where_the_page_says_error_and_only_there(self):
        fine, wrong, late = page.Command(1, "true"), page.Command(1, "false"), page.Command(1, "false")
        fine.prints, wrong.prints, late.prints = '"error": 1\n"a": 1', "ERROR:\n  Code: NotFound", '"a": 1\nERROR:'
        self.assertEqual(page.judge(fine, 0, '"error": 1,\n"a": 1'), "")
        self.assertNotEqual(page.judge(fine, 1, '"error": 1,\n"a": 1'), "")
        self.assertEqual(page.judge(late, 1, '"a": 1\nERROR:'), "")
        self.assertEqual(page.judge(wrong, 1, "ERROR:\n  Code: NotFound"), "")
        self.assertNotEqual(page.judge(wrong, 0, "ERROR:\n  Code: NotFound"), "")

    def test_commands_reach_the_services_that_run_as_these_want_it(self):
        services = dict.fromkeys(page.QUICKSTART.values(), "127.0.0.1:7")
        for script, plain, secure in [
            ("grpcurl -plaintext 127.0.0.1:50053 list", "grpcurl -plaintext 127.0.0.1:7 list",
             'grpcurl -cacert "$FACTLINE_CA_FILE" -H "authorization: Bearer $(cat "$FACTLINE_TOKEN_FILE")" 127.0.0.1:7 list'),
            ("grpc_health_probe -addr=127.0.0.1:50051", "grpc_health_probe -addr=127.0.0.1:7",
             'grpc_health_probe -tls -tls-ca-cert="$FACTLINE_CA_FILE" -addr=127.0.0.1:7'),
        ]:
            with self.subTest(script=script):
                self.assertEqual(page.with_addresses(script, services), plain)
                self.assertEqual(page.with_addresses(script, dict(services, FACTLINE_CA_FILE="ca.pem")), secure)

    def test_a_method_without_a_command_is_named(self):
        self.assertEqual(page.missing_methods(PAGE, ["pkg.v1.NoteService/GetNote"]), [])
        for absent in ("pkg.v1.NoteService/Get", "pkg.v1.NoteService/ListNotes"):
            self.assertIn(absent, page.missing_methods(PAGE, [absent])[0])

    def test_the_page_calls_every_method(self):
        with open("GRPCURL.md", encoding="utf-8") as file:
            text = file.read()
        methods = page.methods_of_descriptors(DESCRIPTORS)
        self.assertIn("factline.v1.QueryService/Search", methods)
        self.assertEqual(page.missing_methods(text, methods), [])


if __name__ == "__main__":
    DESCRIPTORS = sys.argv.pop(1)
    unittest.main()

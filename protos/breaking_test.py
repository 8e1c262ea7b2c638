"""Each kind of break is found, and what is added is none."""
import unittest

import breaking
from google.protobuf import descriptor_pb2, text_format

RELEASED = """
file {
  package: "factline.v1"
  message_type {
    name: "Note"
    field { name: "id" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "id" }
    field { name: "size" number: 2 type: TYPE_UINT32 label: LABEL_OPTIONAL json_name: "size" }
  }
  enum_type { name: "Kind" value { name: "KIND_UNSPECIFIED" number: 0 } value { name: "KIND_NEWS" number: 1 } }
  service { name: "NoteService" method { name: "GetNote" input_type: ".factline.v1.Note" output_type: ".factline.v1.Note" } }
}
"""


def parsed(text):
    return text_format.Parse(text, descriptor_pb2.FileDescriptorSet())


def breaks_after(old, new):
    assert old in RELEASED, old
    return breaking.breaks(parsed(RELEASED), parsed(RELEASED.replace(old, new)))


class BreakingTest(unittest.TestCase):
    def test_the_same_breaks_nothing(self):
        self.assertEqual(breaking.breaks(parsed(RELEASED), parsed(RELEASED)), [])

    def test_what_is_added_breaks_nothing(self):
        field = 'field { name: "at" number: 3 type: TYPE_INT64 label: LABEL_OPTIONAL json_name: "at" } }\n  enum_type { name: "Kind"'
        self.assertEqual(breaks_after('}\n  enum_type { name: "Kind"', field + ' value { name: "KIND_PAGE" number: 2 }'), [])

    def test_each_kind_of_break_is_found(self):
        for old, new in [
            ('name: "size" number: 2', 'name: "length" number: 2'),
            ('name: "size" number: 2', 'name: "size" number: 3'),
            ('TYPE_UINT32', 'TYPE_UINT64'),
            ('TYPE_UINT32 label: LABEL_OPTIONAL', 'TYPE_UINT32 label: LABEL_REPEATED'),
            ('json_name: "size"', 'json_name: "length"'),
            ('name: "Note"', 'name: "Memo"'),
            ('value { name: "KIND_NEWS" number: 1 }', ''),
            ('name: "KIND_NEWS" number: 1', 'name: "KIND_WIRE" number: 1'),
            ('name: "GetNote"', 'name: "ReadNote"'),
            ('name: "GetNote"', 'name: "GetNote" server_streaming: true'),
            ('name: "NoteService"', 'name: "MemoService"'),
        ]:
            with self.subTest(new=new):
                self.assertNotEqual(breaks_after(old, new), [])


if __name__ == "__main__":
    unittest.main()

"""Comments come out as they were meant."""
import unittest

import reference
from google.protobuf import descriptor_pb2, text_format

FILE = """
file {
  package: "factline.v1"
  message_type {
    name: "Note"
    field { name: "id" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "kinds" number: 2 type: TYPE_ENUM type_name: ".factline.v1.Note.Kind" label: LABEL_REPEATED }
    field { name: "words" number: 3 type: TYPE_MESSAGE type_name: ".factline.v1.Note.WordsEntry" label: LABEL_REPEATED }
    field { name: "at" number: 4 type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp" label: LABEL_OPTIONAL oneof_index: 0 }
    nested_type {
      name: "WordsEntry"
      field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
      field { name: "value" number: 2 type: TYPE_UINT32 label: LABEL_OPTIONAL }
      options { map_entry: true }
    }
    enum_type { name: "Kind" value { name: "KIND_UNSPECIFIED" number: 0 } }
    oneof_decl { name: "when" }
  }
  service { name: "NoteService" method { name: "Watch" input_type: ".factline.v1.Note" output_type: ".factline.v1.Note" server_streaming: true } }
  source_code_info {
    location { path: [4, 0] leading_comments: " A note.\\n\\n Short.\\n" }
    location { path: [4, 0, 2, 0] leading_comments: " Its source_id | or `a_b`:\\n   page:   of a page\\n At most 256 bytes.\\n" }
    location { path: [6, 0, 2, 0] leading_comments: " Every <change>.\\n" }
  }
}
"""


class ReferenceTest(unittest.TestCase):
    def setUp(self):
        self.page = reference.reference(text_format.Parse(FILE, descriptor_pb2.FileDescriptorSet()))

    def test_a_method_says_what_streams_and_leads_to_its_messages(self):
        self.assertIn("`rpc Watch(Note) returns (stream Note)`", self.page)
        self.assertIn("[Note](#note)", self.page)

    def test_a_comment_keeps_its_paragraphs_and_is_no_markup(self):
        self.assertIn("A note.\n\nShort.\n", self.page)
        self.assertIn("Every \\<change>.", self.page)

    def test_a_field_is_a_row_with_its_comment_in_one_cell(self):
        self.assertIn("| 1 | `id` | string | Its source\\_id \\| or `a_b`:<br>`page:   of a page`<br>At most 256 bytes. |", self.page)

    def test_types_are_named_as_they_are_written(self):
        self.assertIn("| 2 | `kinds` | repeated [Note.Kind](#notekind) |", self.page)
        self.assertIn("| 3 | `words` | map of string to uint32 |", self.page)
        self.assertIn("| 4 | `at` | `google.protobuf.Timestamp` | one of `when`.", self.page)
        self.assertNotIn("WordsEntry", self.page)
        self.assertIn("### Note.Kind", self.page)


if __name__ == "__main__":
    unittest.main()

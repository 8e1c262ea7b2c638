#ifndef FACTLINE_PROTOS_VOCAB_JSON_WRITER_H_
#define FACTLINE_PROTOS_VOCAB_JSON_WRITER_H_

#include <string>
#include <string_view>
#include <vector>

namespace factline {

// Appends JSON to a string, members in the order of calls, text as UTF-8 with only quotes, backslashes and control
// characters escaped. The caller keeps calls balanced.
//   JsonWriter w(&out);
//   w.BeginObject(); w.Key("n"); w.Number(1); w.EndObject();   // {"n": 1}
class JsonWriter {
 public:
  explicit JsonWriter(std::string* out) : out_(*out) {}

  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }
  void Key(std::string_view key);
  void String(std::string_view text);  // UTF-8
  void Number(double number);          // whole numbers without a point; what JSON has no word for becomes null
  void Boolean(bool value);
  void Null();

  void Member(std::string_view key, std::string_view text) {
    Key(key);
    String(text);
  }
  void Member(std::string_view key, const std::vector<std::string>& texts);

 private:
  void Begin(char bracket);
  void End(char bracket);
  void Separate();

  std::string& out_;
  bool first_ = true;  // in the innermost object or array
  bool after_key_ = false;
};

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_JSON_WRITER_H_

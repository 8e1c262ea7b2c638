#ifndef FACTLINE_DEPLOY_FORMATS_OPEN_H_
#define FACTLINE_DEPLOY_FORMATS_OPEN_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "deploy/formats/byte_source.h"
#include "deploy/formats/record.h"

namespace factline::formats {

// "jsonl", "page" ...: what --input_format calls a format; and all of them, for an error's text.
std::optional<Format> FormatNamed(std::string_view name);
std::string FormatNames();

// What a file's name says: *.txt is a page, *.jsonl and *.ndjson are JSON lines, with .gz, .xz or .zst behind or
// without. nullopt: the content is to say.
std::optional<Format> FormatOfName(std::string_view file_name);

// Whether a file in a folder is one to read, by its name.
bool IsNewsFile(std::string_view file_name);

// The name without what it is compressed with.
std::string_view WithoutCompression(std::string_view file_name);

// What content with these first bytes is; nullopt if more of them are needed to tell. `is_all`: no more will come.
// Anything that is none of the others is a page.
std::optional<Format> FormatOfContent(std::string_view start, bool is_all);

// A reader of a file, compressed or not, which looks at the content where `format` does not say what it is. No byte is
// read before the first `Next`. It keeps `options`' bounds and fills in its defaults.
std::unique_ptr<RecordReader> OpenReader(std::unique_ptr<ByteSource> file, std::optional<Format> format,
                                         ReadOptions options);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_OPEN_H_

#ifndef FACTLINE_DEPLOY_FORMATS_TEST_UTIL_H_
#define FACTLINE_DEPLOY_FORMATS_TEST_UTIL_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/formats/byte_reader.h"
#include "deploy/formats/record.h"

namespace factline::formats {

std::string Gzip(std::string_view bytes);  // one member
std::string Xz(std::string_view bytes);
std::string Zstd(std::string_view bytes);

std::unique_ptr<ByteReader> ReaderOf(std::string bytes);

// What each record comes to, on a line: "PLACE article ID", "PLACE page ID", "PLACE withdraws ID", "PLACE !FIELD:
// MESSAGE".
std::string Brief(const Record& record);
std::vector<std::string> ReadAll(RecordReader& reader);

// The articles alone; any other record is a test's failure.
std::vector<v1::Article> ArticlesOf(RecordReader& reader);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_TEST_UTIL_H_

#ifndef FACTLINE_INGEST_PAGE_CAPTIONS_H_
#define FACTLINE_INGEST_PAGE_CAPTIONS_H_

#include <string_view>
#include <vector>

#include "protos/vocab/span.h"

namespace factline::page {

// A line that says by its own marks that it belongs to a picture: ▲…, 图为…, 上图：…, …摄, …供图.
bool IsCaptionLine(std::string_view line);

// Captions that stand inside a paragraph of unbroken web text, with their credits, in order:
// 图为…。某某网记者 王一 摄, a short phrase before …供图, 图片来源：….
std::vector<Span> FindInlineCaptions(std::string_view paragraph);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_CAPTIONS_H_

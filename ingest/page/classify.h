#ifndef FACTLINE_INGEST_PAGE_CLASSIFY_H_
#define FACTLINE_INGEST_PAGE_CLASSIFY_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "ingest/page/credits.h"
#include "ingest/page/joins.h"
#include "ingest/page/lead.h"
#include "ingest/page/lines.h"
#include "ingest/page/source_text.h"

namespace factline::page {

enum class LineKind {
  kParagraph,    // running text; may end in mid sentence where a column ends
  kHeading,      // short and without a sentence's end: kicker, headline, subhead, teaser or slogan
  kLabel,        // the name of a box: 数读, 核心提示, 领跑事迹：
  kBullet,       // a list item
  kByline,       // credits writers and says nothing else
  kPhotoCredit,  // credits a picture and says nothing else
  kCaption,      // belongs to a picture by its own marks
  kLeadOnly,     // a dateline for all that follows: 某某网消息：
  kGroupCredit,  // credits a group of articles
  kTail,         // editor's credit, source, notes on rights
  kFurniture,    // page number, date of issue, masthead, pointer to another page; what another block tells
};

struct Block {
  LineKind kind = LineKind::kParagraph;
  SourceText text;
  bool after_blank = false;
  bool firm_heading = false;  // marked or numbered as one: never a fragment
  uint32_t number = 0;        // of a numbered heading ("3 …"); 0 for others
  Credits credits;            // kByline, kPhotoCredit, kGroupCredit, kLeadOnly, kTail
  Lead lead;                  // kParagraph
};

// What each line is, seen alone and then beside its neighbours: an unfinished line that the next one goes on from is
// a paragraph, not a heading.
std::vector<Block> Classify(const std::vector<PageLine>& lines, const PageGrams& grams);

// A box's name without its brackets, bullets and colon.
SourceText LabelName(const SourceText& label);

// Whether a label's box sums the article up (核心提示, 阅读提示, 导读), rather than adding to it.
bool IsSummaryLabel(std::string_view label);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_CLASSIFY_H_

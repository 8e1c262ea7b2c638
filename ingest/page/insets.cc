#include "ingest/page/insets.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "ingest/page/code_points.h"

namespace factline::page {
namespace {

constexpr size_t kMaxPhotoNewsParagraphs = 4;
constexpr size_t kMaxPhotoNewsCodePoints = 700;
constexpr size_t kMaxBoxCodePoints = 320;  // of a box inside an article; what follows is the article again
constexpr size_t kMaxCaptionCodePoints = 160;
constexpr size_t kMaxBareCaptionCodePoints = 40;
constexpr size_t kMaxBoxKickerCodePoints = 12;
constexpr double kSummaryShare = 0.55;  // of a summary's words are on the page elsewhere
constexpr double kSummaryMargin = 0.2;

bool IsText(const Block& block) { return block.kind == LineKind::kParagraph || block.kind == LineKind::kBullet; }

bool IsAside(const Block& block) {
  return block.kind == LineKind::kCaption || block.kind == LineKind::kPhotoCredit || block.kind == LineKind::kFurniture;
}

class InsetFinder {
 public:
  InsetFinder(const std::vector<Block>& blocks, const PageGrams& grams, size_t max_insets)
      : blocks_(blocks), grams_(grams), max_insets_(max_insets) {
    insets_.taken.assign(blocks.size(), false);
  }

  Insets Run() && {
    for (size_t i = 0; i < blocks_.size() && insets_.drafts.size() < max_insets_; ++i) {
      if (blocks_[i].kind == LineKind::kLabel) TakeBox(i);
      below_text_ = below_text_ || (IsText(blocks_[i]) && !insets_.taken[i]);
      if (blocks_[i].kind == LineKind::kPhotoCredit) TakePhotoNews(i);
    }
    return std::move(insets_);
  }

 private:
  bool Free(size_t i) const { return i < blocks_.size() && !insets_.taken[i]; }

  void TakeBox(size_t label) {
    Draft box{.position = label, .headings = {LabelName(blocks_[label].text)}};
    if (SummaryStandsAbove(label)) {
      box.position = label - 1;
      Take(label - 1, &box);
    } else {
      size_t code_points = 0;
      for (size_t i = label + 1; Free(i) && IsText(blocks_[i]); ++i) {
        if (i > label + 1 && blocks_[i].kind != blocks_[label + 1].kind) break;
        code_points += CountCodePoints(blocks_[i].text.view());
        const bool only_one = IsSummaryLabel(blocks_[label].text.view());
        if (i > label + 1 && below_text_ && (only_one || code_points > kMaxBoxCodePoints)) break;
        Take(i, &box);
      }
    }
    if (box.paragraphs.empty()) return;
    insets_.taken[label] = true;
    TakeBoxKicker(label, &box);
    insets_.drafts.push_back(std::move(box));
  }

  // Whether the text of a summary's box was read before its label: it repeats what the page says elsewhere.
  bool SummaryStandsAbove(size_t label) const {
    if (label == 0 || !Free(label - 1) || blocks_[label - 1].kind != LineKind::kParagraph) return false;
    if (!IsSummaryLabel(blocks_[label].text.view())) return false;
    const double above = grams_.ShareRepeated(blocks_[label - 1].text.view());
    const bool text_below = Free(label + 1) && blocks_[label + 1].kind == LineKind::kParagraph;
    const double below = text_below ? grams_.ShareRepeated(blocks_[label + 1].text.view()) : 0;
    return above >= kSummaryShare && above > below + kSummaryMargin;
  }

  // The last of several headings right above a label, if it is short, names the box's column.
  void TakeBoxKicker(size_t label, Draft* box) {
    if (label < 2 || !Free(label - 1) || blocks_[label - 1].kind != LineKind::kHeading) return;
    if (blocks_[label - 2].kind != LineKind::kHeading) return;
    if (CountCodePoints(blocks_[label - 1].text.view()) > kMaxBoxKickerCodePoints) return;
    box->headings.insert(box->headings.begin(), blocks_[label - 1].text);
    insets_.taken[label - 1] = true;
  }

  void TakePhotoNews(size_t credit) {
    size_t first = credit, code_points = 0;
    while (first > 0 && Free(first - 1) && blocks_[first - 1].kind == LineKind::kParagraph &&
           credit - first < kMaxPhotoNewsParagraphs) {
      --first;
      code_points += CountCodePoints(blocks_[first].text.view());
      if (code_points > kMaxPhotoNewsCodePoints || blocks_[first].lead.begins_article) return;
    }
    if (first == credit || first == 0 || !Free(first - 1) || blocks_[first - 1].kind != LineKind::kHeading) return;
    size_t next = credit + 1;
    while (next < blocks_.size() && IsAside(blocks_[next])) ++next;
    if (next < blocks_.size() && blocks_[next].kind == LineKind::kByline) return;
    Draft news{.position = first - 1, .headings = {blocks_[first - 1].text}};
    insets_.taken[first - 1] = true;
    for (size_t i = first; i < credit; ++i) Take(i, &news);
    AddCredits(blocks_[credit].credits, &news);
    insets_.taken[credit] = true;
    insets_.drafts.push_back(std::move(news));
  }

  void Take(size_t i, Draft* draft) {
    draft->paragraphs.push_back({blocks_[i].text, blocks_[i].kind == LineKind::kBullet});
    insets_.taken[i] = true;
  }

  const std::vector<Block>& blocks_;
  const PageGrams& grams_;
  const size_t max_insets_;
  bool below_text_ = false;  // running text of some article stands above
  Insets insets_;
};

// Text and the credit under it, as one caption.
SourceText WithCredit(const SourceText& text, const SourceText& credit, TextArena* arena) {
  SourceTextBuilder builder;
  builder.Append(text);
  builder.AppendOurs("\n");
  builder.Append(credit);
  return std::move(builder).Finish(arena);
}

}  // namespace

Insets FindInsets(const std::vector<Block>& blocks, const PageGrams& grams, size_t max_insets) {
  return InsetFinder(blocks, grams, max_insets).Run();
}

void ResolveCaptions(std::vector<Block>* blocks, TextArena* arena) {
  for (size_t i = 1; i < blocks->size(); ++i) {
    Block& above = (*blocks)[i - 1];
    Block& credit = (*blocks)[i];
    if (credit.kind != LineKind::kPhotoCredit || credit.after_blank || above.kind != LineKind::kParagraph) continue;
    if (CountCodePoints(above.text.view()) > kMaxCaptionCodePoints) continue;
    above.kind = LineKind::kCaption;
    above.text = WithCredit(above.text, credit.text, arena);
    credit.kind = LineKind::kFurniture;
  }
  size_t gap_begin = blocks->size();  // behind the last heading, with nothing but text and captions since
  for (size_t i = 0; i < blocks->size(); ++i) {
    const Block& block = (*blocks)[i];
    if (block.kind == LineKind::kHeading) gap_begin = i + 1;
    if (block.kind == LineKind::kByline && gap_begin < i) {
      for (size_t k = gap_begin; k < i; ++k) {
        Block& text = (*blocks)[k];
        if (text.kind == LineKind::kParagraph && CountCodePoints(text.text.view()) <= kMaxBareCaptionCodePoints) {
          text.kind = LineKind::kCaption;
        }
      }
    }
    const bool in_gap = block.kind == LineKind::kHeading || block.kind == LineKind::kParagraph || IsAside(block);
    if (!in_gap) gap_begin = blocks->size();
  }
}

}  // namespace factline::page

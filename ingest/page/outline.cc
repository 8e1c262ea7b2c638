#include "ingest/page/outline.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "ingest/page/bigrams.h"
#include "ingest/page/code_points.h"
#include "ingest/page/joins.h"

namespace factline::page {
namespace {

constexpr size_t kMinSeries = 3;          // numbered headings that make a series of articles
constexpr size_t kMinHalfCodePoints = 4;  // of either part of a headline with a blank inside
constexpr size_t kMaxRoundupCodePoints = 7;
constexpr uint32_t kLog2HeadlineBits = 10;
constexpr uint32_t kLog2ArticleBits = 15;
// Measured on newspaper pages: a section shares 16 to 44 % of its pairs with its own article's text before it, and
// mostly below 12 % with another's.
constexpr size_t kMinComparedCodePoints = 500;
constexpr double kSameTopic = 0.24;
constexpr double kOtherTopic = 0.045;
constexpr double kOtherShortItem = 0.08;  // the like of kOtherTopic, where one word is several hundredths
constexpr size_t kNameCodePoints = 4;
constexpr size_t kMinHeadlineCodePoints = 9;
constexpr size_t kMaxMovedCaptions = 64;
constexpr size_t kMaxMovedCaptionCodePoints = 40;
constexpr double kMinCaptionShare = 0.12;
constexpr size_t kMaxHeadings = 16;  // above one article; those before them are a table of contents

// 国内简讯: a column of short items; also as the first part of a heading, 国内简讯 某地某事.
bool IsRoundup(std::string_view heading) {
  heading = heading.substr(0, std::min(heading.find(' '), heading.size()));
  constexpr std::array<std::string_view, 11> kWords = {"快讯", "简讯",   "短讯", "速览", "速递", "要闻",
                                                       "短波", "一句话", "资讯", "播报", "集萃"};
  return CountCodePoints(heading) <= kMaxRoundupCodePoints && std::any_of(kWords.begin(), kWords.end(), [&](auto word) {
           return heading.find(word) != std::string_view::npos;
         });
}

// Two clauses with a blank between: how headlines, but not subheads, are set.
bool HasTwoParts(std::string_view heading) {
  size_t blank = heading.find(' ');
  if (blank == std::string_view::npos) blank = heading.find("　");
  if (blank == std::string_view::npos) return false;
  const std::string_view second = TrimBlank(heading.substr(blank));
  return !IsAsciiLetter(DecodeUtf8Before(heading, blank).value) && !IsAsciiLetter(DecodeUtf8(second, 0).value) &&
         CountCodePoints(heading.substr(0, blank)) >= kMinHalfCodePoints &&
         CountCodePoints(second) >= kMinHalfCodePoints;
}

// ▲ and the like show which way the picture lies.
bool IsPointer(char32_t c) { return c >= 0x25A0 && c <= 0x25FF; }

class Outliner {
 public:
  Outliner(const std::vector<Block>& blocks, Insets insets, size_t max_articles)
      : blocks_(blocks), insets_(std::move(insets)), max_articles_(max_articles) {
    const auto numbered = std::count_if(blocks.begin(), blocks.end(), [](const Block& b) { return b.number > 0; });
    has_series_ = numbered >= static_cast<ptrdiff_t>(kMinSeries);
  }

  std::vector<Draft> Run() && {
    for (size_t i = 0; i < blocks_.size(); ++i) {
      if (!insets_.taken[i]) Visit(i);
    }
    if (current() != nullptr) TakePending(current());
    for (Draft& draft : insets_.drafts) drafts_.push_back(std::move(draft));
    std::stable_sort(drafts_.begin(), drafts_.end(),
                     [](const Draft& a, const Draft& b) { return a.position < b.position; });
    if (current() != nullptr) TakePending(current());  // on a page of boxes only
    ShareGroupCredits();
    MoveSeriesCaptions();
    return std::move(drafts_);
  }

 private:
  Draft* current() { return drafts_.empty() ? nullptr : &drafts_.back(); }

  void Visit(size_t i) {
    const Block& block = blocks_[i];
    switch (block.kind) {
      case LineKind::kFurniture:
        return;
      case LineKind::kLabel:
        ahead_.subheads.push_back(block.text);
        return;
      case LineKind::kTail:
        return Credit(block.credits);
      case LineKind::kGroupCredit:
        group_credits_ = block.credits;
        return;
      case LineKind::kCaption:
      case LineKind::kPhotoCredit:
        return AddCaption(block);
      case LineKind::kHeading:
        return AddHeading(i);
      case LineKind::kLeadOnly:
        return OpenList(i);
      case LineKind::kByline:
        return AddByline(i);
      case LineKind::kParagraph:
      case LineKind::kBullet:
        return AddParagraph(i);
    }
  }

  // Whether what stands here is said of an article whose text is yet to come.
  bool Ahead() { return current() == nullptr || !pending_.empty(); }

  void Credit(const Credits& credits) { AddCredits(credits, Ahead() ? &ahead_ : current()); }

  void AddCaption(const Block& block) {
    std::string_view text = block.text.view();
    while (!text.empty() && IsPointer(DecodeUtf8(text, 0).value))
      text = TrimBlank(text.substr(DecodeUtf8(text, 0).size_bytes));
    (Ahead() ? ahead_ : *current()).captions.emplace_back(text);
  }

  void AddHeading(size_t i) {
    if (pending_.empty()) pending_position_ = i;
    pending_.push_back(&blocks_[i]);
  }

  // 某某网消息： with nothing behind it speaks for the items that follow.
  void OpenList(size_t i) {
    list_outlet_ = blocks_[i].credits.outlet;
    size_t next = i + 1;
    while (next < blocks_.size() && blocks_[next].kind == LineKind::kFurniture) ++next;
    if (next < blocks_.size() && blocks_[next].kind == LineKind::kHeading) in_list_ = true;
  }

  void AddByline(size_t i) {
    if (!pending_.empty() || current() == nullptr) {
      Open(i);
    } else if (!current()->byline.empty() && !current()->paragraphs.empty() && TextFollows(i)) {
      Open(i);
    }
    Credit(blocks_[i].credits);
  }

  bool TextFollows(size_t i) const {
    do ++i;
    while (i < blocks_.size() && blocks_[i].kind == LineKind::kFurniture);
    return i < blocks_.size() && blocks_[i].kind == LineKind::kParagraph;
  }

  void AddParagraph(size_t i) {
    const Block& block = blocks_[i];
    if (Opens(block)) Open(i);
    const bool section = !pending_.empty();
    TakePending(current());
    const bool begins = section || current()->paragraphs.empty() || block.kind == LineKind::kBullet;
    current()->paragraphs.push_back({block.text, begins});
    current_text_ = block.text.view();
    article_pairs_.Add(current_text_);
    article_code_points_ += CountCodePoints(current_text_);
  }

  // Whether the running text `block`, with the headings above it, begins an article.
  bool Opens(const Block& block) {
    if (current() == nullptr) {
      BeginsList();
      return true;
    }
    if (drafts_.size() >= max_articles_) return false;
    if (block.lead.begins_article && (!pending_.empty() || !current()->paragraphs.empty())) return true;
    if (pending_.empty()) return false;
    if (in_list_ || BeginsList()) return true;
    if (has_series_ && (pending_.back()->number > 0 || current()->number > 0)) return true;
    if (pending_.size() >= 2) return true;
    return SingleHeadingOpens(*pending_.front());
  }

  // A column of short items begins: every heading from here on opens one.
  bool BeginsList() {
    if (pending_.empty() || !IsRoundup(pending_.front()->text.view())) return false;
    in_list_ = true;
    return true;
  }

  // One heading inside running text is a subhead, unless it is set as headlines are or other words follow it. Lines
  // without empty lines between them are one article's.
  bool SingleHeadingOpens(const Block& heading) const {
    if (!heading.after_blank) return false;
    if (article_code_points_ < kMinComparedCodePoints && NamesAnother(heading)) return true;
    const double share =
        article_code_points_ >= kMinComparedCodePoints ? article_pairs_.Share(SectionBelow(heading)) : -1;
    if (HasTwoParts(heading.text.view())) return share < kSameTopic;
    return share >= 0 && share < kOtherTopic && EndsSentence(current_text_);
  }

  // Of short items, whose words are too few to compare: the heading and the text below it begin with one name, of
  // which nothing stands above, nor of anything else in the heading; and the text has next to nothing of it.
  bool NamesAnother(const Block& heading) const {
    const std::string_view text = heading.text.view(), section = SectionBelow(heading);
    const std::string_view name = FirstCodePoints(text, kNameCodePoints);
    for (size_t pos = 0; pos < name.size(); pos += DecodeUtf8(name, pos).size_bytes) {
      if (!IsHan(DecodeUtf8(name, pos).value)) return false;
    }
    return CountCodePoints(text) >= kMinHeadlineCodePoints && section.starts_with(name) &&
           EndsSentence(current_text_) && article_pairs_.Share(text) == 0 &&
           article_pairs_.Share(section) < kOtherShortItem;
  }

  // The first paragraph below a heading.
  std::string_view SectionBelow(const Block& heading) const {
    for (const Block* block = &heading + 1; block < blocks_.data() + blocks_.size(); ++block) {
      if (block->kind == LineKind::kParagraph) return block->text.view();
      if (block->kind == LineKind::kHeading) break;
    }
    return {};
  }

  void Open(size_t i) {
    if (!drafts_.empty() && drafts_.size() >= max_articles_) return;
    Draft draft{.position = pending_.empty() ? i : pending_position_};
    const size_t contents = pending_.size() - std::min(pending_.size(), kMaxHeadings);
    for (size_t k = 0; k < contents; ++k) draft.subheads.push_back(pending_[k]->text);
    pending_.erase(pending_.begin(), pending_.begin() + contents);
    for (const Block* heading : pending_) {
      const size_t part = heading->text.view().find(' ');
      if (in_list_ && part != std::string_view::npos && IsRoundup(heading->text.view())) {
        draft.headings.push_back(heading->text.Sub(0, part));
        draft.headings.push_back(heading->text.From(part).Trimmed());
      } else {
        draft.headings.push_back(heading->text);
      }
      if (has_series_) draft.number = std::max(draft.number, heading->number);
    }
    if (draft.number > 0) MakeSeriesHeadings(&draft);
    if (in_list_) draft.outlet = list_outlet_;
    if (draft.outlet.empty() && drafts_.empty()) draft.outlet = list_outlet_;
    pending_.clear();
    TakePending(&draft);
    article_pairs_ = BigramSet(kLog2ArticleBits);
    article_code_points_ = 0;
    drafts_.push_back(std::move(draft));
  }

  // In a numbered series the numbered heading is the headline; one beside it stands over the whole series.
  void MakeSeriesHeadings(Draft* draft) {
    draft->headings.clear();
    for (const Block* heading : pending_) {
      if (heading->number == 0) {
        if (!series_heading_.empty()) draft->subheads.push_back(series_heading_);
        series_heading_ = heading->text;
      } else {
        if (!draft->headings.empty()) draft->subheads.push_back(draft->headings[0]);
        draft->headings = {heading->text};
      }
    }
  }

  // What stands above the text and opened no article is that article's all the same.
  void TakePending(Draft* draft) {
    for (const Block* heading : pending_) ahead_.subheads.push_back(heading->text);
    pending_.clear();
    MoveRest(&ahead_, draft);
  }

  void ShareGroupCredits() {
    const bool series = std::any_of(drafts_.begin(), drafts_.end(), [](const Draft& d) { return d.number > 0; });
    for (Draft& draft : drafts_) {
      if (draft.number > 0 && !series_heading_.empty()) draft.headings.insert(draft.headings.begin(), series_heading_);
      if ((series && draft.number == 0) || !draft.byline.empty()) continue;
      draft.byline = group_credits_.people;
      if (draft.outlet.empty()) draft.outlet = group_credits_.outlet;
    }
  }

  // The pictures of a series often stand together above it: each goes to the article whose headline names what it
  // shows.
  void MoveSeriesCaptions() {
    if (series_heading_.empty()) return;
    for (const Draft& draft : drafts_) {
      headline_pairs_.emplace_back(kLog2HeadlineBits);
      if (draft.number > 0 && !draft.headings.empty()) headline_pairs_.back().Add(draft.headings.back().view());
    }
    for (Draft& from : drafts_) {
      std::vector<std::string> kept;
      for (std::string& caption : from.captions) {
        Draft* to = captions_moved_ < kMaxMovedCaptions ? SeriesDraftFor(caption) : nullptr;
        (to == nullptr || to == &from ? kept : to->captions).push_back(std::move(caption));
      }
      from.captions = std::move(kept);
    }
  }

  Draft* SeriesDraftFor(std::string_view caption) {
    ++captions_moved_;
    if (CountCodePoints(caption) > kMaxMovedCaptionCodePoints) return nullptr;
    Draft* best = nullptr;
    double best_share = kMinCaptionShare;
    for (size_t i = 0; i < drafts_.size(); ++i) {
      const double share = headline_pairs_[i].Share(caption);
      if (share <= best_share) continue;
      best_share = share;
      best = &drafts_[i];
    }
    return best;
  }

  const std::vector<Block>& blocks_;
  BigramSet article_pairs_{kLog2ArticleBits};  // of the current article
  size_t article_code_points_ = 0;
  std::string_view current_text_;  // its last paragraph
  size_t captions_moved_ = 0;
  std::vector<BigramSet> headline_pairs_;  // per draft; empty sets for those of no series
  Insets insets_;
  const size_t max_articles_;
  bool has_series_ = false;
  bool in_list_ = false;
  std::string list_outlet_;
  SourceText series_heading_;
  Credits group_credits_;
  std::vector<const Block*> pending_;  // headings since the last running text
  size_t pending_position_ = 0;
  Draft ahead_;  // captions, credits and names of boxes without text, before the text they belong to
  std::vector<Draft> drafts_;
};

}  // namespace

std::vector<Draft> Outline(const std::vector<Block>& blocks, Insets insets, size_t max_articles) {
  return Outliner(blocks, std::move(insets), max_articles).Run();
}

}  // namespace factline::page

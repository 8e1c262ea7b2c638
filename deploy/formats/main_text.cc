#include "deploy/formats/main_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "deploy/formats/fields.h"
#include "deploy/formats/markup.h"
#include "protos/vocab/utf8.h"

namespace factline::formats {
namespace {

constexpr size_t kMinParagraphColumns = 25;
constexpr int kScoredAncestors = 5;

template <size_t N>
bool IsOneOf(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 9> kNoTextElements = {"nav",    "aside",  "footer", "form",  "menu",
                                                             "dialog", "figure", "label",  "legend"};
constexpr std::array<std::string_view, 9> kNoTextRoles = {
    "navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu", "menubar", "alertdialog"};
constexpr std::array<std::string_view, 44> kUnlikelyWords = {
    "ad",         "ads",       "advert",     "advertisement", "banner",    "breadcrumb", "breadcrumbs", "caption",
    "comment",    "comments",  "consent",    "cookie",        "copyright", "disclaimer", "disqus",      "footer",
    "hidden",     "login",     "menu",       "modal",         "nav",       "navbar",     "navigation",  "newsletter",
    "outbrain",   "pager",     "pagination", "paywall",       "popup",     "promo",      "recommend",   "recommended",
    "recommends", "related",   "share",      "sharing",       "sidebar",   "signup",     "social",      "sponsor",
    "sponsored",  "subscribe", "taboola",    "toolbar"};
constexpr std::array<std::string_view, 10> kLikelyWords = {"article", "body", "content", "entry", "main",
                                                           "page",    "post", "text",    "blog",  "story"};

bool IsWide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE4F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0x20000 && c <= 0x3FFFD);
}

bool IsComma(char32_t c) { return c == ',' || c == U'，' || c == U'、' || c == U'；' || c == U'،'; }

struct Measure {
  size_t columns = 0, commas = 0;
};

Measure MeasureOf(std::string_view text) {
  Measure measure;
  bool blank = true;
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    pos += c.size_bytes;
    const bool is_blank = c.value <= 0x20 || c.value == 0xA0 || c.value == 0x3000;
    if (!is_blank || !blank) measure.columns += IsWide(c.value) ? 2 : 1;
    if (IsComma(c.value)) ++measure.commas;
    blank = is_blank;
  }
  return measure;
}

// The words of class and id, in lower case: "relatedLinks top-ad" -> related, links, top, ad.
std::vector<std::string> WordsOf(const xmlNode* node) {
  std::vector<std::string> words;
  bool joined = false;
  bool was_lower = false;
  for (const char c : AttributeOf(node, "class") + " " + AttributeOf(node, "id")) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool letter = upper || (c >= 'a' && c <= 'z');
    if (letter && (!joined || (upper && was_lower))) words.emplace_back();
    if (letter) words.back() += static_cast<char>(upper ? c - 'A' + 'a' : c);
    joined = letter;
    was_lower = letter && !upper;
  }
  return words;
}

int ClassWeight(const xmlNode* node) {
  int weight = 0;
  const std::vector<std::string> words = WordsOf(node);
  if (std::any_of(words.begin(), words.end(), [](const auto& w) { return IsOneOf(kLikelyWords, w); })) weight += 25;
  if (std::any_of(words.begin(), words.end(), [](const auto& w) { return IsOneOf(kUnlikelyWords, w); })) weight -= 25;
  return weight;
}

bool IsHidden(const xmlNode* node) {
  if (HasAttribute(node, "hidden") || AttributeOf(node, "aria-hidden") == "true") return true;
  std::string style = AttributeOf(node, "style");
  style.erase(std::remove(style.begin(), style.end(), ' '), style.end());
  return style.find("display:none") != std::string::npos;
}

bool IsWithin(const xmlNode* node, std::string_view name) {
  for (node = node->parent; node != nullptr; node = node->parent) {
    if (IsElement(node, name)) return true;
  }
  return false;
}

// Text beneath each element, all of it and that in links, as the tree was when it was made.
class Tallies {
 public:
  struct Tally {
    size_t columns = 0, link_columns = 0;
  };

  explicit Tallies(const xmlNode* root) {
    std::vector<Tally> open;  // of the elements around the node
    int links = 0;
    Walk(
        root,
        [&](const xmlNode* node) {
          const std::string_view text = TextOf(node);
          if (!text.empty() && !open.empty()) {
            const size_t columns = MeasureOf(text).columns;
            open.back().columns += columns;
            if (links > 0) open.back().link_columns += columns;
          }
          if (IsElement(node)) open.emplace_back();
          if (IsElement(node, "a")) ++links;
          return true;
        },
        [&](const xmlNode* node) {
          if (!IsElement(node)) return;
          if (NameOf(node) == "a") --links;
          const Tally tally = open.back();
          open.pop_back();
          if (tally.columns > 0) tallies_.emplace(node, tally);
          if (open.empty()) return;
          open.back().columns += tally.columns;
          open.back().link_columns += tally.link_columns;
        });
  }

  Tally Of(const xmlNode* node) const {
    const auto found = tallies_.find(node);
    return found == tallies_.end() ? Tally() : found->second;
  }
  double LinkDensity(const xmlNode* node) const {
    const Tally tally = Of(node);
    return tally.columns == 0 ? 0 : static_cast<double>(tally.link_columns) / static_cast<double>(tally.columns);
  }

 private:
  std::unordered_map<const xmlNode*, Tally> tallies_;
};

bool IsBoilerplate(const xmlNode* node, const Tallies& tallies, size_t page_columns) {
  if (node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE) return true;
  if (!IsElement(node)) return false;
  const std::string_view name = NameOf(node);
  if (name == "html" || name == "body" || name == "article" || name == "main") return false;
  if (IsUnread(name) || IsOneOf(kNoTextElements, name)) return true;
  if (name == "header") return !IsWithin(node, "article") && !IsWithin(node, "main");
  if (IsHidden(node) || IsOneOf(kNoTextRoles, AttributeOf(node, "role"))) return true;
  // A word in a name may mean anything where it is that of the whole page: "has-sidebar".
  if (tallies.Of(node).columns * 2 > page_columns) return false;
  const std::vector<std::string> words = WordsOf(node);
  return std::any_of(words.begin(), words.end(), [](const auto& word) { return IsOneOf(kUnlikelyWords, word); });
}

void TakeOut(xmlNode* node) {
  xmlUnlinkNode(node);
  xmlFreeNode(node);
}

void TakeOutBoilerplate(xmlNode* root) {
  const Tallies tallies(root);
  const size_t page_columns = tallies.Of(root).columns;
  for (xmlNode* node = NextNode(root, root); node != nullptr;) {
    if (!IsBoilerplate(node, tallies, page_columns)) {
      node = NextNode(node, root);
      continue;
    }
    xmlNode* next = NextNode(node, root, /*skip_children=*/true);
    TakeOut(node);
    node = next;
  }
}

bool HoldsParagraphs(std::string_view name) {
  return name == "div" || name == "section" || name == "article" || name == "main" || name == "td" ||
         name == "blockquote" || name == "pre" || name == "body";
}

// The text of an element that stands in no block within it; sets `is_all` to whether that is all of its text.
std::string OwnText(const xmlNode* node, bool* is_all) {
  *is_all = true;
  std::string text;
  for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
    const bool is_block = IsElement(child) && IsBlock(NameOf(child)) && NameOf(child) != "br";
    *is_all = *is_all && !is_block;
    if (!is_block) text += PlainText(child) + " ";
  }
  return text;
}

double StartScore(const xmlNode* node) {
  const std::string_view name = NameOf(node);
  double score = ClassWeight(node);
  if (name == "div" || name == "article" || name == "main") score += 5;
  if (name == "pre" || name == "td" || name == "blockquote") score += 3;
  if (name == "address" || name == "ol" || name == "ul" || name == "dl" || name == "dd" || name == "dt" ||
      name == "li") {
    score -= 3;
  }
  if (name == "th" || (name.size() == 2 && name[0] == 'h')) score -= 5;
  return score;
}

class Scores {
 public:
  Scores(xmlNode* root, const Tallies& tallies) {
    for (xmlNode* node = root; node != nullptr; node = NextNode(node, root)) {
      if (!IsElement(node) || node == root) continue;
      if (NameOf(node) == "p") {
        AddPoints(PlainText(node), node->parent);
      } else if (HoldsParagraphs(NameOf(node))) {
        bool is_paragraph = false;
        const std::string text = OwnText(node, &is_paragraph);
        AddPoints(text, is_paragraph ? node->parent : node);
      }
    }
    for (auto& [node, score] : scores_) score *= 1 - tallies.LinkDensity(node);
  }

  double Of(const xmlNode* node) const {
    const auto found = scores_.find(node);
    return found == scores_.end() ? 0 : found->second;
  }

  // The best one; null if no paragraph gave any points.
  const xmlNode* Best(const xmlNode* root) const {
    const xmlNode* best = nullptr;
    // In the document's order, so that of equals it is the first.
    for (auto* node = const_cast<xmlNode*>(root); node != nullptr; node = NextNode(node, root)) {
      if (scores_.contains(node) && (best == nullptr || Of(node) > Of(best))) best = node;
    }
    return best;
  }

 private:
  // Of a paragraph to what it is in, from `up` on.
  void AddPoints(std::string_view paragraph, const xmlNode* up) {
    const Measure measure = MeasureOf(paragraph);
    if (measure.columns < kMinParagraphColumns) return;
    const double points = 1 + static_cast<double>(measure.commas) + std::min<double>(measure.columns / 100, 3);
    int level = 0;
    for (; up != nullptr && level < kScoredAncestors; up = up->parent, ++level) {
      if (!IsElement(up) || NameOf(up) == "html") break;
      const auto [score, is_new] = scores_.try_emplace(up, 0);
      if (is_new) score->second = StartScore(up);
      score->second += level == 0 ? points : level == 1 ? points / 2 : points / (level * 3);
    }
  }

  std::unordered_map<const xmlNode*, double> scores_;
};

// The best element may be one part of a text that goes on beside it.
const xmlNode* Climbed(const xmlNode* best, const Scores& scores) {
  double last = scores.Of(best);
  for (const xmlNode* up = best->parent; up != nullptr && IsElement(up) && NameOf(up) != "body"; up = up->parent) {
    const double score = scores.Of(up);
    if (score < last / 3) break;
    if (score > last) return up;
    last = score;
  }
  return best;
}

bool EndsSentence(std::string_view text) {
  for (std::string_view end : {".", "!", "?", "。", "！", "？", "”", "\""}) {
    if (text.ends_with(end)) return true;
  }
  return false;
}

// The best element with those of its siblings that read alike, in order.
std::vector<const xmlNode*> WithSiblings(const xmlNode* best, const Scores& scores, const Tallies& tallies) {
  std::vector<const xmlNode*> parts;
  const double threshold = std::max(10.0, scores.Of(best) * 0.2);
  const std::string class_of_best = AttributeOf(best, "class");
  const xmlNode* first = best->parent == nullptr ? best : best->parent->children;
  for (const xmlNode* node = first; node != nullptr; node = node->next) {
    if (!IsElement(node)) continue;
    const bool same_class = !class_of_best.empty() && AttributeOf(node, "class") == class_of_best;
    bool take = node == best || scores.Of(node) + (same_class ? scores.Of(best) * 0.2 : 0) >= threshold;
    if (!take && NameOf(node) == "p") {
      const size_t columns = tallies.Of(node).columns;
      const double links = tallies.LinkDensity(node);
      take = columns > 80 ? links < 0.25 : columns > 0 && links == 0 && EndsSentence(PlainText(node));
    }
    if (take) parts.push_back(node);
  }
  return parts;
}

std::vector<const xmlNode*> SaidToBeBody(xmlNode* root) {
  std::vector<const xmlNode*> parts;
  for (xmlNode* node = root; node != nullptr;) {
    const bool is_body = IsElement(node) && AttributeOf(node, "itemprop") == "articleBody";
    if (is_body) parts.push_back(node);
    node = NextNode(node, root, is_body);
  }
  return parts;
}

bool IsHeading(const xmlNode* node) {
  const std::string_view name = NameOf(node);
  return name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
}

// Lists and cells that are mostly links, and headings with nothing behind them, are no part of a text.
void TakeOutTeasers(const std::vector<const xmlNode*>& parts, const Tallies& tallies) {
  for (const xmlNode* part : parts) {
    auto* root = const_cast<xmlNode*>(part);
    for (xmlNode* node = NextNode(root, root); node != nullptr;) {
      const bool is_block = IsElement(node) && IsBlock(NameOf(node)) && NameOf(node) != "br";
      const Tallies::Tally tally = tallies.Of(node);
      const bool is_teaser = is_block && tally.link_columns * 2 > tally.columns;
      xmlNode* next = NextNode(node, root, is_teaser);
      if (is_teaser) TakeOut(node);
      node = next;
    }
  }
}

std::string TextOfParts(const std::vector<const xmlNode*>& parts, std::string_view title) {
  std::string text;
  size_t end_of_text = 0;  // behind the last line that is no heading
  const auto add_line = [&](std::string_view line, bool is_heading) {
    if (line.empty() || line == title) return;
    if (!text.empty()) text += '\n';
    text += line;
    if (!is_heading) end_of_text = text.size();
  };
  std::string line;
  const auto flush = [&](bool is_heading) {
    add_line(OneLine(line), is_heading);
    line.clear();
  };
  for (const xmlNode* part : parts) {
    int headings = 0;
    Walk(
        part,
        [&](const xmlNode* node) {
          if (IsElement(node) && IsBlock(NameOf(node))) flush(headings > 0);
          if (IsElement(node) && IsHeading(node)) ++headings;
          line += TextOf(node);
          return true;
        },
        [&](const xmlNode* node) {
          if (!IsElement(node) || !IsBlock(NameOf(node))) return;
          flush(headings > 0);
          if (IsHeading(node)) --headings;
        });
    flush(false);
  }
  text.resize(end_of_text);
  return text;
}

}  // namespace

size_t Columns(std::string_view text) { return MeasureOf(text).columns; }

std::string MainText(xmlDoc* document, std::string_view title) {
  xmlNode* root = xmlDocGetRootElement(document);
  if (root == nullptr) return "";
  TakeOutBoilerplate(root);
  const Tallies tallies(root);
  std::vector<const xmlNode*> parts = SaidToBeBody(root);
  if (parts.empty()) {
    const Scores scores(root, tallies);
    const xmlNode* best = scores.Best(root);
    if (best == nullptr) return "";
    parts = WithSiblings(Climbed(best, scores), scores, tallies);
  }
  TakeOutTeasers(parts, tallies);
  return TextOfParts(parts, title);
}

}  // namespace factline::formats

#include "indexer/text/value_context.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace factline::text {
namespace {

bool Among(char32_t cp, std::u32string_view set) { return cp != 0 && set.find(cp) != std::u32string_view::npos; }

struct ComparatorWord {
  std::u32string_view word;
  Comparator comparator;
  std::u32string_view not_after = {};  // characters before it that make another word: 条约, 附近
};

// Longer words first where one ends in another.
constexpr ComparatorWord kBefore[] = {
    {U"不超过", Comparator::kAtMost},
    {U"不高于", Comparator::kAtMost},
    {U"不大于", Comparator::kAtMost},
    {U"不多于", Comparator::kAtMost},
    {U"至多", Comparator::kAtMost},
    {U"最多", Comparator::kAtMost},
    {U"≤", Comparator::kAtMost},
    {U"at most ", Comparator::kAtMost},
    {U"up to ", Comparator::kAtMost},
    {U"不少于", Comparator::kAtLeast},
    {U"不低于", Comparator::kAtLeast},
    {U"不小于", Comparator::kAtLeast},
    {U"不下", Comparator::kAtLeast},
    {U"至少", Comparator::kAtLeast},
    {U"起码", Comparator::kAtLeast},
    {U"≥", Comparator::kAtLeast},
    {U"at least ", Comparator::kAtLeast},
    {U"不足", Comparator::kLess},
    {U"不到", Comparator::kLess},
    {U"低于", Comparator::kLess},
    {U"少于", Comparator::kLess},
    {U"小于", Comparator::kLess},
    {U"未满", Comparator::kLess},
    {U"不满", Comparator::kLess},
    {U"<", Comparator::kLess},
    {U"less than ", Comparator::kLess},
    {U"fewer than ", Comparator::kLess},
    {U"under ", Comparator::kLess},
    {U"below ", Comparator::kLess},
    {U"超过", Comparator::kMore},
    {U"超出", Comparator::kMore},
    {U"突破", Comparator::kMore},
    {U"高于", Comparator::kMore},
    {U"大于", Comparator::kMore},
    {U"多于", Comparator::kMore},
    {U"不止", Comparator::kMore},
    {U"超", Comparator::kMore, U"赶反"},
    {U"逾", Comparator::kMore},
    {U">", Comparator::kMore},
    {U"more than ", Comparator::kMore},
    {U"over ", Comparator::kMore},
    {U"above ", Comparator::kMore},
    {U"exceeding ", Comparator::kMore},
    {U"大约", Comparator::kAbout},
    {U"约为", Comparator::kAbout},
    {U"约合", Comparator::kAbout},
    {U"约", Comparator::kAbout, U"条合节预签公契违邀制"},
    {U"大概", Comparator::kAbout},
    {U"将近", Comparator::kAbout},
    {U"接近", Comparator::kAbout},
    {U"近", Comparator::kAbout, U"附最靠邻亲远就"},
    {U"about ", Comparator::kAbout},
    {U"approximately ", Comparator::kAbout},
    {U"around ", Comparator::kAbout},
    {U"nearly ", Comparator::kAbout},
    {U"roughly ", Comparator::kAbout},
    {U"some ", Comparator::kAbout},
};

constexpr ComparatorWord kAfter[] = {
    {U"及以上", Comparator::kAtLeast},   {U"或以上", Comparator::kAtLeast},  {U"以上", Comparator::kAtLeast},
    {U"及以下", Comparator::kAtMost},    {U"以下", Comparator::kAtMost},     {U"以内", Comparator::kAtMost},
    {U"之内", Comparator::kAtMost},      {U"左右", Comparator::kAbout},      {U"上下", Comparator::kAbout},
    {U" or more", Comparator::kAtLeast}, {U" or less", Comparator::kAtMost},
};

struct ChangeWord {
  std::u32string_view word;
  Change change;
  bool takes_object = false;  // 降低能耗20%
};

constexpr ChangeWord kChanges[] = {
    {U"增长", Change::kIncrease},       {U"上升", Change::kIncrease},       {U"提高", Change::kIncrease, true},
    {U"提升", Change::kIncrease, true}, {U"增加", Change::kIncrease, true}, {U"上涨", Change::kIncrease},
    {U"上调", Change::kIncrease},       {U"增多", Change::kIncrease},       {U"新增", Change::kIncrease, true},
    {U"净增", Change::kIncrease},       {U"多增", Change::kIncrease},       {U"扩大", Change::kIncrease, true},
    {U"攀升", Change::kIncrease},       {U"增产", Change::kIncrease},       {U"增收", Change::kIncrease},
    {U"增重", Change::kIncrease},       {U"增效", Change::kIncrease},       {U"提速", Change::kIncrease},
    {U"提质", Change::kIncrease},       {U"延长", Change::kIncrease, true}, {U"回升", Change::kIncrease},
    {U"大增", Change::kIncrease},       {U"猛增", Change::kIncrease},       {U"激增", Change::kIncrease},
    {U"增幅", Change::kIncrease},       {U"涨幅", Change::kIncrease},       {U"升幅", Change::kIncrease},
    {U"增速", Change::kIncrease},       {U"下降", Change::kDecrease},       {U"减少", Change::kDecrease, true},
    {U"下滑", Change::kDecrease},       {U"降低", Change::kDecrease, true}, {U"下跌", Change::kDecrease},
    {U"下调", Change::kDecrease},       {U"回落", Change::kDecrease},       {U"缩短", Change::kDecrease, true},
    {U"缩减", Change::kDecrease, true}, {U"削减", Change::kDecrease, true}, {U"压减", Change::kDecrease, true},
    {U"收窄", Change::kDecrease},       {U"萎缩", Change::kDecrease},       {U"缩小", Change::kDecrease, true},
    {U"减重", Change::kDecrease},       {U"减排", Change::kDecrease},       {U"减产", Change::kDecrease},
    {U"减亏", Change::kDecrease},       {U"减薄", Change::kDecrease},       {U"减量", Change::kDecrease},
    {U"降本", Change::kDecrease},       {U"降耗", Change::kDecrease},       {U"降幅", Change::kDecrease},
    {U"跌幅", Change::kDecrease},       {U"减幅", Change::kDecrease},       {U"锐减", Change::kDecrease},
    {U"骤降", Change::kDecrease},       {U"少增", Change::kDecrease},       {U"增", Change::kIncrease},
    {U"涨", Change::kIncrease},         {U"升", Change::kIncrease},         {U"降", Change::kDecrease},
    {U"减", Change::kDecrease},         {U"跌", Change::kDecrease},
};

constexpr ChangeWord kEnglishChanges[] = {
    {U"increased", Change::kIncrease},   {U"increase of", Change::kIncrease}, {U"increases", Change::kIncrease},
    {U"rose", Change::kIncrease},        {U"risen", Change::kIncrease},       {U"rise of", Change::kIncrease},
    {U"grew", Change::kIncrease},        {U"grown", Change::kIncrease},       {U"growth of", Change::kIncrease},
    {U"gained", Change::kIncrease},      {U"climbed", Change::kIncrease},     {U"jumped", Change::kIncrease},
    {U"surged", Change::kIncrease},      {U"up", Change::kIncrease},          {U"fell", Change::kDecrease},
    {U"fallen", Change::kDecrease},      {U"dropped", Change::kDecrease},     {U"declined", Change::kDecrease},
    {U"decreased", Change::kDecrease},   {U"slipped", Change::kDecrease},     {U"down", Change::kDecrease},
    {U"decrease of", Change::kDecrease}, {U"decline of", Change::kDecrease},  {U"drop of", Change::kDecrease},
    {U"reduced", Change::kDecrease},     {U"soared", Change::kIncrease},      {U"expanded", Change::kIncrease},
    {U"rising", Change::kIncrease},      {U"growing", Change::kIncrease},     {U"advanced", Change::kIncrease},
    {U"raised", Change::kIncrease},      {U"slid", Change::kDecrease},        {U"shrank", Change::kDecrease},
    {U"plunged", Change::kDecrease},     {U"tumbled", Change::kDecrease},     {U"sank", Change::kDecrease},
    {U"falling", Change::kDecrease},     {U"lowered", Change::kDecrease},     {U"cut", Change::kDecrease},
};

constexpr ChangeWord kChangesAfter[] = {
    {U"的增长", Change::kIncrease}, {U"的增幅", Change::kIncrease},    {U"的涨幅", Change::kIncrease},
    {U"的提升", Change::kIncrease}, {U"的上涨", Change::kIncrease},    {U"的增速", Change::kIncrease},
    {U"的下降", Change::kDecrease}, {U"的降幅", Change::kDecrease},    {U"的跌幅", Change::kDecrease},
    {U"的下滑", Change::kDecrease}, {U" increase", Change::kIncrease}, {U" growth", Change::kIncrease},
    {U" rise", Change::kIncrease},  {U" decline", Change::kDecrease},  {U" decrease", Change::kDecrease},
    {U" drop", Change::kDecrease},
};

constexpr size_t kMaxObjectChars = 8;

// The last characters of a table's words, by a hash: most values stand behind none of them.
class LastChars {
 public:
  template <typename Table>
  constexpr explicit LastChars(const Table& table, std::u32string_view more = {}) {
    for (const auto& row : table) Add(row.word.back());
    for (const char32_t cp : more) Add(cp);
  }
  constexpr bool MayHave(char32_t cp) const { return bits_[BitOf(cp) / 64] >> (BitOf(cp) % 64) & 1; }

 private:
  static constexpr size_t BitOf(char32_t cp) { return (static_cast<uint32_t>(cp) * 0x9E3779B1u) >> 23; }
  constexpr void Add(char32_t cp) { bits_[BitOf(cp) / 64] |= uint64_t{1} << (BitOf(cp) % 64); }
  std::array<uint64_t, 512 / 64> bits_{};
};

constexpr LastChars kBeforeEnds(kBefore);
constexpr LastChars kChangeEnds(kChanges, U"为在到");  // and what may stand between 增幅 and its value

class Reader {
 public:
  Reader(const ValueChars& chars, size_t floor) : chars_(chars), floor_(floor) {}

  ValueContext Read(size_t begin, size_t end, bool percent) {
    out_.begin = begin;
    out_.end = end;
    ReadBefore();
    ReadAfter();
    if (!ReadChangeBefore() && !ReadChangeOverObject(percent)) ReadChangeAfter();
    if (out_.change != Change::kNone) TakeComparison();
    return out_;
  }

 private:
  // `word` ends at `end`, not before the floor.
  bool EndsAt(size_t end, std::u32string_view word) const {
    return end >= floor_ + word.size() && chars_.Ends(end, word);
  }

  void ReadBefore() {
    const size_t at = chars_[out_.begin - 1] == ' ' && out_.begin > 0 ? out_.begin : chars_.SkipBlanksBack(out_.begin);
    const size_t han_end = chars_.SkipBlanksBack(at);
    if (!kBeforeEnds.MayHave(chars_.Before(at)) && !kBeforeEnds.MayHave(chars_.Before(han_end))) return;
    for (const ComparatorWord& word : kBefore) {
      const bool english = word.word.back() == ' ';
      const size_t end = english ? at : han_end;
      if (!EndsAt(end, word.word)) continue;
      const size_t begin = end - word.word.size();
      const char32_t before = begin > floor_ ? chars_.Before(begin) : 0;
      if (before != 0 && word.not_after.find(before) != std::u32string_view::npos) continue;
      if (english && begin > 0 && chars_.Is(begin - 1, CharClass::kLetter)) continue;
      out_.begin = begin;
      out_.comparator = word.comparator;
      return;
    }
  }

  void ReadAfter() {
    if (!Among(chars_[out_.end], U"及或以之左上 ")) return;  // the first characters of all of them
    for (const ComparatorWord& word : kAfter) {
      if (!chars_.Starts(out_.end, word.word)) continue;
      out_.end += word.word.size();
      if (out_.comparator == Comparator::kEqual) out_.comparator = word.comparator;
      return;
    }
  }

  // Past 了 and 达, which stand between a verb of change and its measure.
  size_t SkipParticles(size_t end) const {
    for (const std::u32string_view particle : {U"了", U"高达", U"达", U"幅度"}) {
      if (EndsAt(end, particle)) return end - particle.size();
    }
    return end;
  }

  bool ReadChangeBefore() {
    const size_t end = chars_.SkipBlanksBack(SkipParticles(chars_.SkipBlanksBack(out_.begin)));
    if (!kChangeEnds.MayHave(chars_.Before(end))) return ReadMoreThan(end) || ReadEnglishChange(end);
    for (const ChangeWord& word : kChanges) {
      // 转增 gives shares, and makes nothing grow.
      if (EndsAt(end, word.word) && !EndsAt(end, U"转增")) return SetChange(end - word.word.size(), word.change);
      // 增幅为12%, 降幅达到3%: a noun that names the change, so that its verb tells no level.
      if (word.word.size() < 2 || word.word[1] != U'幅') continue;
      for (const std::u32string_view to : {U"为", U"在", U"达到"}) {
        if (EndsAt(end, to) && EndsAt(end - to.size(), word.word)) {
          return SetChange(end - to.size() - word.word.size(), word.change);
        }
      }
    }
    return ReadMoreThan(end) || ReadEnglishChange(end);
  }

  // 比上年同期多[3亿元], 较去年少[2家].
  bool ReadMoreThan(size_t end) {
    const bool more = EndsAt(end, U"多");
    if (!more && !EndsAt(end, U"少")) return false;
    constexpr size_t kMaxChars = 12;
    // What it is compared with is often a value itself: looked at beyond the floor, but not taken.
    for (size_t at = end - 1; at > 0 && end - at <= kMaxChars; --at) {
      if (chars_.Is(at - 1, CharClass::kPunctuation) || chars_.Is(at - 1, CharClass::kBlank)) return false;
      if (chars_[at - 1] == U'比' || chars_[at - 1] == U'较') {
        return SetChange(end - 1, more ? Change::kIncrease : Change::kDecrease);
      }
    }
    return false;
  }

  bool ReadEnglishChange(size_t end) {
    if (EndsAt(end, U" by")) end -= 3;
    if (!chars_.Is(end - 1, CharClass::kLetter)) return false;
    for (const ChangeWord& word : kEnglishChanges) {
      if (!EndsAt(end, word.word)) continue;
      const size_t begin = end - word.word.size();
      if (begin > 0 && chars_.Is(begin - 1, CharClass::kLetter)) continue;
      return SetChange(begin, word.change);
    }
    return false;
  }

  // Verb, then up to kMaxObjectChars Han characters with no word of level or share among them.
  bool ReadChangeOverObject(bool percent) {
    static constexpr std::u32string_view kStops = U"至到为达是占从由比仅的超，、了将使令";
    for (size_t end = out_.begin; end > floor_ && out_.begin - end <= kMaxObjectChars; --end) {
      if (end < out_.begin && kChangeEnds.MayHave(chars_.Before(end))) {
        for (const ChangeWord& word : kChanges) {
          // What is new is counted in any unit; of other changes only a share stands so far from its verb.
          if (word.takes_object && (percent || word.word == U"新增") && EndsAt(end, word.word))
            return SetChange(end - word.word.size(), word.change);
        }
      }
      if (!chars_.Is(end - 1, CharClass::kHan) || kStops.find(chars_[end - 1]) != std::u32string_view::npos) break;
    }
    return false;
  }

  bool ReadChangeAfter() {
    if (!Among(chars_[out_.end], U"的 ")) return false;  // the first characters of all of them
    for (const ChangeWord& word : kChangesAfter) {
      if (!chars_.Starts(out_.end, word.word)) continue;
      const size_t end = out_.end + word.word.size();
      if (word.word.front() == U' ' && chars_.Is(end, CharClass::kLetter)) continue;
      out_.change = word.change;
      out_.end = end;
      return true;
    }
    return false;
  }

  bool SetChange(size_t begin, Change change) {
    out_.begin = begin;
    out_.change = change;
    return true;
  }

  // 同比, 环比 before the change.
  void TakeComparison() {
    const size_t end = chars_.SkipBlanksBack(out_.begin);
    for (const std::u32string_view word : {U"同比", U"环比"}) {
      if (EndsAt(end, word)) out_.begin = end - word.size();
    }
  }

  const ValueChars& chars_;
  const size_t floor_;
  ValueContext out_;
};

}  // namespace

ValueContext ReadContext(const ValueChars& chars, size_t floor, size_t begin, size_t end, bool percent) {
  return Reader(chars, floor).Read(begin, end, percent);
}

}  // namespace factline::text

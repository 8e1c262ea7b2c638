#ifndef FACTLINE_INGEST_PAGE_CREDITS_H_
#define FACTLINE_INGEST_PAGE_CREDITS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace factline::page {

struct Credit {
  std::string name;
  std::string role;  // 记者, 通讯员, 摄影, reporter ... as printed, without the outlet; empty where none is printed

  friend bool operator==(const Credit&, const Credit&) = default;
};

// What a credit line says, and nothing else stands in the line.
struct Credits {
  std::vector<Credit> people;
  std::string outlet;  // as printed; empty for 本报 and the like
  bool photo = false;  // the people made the picture, or the outlet gave it
};

// A line that credits people and says nothing else: 本报记者 李想; ■某某日报记者 王一 通讯员 赵二; 孙三 摄/某某图片;
// 文/Tom 编/Ann; By Jane Doe and John Roe, Staff Writers. `line` is one line without blanks around it.
std::optional<Credits> ParseByline(std::string_view line);

// The same within brackets, where names may stand alone: 记者 王一, or 王一 赵二.
std::optional<Credits> ParseBracketCredits(std::string_view inner);

// A sentence that credits a group of articles: （本组稿件由某某日报记者王一、赵二撰写）.
std::optional<Credits> ParseGroupCredit(std::string_view line);

// Whether `text` names a paper, agency, site or station by the words such names are made of.
bool LooksLikeOutlet(std::string_view text);

// Two to four Han characters, Han names with a dot between (约翰·史密斯), or a Latin word: the shape of a name.
bool LooksLikeName(std::string_view text);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_CREDITS_H_

#include "indexer/text/bare_sum.h"

#include <string_view>

namespace factline::text {
namespace {

// What stands between a word for money and its number.
constexpr std::u32string_view kBetween[] = {U"超过", U"达到", U"高达", U"约为", U"合计", U"大约", U"将近", U"接近",
                                            U"不足", U"不到", U"突破", U"为",   U"达",   U"了",   U"约",   U"近",
                                            U"超",   U"逾",   U"共",   U"至",   U"到",   U"是",   U"过",   U"的"};

// Words that a sum follows.
constexpr std::u32string_view kBefore[] = {
    U"资金", U"募资", U"耗资",   U"斥资", U"融资", U"出资", U"投资",   U"注资", U"增资", U"套现", U"作价", U"对价",
    U"价格", U"总价", U"单价",   U"报价", U"标价", U"售价", U"起拍价", U"现金", U"贷款", U"借款", U"欠款", U"募集",
    U"金额", U"数额", U"总额",   U"余额", U"额度", U"费用", U"营收",   U"收入", U"利润", U"净利", U"亏损", U"盈利",
    U"市值", U"估值", U"净资产", U"资产", U"负债", U"债务", U"本金",   U"罚款", U"赔偿", U"成本", U"支付", U"花费",
    U"减持", U"增持", U"票房",   U"产值", U"损失", U"补贴", U"奖金",   U"成交"};

// Words that follow a sum, after 的 or not.
constexpr std::u32string_view kAfter[] = {U"现金", U"贷款", U"借款", U"资金", U"债权", U"债务", U"价格",
                                          U"对价", U"投资", U"融资", U"收益", U"收入", U"利润", U"营收",
                                          U"市值", U"估值", U"补贴", U"罚款", U"罚单", U"赔偿", U"资产",
                                          U"亏损", U"票房", U"红包", U"美金", U"产值", U"奖金", U"注册资本"};

// What is bought follows a price: 以30亿收购.
constexpr std::u32string_view kDeals[] = {U"收购", U"购买", U"受让", U"转让", U"出售", U"买下", U"卖给",
                                          U"购入", U"拿下", U"竞得", U"入股", U"增资", U"成交"};

constexpr int kMaxBetween = 3;

bool FollowsWordForMoney(const ValueChars& chars, size_t end) {
  for (const std::u32string_view word : kBefore) {
    if (chars.Ends(end, word)) return true;
  }
  return false;
}

size_t BackOverBetween(const ValueChars& chars, size_t floor, size_t at) {
  for (int n = 0; n < kMaxBetween; ++n) {
    size_t back = chars.SkipBlanksBack(at);
    for (const std::u32string_view word : kBetween) {
      if (back >= floor + word.size() && chars.Ends(back, word)) {
        back -= word.size();
        break;
      }
    }
    if (back == at) return at;
    at = back;
  }
  return at;
}

// 2.54亿元、1.18亿: the member of a list whose one before is money.
bool FollowsMoney(const ValueChars& chars, size_t floor, size_t begin) {
  if (floor == 0 || begin != floor + 1) return false;
  const char32_t mark = chars[floor];
  return (mark == U'、' || mark == U'和' || mark == U'与' || mark == U'及') &&
         (chars.Ends(floor, U"元") || chars.Ends(floor, U"亿"));
}

}  // namespace

bool IsBareSum(const ValueChars& chars, size_t floor, const Numeral& numeral) {
  if (numeral.scale < 1e4 || numeral.form == NumeralForm::kSpelled || numeral.bare_scale) return false;
  const size_t after = chars[numeral.end] == U'的' ? numeral.end + 1 : numeral.end;
  if (chars.SkipAny(after, kAfter) > after) return true;
  const size_t before = BackOverBetween(chars, floor, numeral.begin);
  if (before > floor && chars.Before(before) == U'以' && chars.SkipAny(numeral.end, kDeals) > numeral.end) return true;
  // 人, 农户 and the like are counted, whatever word stands before: only an end, or a verb of dealing, closes a sum.
  const bool closed = !chars.Is(numeral.end, CharClass::kHan) || chars.SkipAny(numeral.end, kDeals) > numeral.end ||
                      chars[numeral.end] == U'用' || chars[numeral.end] == U'以';
  if (!closed || chars.Is(numeral.end, CharClass::kLetter)) return false;
  return FollowsMoney(chars, floor, numeral.begin) || (before > floor && FollowsWordForMoney(chars, before));
}

}  // namespace factline::text

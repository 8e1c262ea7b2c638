#include "ingest/accept/language.h"

#include <gtest/gtest.h>

#include <string>

namespace factline::accept {
namespace {

TEST(DetectLanguage, GoesByScript) {
  struct Row {
    std::string_view in, want;
  };
  for (const Row& row : {
           Row{"", "und"},
           Row{"12.5% — 2024", "und"},
           Row{"The company shipped 12 units last week.", "en"},
           Row{"星桥电子昨日宣布，新工厂将于明年投产。", "zh"},
           Row{"星桥电子发布SuperBridge X100 Pro芯片", "zh"},
           Row{"Starbridge (星桥) said on Monday that its plant in the north would open next year.", "en"},
           Row{"会社は新しい工場を来年に開設すると発表した。", "ja"},
       }) {
    EXPECT_EQ(DetectLanguage(row.in), row.want) << row.in;
  }
}

TEST(DetectLanguage, LooksAtABoundedSample) {
  std::string text(9 << 10, 'a');
  for (int i = 0; i < 10000; ++i) text += "星";
  EXPECT_EQ(DetectLanguage(text), "en");
}

}  // namespace
}  // namespace factline::accept

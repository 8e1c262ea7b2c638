#ifndef FACTLINE_DEPLOY_CLI_LOAD_MADE_UP_NEWS_H_
#define FACTLINE_DEPLOY_CLI_LOAD_MADE_UP_NEWS_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace factline::load {

// News that nobody wrote about companies and people that are nobody: the same for the same seed. Names, products and
// words follow Zipf's law, so that an index of it has terms and entities of every frequency, and ever new ones;
// sentences hold facts of most kinds. A seventh is English.
struct MadeUpText {
  std::string title, body, language;  // "zh", "en"
};

// About `body_bytes` of body; at least one sentence.
MadeUpText MakeUpText(uint64_t seed, size_t body_bytes);

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_MADE_UP_NEWS_H_

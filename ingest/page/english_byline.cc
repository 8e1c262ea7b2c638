#include "ingest/page/english_byline.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "ingest/page/code_points.h"

namespace factline::page {
namespace {

constexpr size_t kMaxLineBytes = 160;
constexpr size_t kMaxNameWords = 4;

struct Opening {
  std::string_view words, role;
  bool photo;
};
constexpr std::array<Opening, 8> kOpenings = {{{"by ", "reporter", false},
                                               {"story by ", "reporter", false},
                                               {"reporting by ", "reporter", false},
                                               {"written by ", "reporter", false},
                                               {"photo by ", "photographer", true},
                                               {"photos by ", "photographer", true},
                                               {"photograph by ", "photographer", true},
                                               {"photo: ", "photographer", true}}};

constexpr std::array<std::string_view, 9> kRoleWords = {
    "writer", "writers", "reporter", "reporters", "editor", "editors", "correspondent", "correspondents", "columnist"};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  size_t begin = 0;
  for (size_t pos = 0; pos <= text.size(); ++pos) {
    if (pos < text.size() && text[pos] != ' ') continue;
    if (pos > begin) words.push_back(text.substr(begin, pos - begin));
    begin = pos + 1;
  }
  return words;
}

bool IsCapitalised(std::string_view word) {
  const CodePoint first = DecodeUtf8(word, 0);
  return (first.value >= 'A' && first.value <= 'Z') || (first.value >= 0xC0 && first.value < 0x250);
}

bool IsPersonName(std::string_view text) {
  const std::vector<std::string_view> words = Words(text);
  if (words.empty() || words.size() > kMaxNameWords) return false;
  constexpr std::array<std::string_view, 8> kParticles = {"de", "van", "von", "der", "bin", "al", "la", "da"};
  for (std::string_view word : words) {
    if (std::find(kParticles.begin(), kParticles.end(), word) != kParticles.end()) continue;
    if (!IsCapitalised(word)) return false;
    if (std::any_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) return false;
  }
  return true;
}

// Splits at ", ", ";", "/", "|", " and " and " & ".
std::vector<std::string_view> Parts(std::string_view text) {
  constexpr std::array<std::string_view, 6> kSeparators = {",", ";", "/", "|", " and ", " & "};
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    size_t cut = text.size(), width = 0;
    for (std::string_view separator : kSeparators) {
      const size_t at = text.find(separator);
      if (at < cut) {
        cut = at;
        width = separator.size();
      }
    }
    const std::string_view part = TrimBlank(text.substr(0, cut));
    if (!part.empty()) parts.push_back(part);
    text.remove_prefix(cut + width);
  }
  return parts;
}

bool IsRole(std::string_view part) {
  const std::vector<std::string_view> words = Words(part);
  return !words.empty() && std::find(kRoleWords.begin(), kRoleWords.end(), Lower(words.back())) != kRoleWords.end();
}

bool IsOutlet(std::string_view part) {
  constexpr std::array<std::string_view, 12> kWords = {"news",   "times",   "post",  "herald", "press",   "journal",
                                                       "agency", "reuters", "daily", "weekly", "tribune", "gazette"};
  const std::vector<std::string_view> words = Words(part);
  return !words.empty() && std::find(kWords.begin(), kWords.end(), Lower(words.back())) != kWords.end();
}

}  // namespace

std::optional<Credits> ParseEnglishByline(std::string_view line) {
  if (line.size() > kMaxLineBytes) return std::nullopt;
  const std::string lower = Lower(line);
  const auto opening =
      std::find_if(kOpenings.begin(), kOpenings.end(), [&](const Opening& o) { return lower.starts_with(o.words); });
  if (opening == kOpenings.end()) return std::nullopt;
  Credits credits{.photo = opening->photo};
  std::string role(opening->role);
  for (std::string_view part : Parts(line.substr(opening->words.size()))) {
    if (IsRole(part)) {
      role = Lower(part);
    } else if (Lower(part).starts_with("editing by ")) {
      credits.people.push_back({.name = std::string(part.substr(11)), .role = "editor"});
    } else if (IsOutlet(part)) {
      credits.outlet = part;
    } else {
      if (!IsPersonName(part)) return std::nullopt;
      credits.people.push_back({.name = std::string(part), .role = ""});
    }
  }
  if (credits.people.empty()) return std::nullopt;
  for (Credit& credit : credits.people) {
    if (credit.role.empty()) credit.role = role;
  }
  return credits;
}

bool AddEnglishCalling(std::string_view line, Credits* byline) {
  constexpr size_t kMaxBytes = 60;
  if (line.size() > kMaxBytes) return false;
  std::string role, outlet;
  constexpr std::string_view kSpecial = "special to the ";
  if (Lower(line).starts_with(kSpecial)) line.remove_prefix(kSpecial.size());
  for (std::string_view part : Parts(line)) {
    if (!IsPersonName(part)) return false;  // capitals, few words
    if (IsRole(part) && role.empty()) {
      role = Lower(part);
    } else if (IsOutlet(part) && outlet.empty()) {
      outlet = part;
    } else {
      return false;
    }
  }
  const auto is_english = [](const Credit& credit) { return credit.role == kOpenings[0].role; };
  if (!std::any_of(byline->people.begin(), byline->people.end(), is_english)) return false;
  if ((role.empty() && outlet.empty()) || (!outlet.empty() && !byline->outlet.empty())) return false;
  for (Credit& credit : byline->people) {
    if (!role.empty() && is_english(credit)) credit.role = role;
  }
  if (!outlet.empty()) byline->outlet = std::move(outlet);
  return true;
}

}  // namespace factline::page

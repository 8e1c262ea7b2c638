#include "deploy/cli/fact_table.h"

#include "absl/strings/str_format.h"
#include "deploy/cli/display_width.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/table.h"
#include "protos/vocab/cat.h"

namespace factline::cli {
namespace {

std::string EvidenceWords(const v1::Evidence& evidence) {
  std::string words = Cat("“", OneLine(evidence.text()), "”  ", evidence.article_id(), " [", evidence.span().begin(),
                          ",", evidence.span().end(), ")  ", Day(evidence.published_time()));
  if (!evidence.source().empty()) words += Cat("  ", evidence.source());
  if (!evidence.cited_source().empty()) words += Cat("  cites ", OneLine(evidence.cited_source()));
  return words + absl::StrFormat("  %s  %.2f", evidence.rule_id(), evidence.confidence());
}

}  // namespace

void PrintFacts(const google::protobuf::RepeatedPtrField<v1::Fact>& facts, bool evidence, Console& console) {
  using Align = Table::Align;
  Table table({{"SUBJECT"},
               {"PREDICATE"},
               {"OBJECT"},
               {"QUALIFIERS"},
               {"MODALITY"},
               {"SEEN"},
               {"EVIDENCE", Align::kRight},
               {"ID"}});
  for (const v1::Fact& fact : facts) {
    table.AddRow({fact.subject().text(), fact.predicate(), ObjectWords(fact), QualifierWords(fact),
                  std::string(ModalityWord(fact.modality())), Day(fact.last_published_time()),
                  Cat(fact.evidence_count()), fact.id()});
    if (!evidence) continue;
    for (const v1::Evidence& one : fact.evidences()) table.AddNote(console.Dim(EvidenceWords(one)));
  }
  console.out << table.Render(console.columns);
}

}  // namespace factline::cli

#ifndef FACTLINE_DEPLOY_CLI_FACT_TABLE_H_
#define FACTLINE_DEPLOY_CLI_FACT_TABLE_H_

#include "deploy/cli/console.h"
#include "factline/v1/fact.pb.h"
#include "google/protobuf/repeated_field.h"

namespace factline::cli {

// Prints facts as a table; with `evidence`, under each fact the words that it stands on, with article and byte span.
void PrintFacts(const google::protobuf::RepeatedPtrField<v1::Fact>& facts, bool evidence, Console& console);

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_FACT_TABLE_H_

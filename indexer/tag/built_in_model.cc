#include <cstdio>
#include <cstdlib>

#include "indexer/tag/model.h"

extern "C" const char factline_tag_model[];
extern "C" const char factline_tag_model_end[];

namespace factline::tag {

const Model& Model::BuiltIn() {
  static const Model model = [] {
    absl::StatusOr<Model> parsed =
        Parse({factline_tag_model, static_cast<size_t>(factline_tag_model_end - factline_tag_model)});
    if (!parsed.ok()) {  // the build put it there: nobody can mend it at run time
      std::fprintf(stderr, "%s\n", parsed.status().ToString().c_str());
      std::abort();
    }
    return *parsed;
  }();
  return model;
}

}  // namespace factline::tag

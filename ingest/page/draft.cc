#include "ingest/page/draft.h"

#include <iterator>
#include <utility>

namespace factline::page {
namespace {

template <typename T>
void MoveAll(std::vector<T>* from, std::vector<T>* to) {
  to->insert(to->end(), std::make_move_iterator(from->begin()), std::make_move_iterator(from->end()));
  from->clear();
}

}  // namespace

void AddCredits(const Credits& credits, Draft* draft) {
  draft->byline.insert(draft->byline.end(), credits.people.begin(), credits.people.end());
  if (draft->outlet.empty()) draft->outlet = credits.outlet;
}

void MoveRest(Draft* from, Draft* to) {
  MoveAll(&from->subheads, &to->subheads);
  MoveAll(&from->captions, &to->captions);
  MoveAll(&from->byline, &to->byline);
  if (to->outlet.empty()) to->outlet = std::move(from->outlet);
  from->outlet.clear();
}

}  // namespace factline::page

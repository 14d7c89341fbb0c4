// A history as the source of samples that other answers are made from.
#pragma once

#include "broker/history/history.hpp"
#include "broker/past/sources.hpp"

namespace rollcall {

class HistorySource final : public SampleSource {
 public:
  // `history` outlives it.
  explicit HistorySource(History& history) : history_(history) {}

  // Also of a minute or an hour, where samples are no longer kept: then `at_ms` is when it begins.
  bool last_before(SeriesName of, std::int64_t at_ms, std::int64_t within_ms,
                   Sample& sample) override;
  void visit_heard(std::string_view node, std::int64_t since_ms, std::int64_t until_ms,
                   const std::function<bool(std::int64_t at_ms)>& visit) override;
  void visit_storage(SeriesName of, std::int64_t since_ms, std::int64_t until_ms,
                     std::int64_t step_ms,
                     const std::function<bool(const StoragePoint&)>& visit) override;
  std::int64_t full_since_ms() override;

 private:
  History& history_;
};

}  // namespace rollcall

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace rollcall::bench {

struct Plan {
  std::size_t nodes = 0;  // 0, here and below: what fits the run
  std::int64_t days = 0;
  std::string file = "history-bench.db";
};

void measure_size(const Plan& plan);
void measure_rate(const Plan& plan);
// Writes a year into the file, and then asks it; measure_answers() asks what is there.
void measure_year(const Plan& plan);
void measure_answers(const Plan& plan);

}  // namespace rollcall::bench

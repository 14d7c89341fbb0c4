// What a history costs: bytes a sample in the file, processor time, and how long answers take.
//
//   rollcall-history-bench size|rate|year|ask [--nodes N] [--days D] [--file PATH]
//
// Time is simulated, the file is real (in the current folder unless told otherwise).
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/bench/history/runs.hpp"

namespace {

int usage() {
  std::fputs(
      "rollcall-history-bench size|rate|year|ask [--nodes N] [--days D] [--file PATH]\n"
      "  size  bytes a sample, of simulated machines and of random walks\n"
      "  rate  processor time of N nodes at ten seconds, over ten simulated minutes\n"
      "  year  a year of N nodes as it is kept (a day in full, 30 days by minutes): size, answers\n"
      "  ask   the answers alone, of the file that `year` left\n",
      stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace rollcall::bench;
  if (argc < 2) return usage();
  Plan plan;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    if (option == "--nodes") {
      plan.nodes = std::strtoull(argv[i + 1], nullptr, 10);
    } else if (option == "--days") {
      plan.days = std::strtoll(argv[i + 1], nullptr, 10);
    } else if (option == "--file") {
      plan.file = argv[i + 1];
    } else {
      return usage();
    }
  }
  const std::string_view run = argv[1];
  if (run == "size") {
    measure_size(plan);
  } else if (run == "rate") {
    measure_rate(plan);
  } else if (run == "ask") {
    measure_answers(plan);
  } else if (run == "year") {
    measure_year(plan);
  } else {
    return usage();
  }
  return 0;
}

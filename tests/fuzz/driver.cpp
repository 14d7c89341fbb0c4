// A small mutating driver for compilers without libFuzzer: it knows nothing of coverage, but runs
// anywhere, and the same seed with the same number of executions is the same run.
//   fuzz_NAME [--seconds S] [--runs N] [--seed N] CORPUS_FOLDER_OR_FILE …
// An input that fails is left in crash-NAME-SEED.bin; give the file as the only argument, with
// --runs 0, to run it alone.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "shared/core/random.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

namespace fs = std::filesystem;
using rollcall::Random;

constexpr std::size_t kMostBytes = 4096;  // longer inputs find little and cost much

struct Options {
  double seconds = 3;
  std::uint64_t runs = UINT64_MAX;
  std::uint64_t seed = 1;
  std::vector<fs::path> corpus;
};

std::string current_input;
fs::path crash_file;

void save_input() {
  std::ofstream(crash_file, std::ios::binary) << current_input;
  fmt::print(stderr, "the input is in {}\n", crash_file.string());
}

void on_abort(int) {
  save_input();
  std::_Exit(1);
}

void run_one(const std::string& input) {
  current_input = input;
  // A copy of exactly this size, so that AddressSanitizer sees a read beyond its end.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> load(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());  // the order of a directory differs between machines
  std::vector<std::string> inputs{""};
  for (const fs::path& file : files) inputs.push_back(contents(file));
  return inputs;
}

// Values at which integers and msgpack tags change their meaning.
constexpr unsigned char kEdges[] = {0x00, 0x01, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0,
                                    0xc1, 0xc4, 0xc6, 0xca, 0xcb, 0xcc, 0xcf, 0xd0, 0xd3, 0xd9,
                                    0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xff, '.',  '"',  '\n'};

void mutate_once(std::string& input, const std::string& other, Random& random) {
  const std::size_t at = random.below(input.size() + 1);
  const std::size_t length = random.below(8) + 1;
  if (at == input.size()) {
    input += static_cast<char>(kEdges[random.below(sizeof kEdges)]);
    return;
  }
  switch (random.below(8)) {
    case 0: input[at] = static_cast<char>(input[at] ^ (1 << random.below(8))); return;
    case 1: input[at] = static_cast<char>(random.next()); return;
    case 2: input[at] = static_cast<char>(kEdges[random.below(sizeof kEdges)]); return;
    case 3: input.erase(at, length); return;
    case 4: input.insert(at, length, static_cast<char>(random.next())); return;
    case 5: input.insert(at, input, random.below(input.size()), length * 4); return;
    case 6: input.resize(at); return;
    default:
      if (!other.empty()) input.insert(at, other, random.below(other.size()), length * 8);
      return;
  }
}

std::string mutation(const std::vector<std::string>& inputs, Random& random) {
  std::string input = inputs[random.below(inputs.size())];
  const std::string& other = inputs[random.below(inputs.size())];
  for (std::uint64_t steps = 1 + random.below(5); steps > 0; --steps) {
    mutate_once(input, other, random);
  }
  if (input.size() > kMostBytes) input.resize(kMostBytes);
  return input;
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const char* const value = i + 1 < argc ? argv[i + 1] : "";
    if (word == "--seconds") {
      options.seconds = std::atof(value);
    } else if (word == "--runs") {
      options.runs = std::strtoull(value, nullptr, 10);
    } else if (word == "--seed") {
      options.seed = std::strtoull(value, nullptr, 10);
    } else {
      options.corpus.emplace_back(word);
      continue;
    }
    ++i;
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  const Options options = parse(argc, argv);
  crash_file = fmt::format("crash-{}-{}.bin", fs::path(argv[0]).filename().string(), options.seed);
  std::signal(SIGABRT, on_abort);
  std::signal(SIGSEGV, on_abort);
  const std::vector<std::string> inputs = load(options.corpus);
  for (const std::string& input : inputs) run_one(input);
  Random random(options.seed);
  const auto end = Clock::now() + std::chrono::duration<double>(options.seconds);
  std::uint64_t runs = 0;
  while (runs < options.runs && (runs % 256 != 0 || Clock::now() < end)) {
    run_one(mutation(inputs, random));
    ++runs;
  }
  fmt::print("{} executions from {} inputs, seed {}\n", runs, inputs.size(), options.seed);
  return 0;
}

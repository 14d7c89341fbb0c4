#include "shared/config/options.hpp"

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace rollcall {
namespace {

// Every kind of option that there is, and one command.
struct Settings {
  std::string query = "default";
  std::vector<std::string> announce{"first"};
  std::string output = "table";
  std::int64_t timeout_ms = 3000;
  std::optional<std::uint64_t> capacity;
  std::vector<std::string> label;
  std::uint64_t limit = 10;
  bool verbose = false;
  std::string command;
  std::string sort = "node";
  std::string node;
};

class OptionsTest : public testing::Test {
 protected:
  void SetUp() override {
    char path[] = "/tmp/rollcall-options-XXXXXX";
    const int file = mkstemp(path);
    ASSERT_GE(file, 0);
    close(file);
    file_ = path;
  }
  void TearDown() override {
    unlink(file_.c_str());
    for (const std::string& name : set_) unsetenv(name.c_str());
  }

  void set(const std::string& name, const std::string& value) {
    set_.push_back("ROLLCALL_TEST_" + name);
    setenv(set_.back().c_str(), value.c_str(), 1);
  }
  void write_file(const std::string& text) { std::ofstream(file_) << text; }

  // The exit code, or -1 where the program would go on. What was printed is in printed_.
  int parse(std::vector<std::string> arguments) {
    settings_ = Settings{};
    Options options("rollcall-test", "A test.");
    options.text("query", settings_.query, "text");
    options.texts("announce", settings_.announce, "texts");
    options.choice("o,output", settings_.output, {"table", "wide", "json"}, "choice");
    options.duration_ms("timeout", settings_.timeout_ms, 1, 60'000, "duration");
    options.size_bytes("capacity", settings_.capacity, "1 KiB", "size");
    options.texts("label", settings_.label, "texts with commas", true);
    options.count("limit", settings_.limit, 1, 1000, "count");
    options.flag("verbose", settings_.verbose, "flag");
    OptionGroup nodes = options.command("nodes", settings_.command, "lists");
    nodes.text("sort", settings_.sort, "order");
    OptionGroup node = options.command("node", settings_.command, "shows");
    node.positional("NODE", settings_.node, true, "which");
    arguments.insert(arguments.begin(), "rollcall-test");
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    const auto code = options.parse(static_cast<int>(argv.size()), argv.data());
    printed_ = testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
    return code.value_or(-1);
  }
  bool said(const std::string& words) const { return printed_.find(words) != std::string::npos; }

  Settings settings_;
  std::string printed_;
  std::string file_;
  std::vector<std::string> set_;
};

constexpr const char* kWholeFile = R"(
query = "file"
announce = ["a", "b"]
output = "wide"
timeout = "5s"
capacity = "2KiB"
limit = 20
verbose = true
[nodes]
sort = "cpu"
)";

TEST_F(OptionsTest, DefaultsStandWhereNothingIsSaid) {
  EXPECT_EQ(parse({"nodes"}), -1) << printed_;
  EXPECT_EQ(settings_.query, "default");
  EXPECT_EQ(settings_.announce, std::vector<std::string>{"first"});
  EXPECT_EQ(settings_.timeout_ms, 3000);
  EXPECT_EQ(settings_.command, "nodes");
}

TEST_F(OptionsTest, FileSetsEveryKind) {
  write_file(kWholeFile);
  EXPECT_EQ(parse({"--config", file_, "nodes"}), -1) << printed_;
  EXPECT_EQ(settings_.query, "file");
  EXPECT_EQ(settings_.announce, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(settings_.output, "wide");
  EXPECT_EQ(settings_.timeout_ms, 5000);
  EXPECT_EQ(settings_.capacity, 2048u);
  EXPECT_EQ(settings_.limit, 20u);
  EXPECT_TRUE(settings_.verbose);
  EXPECT_EQ(settings_.sort, "cpu");
}

TEST_F(OptionsTest, EnvironmentBeatsFileForEveryKind) {
  write_file(kWholeFile);
  set("CONFIG", file_);
  set("QUERY", "environment");
  set("ANNOUNCE", "c,d,e");
  set("OUTPUT", "json");
  set("TIMEOUT", "7s");
  set("CAPACITY", "3KiB");
  set("LIMIT", "30");
  set("VERBOSE", "false");
  set("NODES_SORT", "memory");
  EXPECT_EQ(parse({"nodes"}), -1) << printed_;
  EXPECT_EQ(settings_.query, "environment");
  EXPECT_EQ(settings_.announce, (std::vector<std::string>{"c", "d", "e"}));
  EXPECT_EQ(settings_.output, "json");
  EXPECT_EQ(settings_.timeout_ms, 7000);
  EXPECT_EQ(settings_.capacity, 3072u);
  EXPECT_EQ(settings_.limit, 30u);
  EXPECT_FALSE(settings_.verbose);
  EXPECT_EQ(settings_.sort, "memory");
}

TEST_F(OptionsTest, CommandLineBeatsBothForEveryKind) {
  write_file(kWholeFile);
  set("CONFIG", file_);
  set("QUERY", "environment");
  set("ANNOUNCE", "c,d");
  set("OUTPUT", "table");
  set("TIMEOUT", "7s");
  set("CAPACITY", "3KiB");
  set("LIMIT", "30");
  set("VERBOSE", "false");
  set("NODES_SORT", "memory");
  EXPECT_EQ(parse({"--query", "line", "--announce", "x", "--announce", "y", "nodes", "-o", "json",
                   "--timeout=9s", "--capacity", "4KiB", "--limit", "40", "--verbose", "--sort",
                   "storage"}),
            -1)
      << printed_;
  EXPECT_EQ(settings_.query, "line");
  EXPECT_EQ(settings_.announce, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(settings_.output, "json");
  EXPECT_EQ(settings_.timeout_ms, 9000);
  EXPECT_EQ(settings_.capacity, 4096u);
  EXPECT_EQ(settings_.limit, 40u);
  EXPECT_TRUE(settings_.verbose);
  EXPECT_EQ(settings_.sort, "storage");
}

TEST_F(OptionsTest, ConfigOfTheCommandLineBeatsTheEnvironments) {
  write_file("query = \"named\"\n");
  set("CONFIG", "/nonexistent/rollcall.toml");
  EXPECT_EQ(parse({"nodes", "--config", file_}), -1) << printed_;
  EXPECT_EQ(settings_.query, "named");
}

TEST_F(OptionsTest, ShortNameIsTheSameOptionBeforeAndAfterTheCommand) {
  EXPECT_EQ(parse({"-o", "wide", "nodes"}), -1);
  EXPECT_EQ(settings_.output, "wide");
  EXPECT_EQ(parse({"nodes", "-o", "json"}), -1);
  EXPECT_EQ(settings_.output, "json");
  EXPECT_EQ(parse({"nodes", "-ojson"}), -1);
  EXPECT_EQ(settings_.output, "json");
}

TEST_F(OptionsTest, UnknownKeyInTheFileIsNamed) {
  write_file("query = \"x\"\ncolour = \"red\"\n");
  EXPECT_EQ(parse({"--config", file_, "nodes"}), kExitUsage);
  EXPECT_TRUE(said("colour")) << printed_;
  EXPECT_TRUE(said("unknown")) << printed_;
}

TEST_F(OptionsTest, UnknownKeyOfACommandIsNamed) {
  write_file("[nodes]\ncolour = \"red\"\n");
  EXPECT_EQ(parse({"--config", file_, "nodes"}), kExitUsage);
  EXPECT_TRUE(said("nodes.colour")) << printed_;
}

TEST_F(OptionsTest, BadValuesNameTheirOptionWhereverTheyComeFrom) {
  EXPECT_EQ(parse({"--timeout", "soon", "nodes"}), kExitUsage);
  EXPECT_TRUE(said("--timeout")) << printed_;
  EXPECT_TRUE(said("500ms")) << printed_;
  set("LIMIT", "many");
  EXPECT_EQ(parse({"nodes"}), kExitUsage);
  EXPECT_TRUE(said("--limit")) << printed_;
  unsetenv("ROLLCALL_TEST_LIMIT");
  write_file("output = \"xml\"\n");
  EXPECT_EQ(parse({"--config", file_, "nodes"}), kExitUsage);
  EXPECT_TRUE(said("--output")) << printed_;
  EXPECT_TRUE(said("table, wide, json")) << printed_;
}

TEST_F(OptionsTest, BrokenFileNamesTheLine) {
  write_file("query = \"x\"\nbroken = = 1\n");
  EXPECT_EQ(parse({"--config", file_, "nodes"}), kExitUsage);
  EXPECT_TRUE(said("line 2")) << printed_;
}

TEST_F(OptionsTest, MissingFileIsNamed) {
  EXPECT_EQ(parse({"--config", "/nonexistent/rollcall.toml", "nodes"}), kExitUsage);
  EXPECT_TRUE(said("/nonexistent/rollcall.toml")) << printed_;
  set("CONFIG", "/nonexistent/other.toml");
  EXPECT_EQ(parse({"nodes"}), kExitUsage);
  EXPECT_TRUE(said("/nonexistent/other.toml")) << printed_;
}

// In place of a file of options, by the command line or the environment: something else.
TEST_F(OptionsTest, WhatIsNoFileOrHasNoEndIsRefused) {
  for (const std::string path : {"/tmp", "/dev/zero", "/proc/self/mem"}) {
    EXPECT_EQ(parse({"--config", path, "nodes"}), kExitUsage) << path;
    EXPECT_TRUE(said("--config")) << path << ": " << printed_;
  }
  set("CONFIG", "/dev/zero");
  EXPECT_EQ(parse({"nodes"}), kExitUsage);
  EXPECT_TRUE(said("longer than")) << printed_;
  EXPECT_EQ(settings_.query, "default");
}

TEST_F(OptionsTest, NoCommandSaysWhichThereAre) {
  EXPECT_EQ(parse({}), kExitUsage);
  EXPECT_TRUE(said("nodes, node")) << printed_;
  EXPECT_TRUE(said("--help")) << printed_;
}

TEST_F(OptionsTest, UnknownWordsAreUsageErrors) {
  EXPECT_EQ(parse({"frobnicate"}), kExitUsage);
  EXPECT_TRUE(said("frobnicate")) << printed_;
  EXPECT_EQ(parse({"nodes", "--colour"}), kExitUsage);
  EXPECT_TRUE(said("--colour")) << printed_;
  EXPECT_EQ(parse({"node"}), kExitUsage);
  EXPECT_TRUE(said("NODE")) << printed_;
}

TEST_F(OptionsTest, HelpAndVersionAreDone) {
  EXPECT_EQ(parse({"--help"}), kExitDone);
  EXPECT_TRUE(said("-o,--output")) << printed_;
  EXPECT_EQ(parse({"nodes", "--help"}), kExitDone);
  EXPECT_TRUE(said("--sort")) << printed_;
  EXPECT_EQ(parse({"--version"}), kExitDone);
  EXPECT_TRUE(said("rollcall-test ")) << printed_;
}

TEST_F(OptionsTest, TextsThatMayHoldCommasAreSplitInTheEnvironmentOnly) {
  EXPECT_EQ(parse({"nodes", "--label", "a=1,2", "--label", "b=3"}), -1);
  EXPECT_EQ(settings_.label, (std::vector<std::string>{"a=1,2", "b=3"}));
  set("LABEL", "a=1,b=2");
  EXPECT_EQ(parse({"nodes"}), -1);
  EXPECT_EQ(settings_.label, (std::vector<std::string>{"a=1", "b=2"}));
}

}  // namespace
}  // namespace rollcall

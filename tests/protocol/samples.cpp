#include "tests/protocol/samples.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/protocol/referee.hpp"

namespace rollcall {
namespace {

template <typename Write>
std::string encoded(Write&& write) {
  Buffer buffer;
  Writer writer(buffer);
  write(writer);
  return std::string(buffer.view());
}

// Our verdict, which the referee must not contradict.
template <typename View, typename Decode>
Refusal judge(const std::string& body, Decode&& decode) {
  View view;
  const Refusal verdict = decode(Bytes(body), view);
  EXPECT_EQ(disagreement(body, verdict, view), "");
  return verdict == Refusal::kNone ? why_invalid(view) : verdict;
}

}  // namespace

std::string from_hex(std::string_view hex) {
  std::string out;
  std::istringstream lines{std::string(hex)};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      for (std::size_t i = 0; i + 1 < word.size(); i += 2) {
        out += static_cast<char>(std::stoi(word.substr(i, 2), nullptr, 16));
      }
    }
  }
  return out;
}

std::string golden(const std::string& name) {
  const std::string path = "tests/protocol/golden/" + name + ".hex";
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::ostringstream whole;
  whole << file.rdbuf();
  return from_hex(whole.str());
}

Body& Body::with(std::string_view key, std::string_view value_bytes) {
  for (auto& [name, value] : pairs_) {
    if (name == key) {
      value = value_bytes;
      return *this;
    }
  }
  return again(key, value_bytes);
}

Body& Body::again(std::string_view key, std::string_view value_bytes) {
  pairs_.emplace_back(key, value_bytes);
  return *this;
}

Body& Body::without(std::string_view key) {
  std::erase_if(pairs_, [&](const auto& pair) { return pair.first == key; });
  return *this;
}

std::string Body::bytes() const {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [key, value] : pairs_) pairs.emplace_back(text(key), value);
  return map(pairs);
}

std::string uint(std::uint64_t value) {
  return encoded([&](Writer& writer) { writer.uint(value); });
}
std::string number(double value) {
  return encoded([&](Writer& writer) { writer.number(value); });
}
std::string text(std::string_view value) {
  return encoded([&](Writer& writer) { writer.text(value); });
}
std::string nil() { return "\xc0"; }

std::string array(const std::vector<std::string>& items) {
  std::string out = encoded([&](Writer& writer) { writer.array(items.size()); });
  for (const std::string& item : items) out += item;
  return out;
}

std::string map(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string out = encoded([&](Writer& writer) { writer.map(pairs.size()); });
  for (const auto& [key, value] : pairs) out += key + value;
  return out;
}

std::string nested(int levels) {
  std::string out;
  for (int i = 0; i < levels; ++i) out += '\x91';
  return out + '\x01';
}

namespace {

Body header_body() {
  Body body;
  body.with("v", uint(1)).with("session", uint(5)).with("seq", uint(1)).with("at", uint(1000));
  return body;
}

std::string used_total(std::uint64_t used, std::uint64_t total) {
  return map({{text("used"), uint(used)}, {text("total"), uint(total)}});
}

}  // namespace

Body status_body() {
  Body body = header_body();
  body.with("interval", uint(10'000))
      .with("state", text("healthy"))
      .with("storage", used_total(1, 2))
      .with("cpu", number(12.5))
      .with("memory", used_total(3, 4));
  return body;
}

Body blocks_body() {
  Body body = header_body();
  body.with("from", uint(1))
      .with("to", uint(2))
      .with("part", uint(1))
      .with("parts", uint(1))
      .with("add", array({array({text("a"), uint(10)})}))
      .with("remove", array({text("b")}));
  return body;
}

Body leave_body() {
  Body body = header_body();
  body.with("reason", text("maintenance")).with("back_in", uint(60'000));
  return body;
}

Refusal judge_status(const std::string& body) { return judge<StatusView>(body, decode_status); }
Refusal judge_blocks(const std::string& body) { return judge<BlocksView>(body, decode_blocks); }
Refusal judge_leave(const std::string& body) { return judge<LeaveView>(body, decode_leave); }

}  // namespace rollcall

// Bytes for the protocol's tests.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/protocol/announcement.hpp"

namespace rollcall {

// "81 a1 76 01" → bytes. Lines that begin with '#' are passed over.
std::string from_hex(std::string_view text);
// tests/protocol/golden/NAME.hex
std::string golden(const std::string& name);

// A map built key by key, each value given as encoded bytes: for what an encoder would never write.
class Body {
 public:
  Body& with(std::string_view key, std::string_view value_bytes);   // replaces, or appends
  Body& again(std::string_view key, std::string_view value_bytes);  // appends, even a second time
  Body& without(std::string_view key);
  std::string bytes() const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

// Single values, encoded.
std::string uint(std::uint64_t value);
std::string number(double value);
std::string text(std::string_view value);
std::string array(const std::vector<std::string>& items);
std::string map(const std::vector<std::pair<std::string, std::string>>& pairs);
std::string nil();
// `levels` arrays, one in the other.
std::string nested(int levels);

// Bodies that are accepted.
Body status_body();
Body blocks_body();
Body leave_body();

// The verdict of structure and judgement together.
Refusal judge_status(const std::string& body);
Refusal judge_blocks(const std::string& body);
Refusal judge_leave(const std::string& body);

}  // namespace rollcall

#include "shared/client/json.hpp"

#include <cmath>
#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <msgpack.hpp>

#include "shared/core/limits.hpp"
#include "shared/core/utf8.hpp"

namespace rollcall {
namespace {

// A record in a page in an envelope.
constexpr std::size_t kDeepest = static_cast<std::size_t>(limits::kNestingDepth) + 6;

// Called by the library's parser for each token; writes at once, so nothing is built up.
class JsonVisitor : public msgpack::null_visitor {
 public:
  explicit JsonVisitor(std::string& out) : out_(out) {}

  bool visit_nil() { return scalar("null"); }
  bool visit_boolean(bool value) { return scalar(value ? "true" : "false"); }
  bool visit_positive_integer(std::uint64_t value) { return scalar(fmt::format("{}", value)); }
  bool visit_negative_integer(std::int64_t value) { return scalar(fmt::format("{}", value)); }
  bool visit_float32(float value) { return number(static_cast<double>(value)); }
  bool visit_float64(double value) { return number(value); }
  bool visit_str(const char* data, std::uint32_t size) {
    append_json_text({data, size}, out_);
    return true;
  }
  bool visit_bin(const char* data, std::uint32_t size) { return !in_key_ && visit_str(data, size); }
  bool visit_ext(const char*, std::uint32_t) { return scalar("null"); }

  bool start_array(std::uint32_t) { return open('['); }
  bool start_array_item() { return separate(); }
  bool end_array() { return close(']'); }
  bool start_map(std::uint32_t) { return open('{'); }
  bool start_map_key() {
    in_key_ = true;
    return separate();
  }
  bool end_map_key() {
    in_key_ = false;
    out_ += ':';
    return true;
  }
  bool end_map() { return close('}'); }
  void parse_error(std::size_t, std::size_t) {}
  void insufficient_bytes(std::size_t, std::size_t) {}

 private:
  bool scalar(std::string_view text) {
    if (in_key_) return false;
    out_ += text;
    return true;
  }
  bool number(double value) {
    return std::isfinite(value) ? scalar(fmt::format("{}", value)) : scalar("null");
  }
  bool open(char bracket) {
    if (in_key_ || is_first_.size() >= kDeepest) return false;
    is_first_.push_back(true);
    out_ += bracket;
    return true;
  }
  bool separate() {
    if (!is_first_.back()) out_ += ',';
    is_first_.back() = false;
    return true;
  }
  bool close(char bracket) {
    is_first_.pop_back();
    out_ += bracket;
    return true;
  }

  std::string& out_;
  std::vector<bool> is_first_;
  bool in_key_ = false;
};

}  // namespace

void append_json_text(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_prefix_length(text);
    const char c = text[0];
    if (length == 0) {
      out += "\xEF\xBF\xBD";  // U+FFFD
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

bool append_json(Bytes value, std::string& out) {
  const std::size_t before = out.size();
  JsonVisitor visitor(out);
  std::size_t offset = 0;
  try {
    if (msgpack::parse(value.data(), value.size(), offset, visitor) && offset == value.size()) {
      return true;
    }
  } catch (const msgpack::unpack_error&) {
    // Said by the result, as any other value that is not one.
  }
  out.resize(before);
  return false;
}

bool append_json_pairs(Bytes map, std::string& out) {
  std::string text;
  if (!append_json(map, text) || text.front() != '{') return false;
  out.append(text, 1, text.size() - 2);
  return true;
}

}  // namespace rollcall

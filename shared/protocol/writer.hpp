// Writes msgpack into a buffer that is used again and again: after the first few messages it no
// longer allocates. The bytes come from msgpack-cxx; this only names the shapes we use.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <msgpack/pack.hpp>

#include "shared/protocol/reader.hpp"

namespace rollcall {

class Buffer {
 public:
  void write(const char* data, std::size_t length) { bytes_.append(data, length); }
  void append(Bytes bytes) { bytes_.append(bytes); }
  void clear() { bytes_.clear(); }
  // For so many bytes more; twice what there was at least, so that many small ones cost little.
  void make_room(std::size_t bytes) {
    if (bytes_.capacity() - bytes_.size() < bytes) bytes_.reserve(2 * bytes_.size() + bytes);
  }
  void resize(std::size_t size) { bytes_.resize(size); }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  Bytes view() const { return bytes_; }
  Bytes view_from(std::size_t offset) const { return Bytes(bytes_).substr(offset); }
  // Gives back memory that one large message took, so that it is not kept for ever.
  void shrink_above(std::size_t capacity) {
    if (bytes_.capacity() > capacity) bytes_.shrink_to_fit();
  }

 private:
  std::string bytes_;
};

class Writer {
 public:
  explicit Writer(Buffer& buffer) : buffer_(buffer), packer_(buffer) {}

  Writer& map(std::size_t pairs) {
    packer_.pack_map(static_cast<std::uint32_t>(pairs));
    return *this;
  }
  Writer& array(std::size_t items) {
    packer_.pack_array(static_cast<std::uint32_t>(items));
    return *this;
  }
  Writer& text(std::string_view value) {
    const auto length = static_cast<std::uint32_t>(value.size());
    packer_.pack_str(length);
    packer_.pack_str_body(value.data(), length);
    return *this;
  }
  Writer& uint(std::uint64_t value) {
    packer_.pack_uint64(value);
    return *this;
  }
  Writer& number(double value) {
    packer_.pack_double(value);
    return *this;
  }
  Writer& boolean(bool value) {
    if (value) {
      packer_.pack_true();
    } else {
      packer_.pack_false();
    }
    return *this;
  }
  Writer& nil() {
    packer_.pack_nil();
    return *this;
  }
  // One value that is msgpack already.
  Writer& raw(Bytes value) {
    buffer_.append(value);
    return *this;
  }

  Writer& pair(std::string_view key, std::uint64_t value) { return text(key).uint(value); }
  Writer& pair(std::string_view key, std::string_view value) { return text(key).text(value); }
  Writer& pair_ms(std::string_view key, std::int64_t value) {
    return text(key).uint(value < 0 ? 0 : static_cast<std::uint64_t>(value));
  }
  Writer& pair_number(std::string_view key, double value) { return text(key).number(value); }
  Writer& pair_bool(std::string_view key, bool value) { return text(key).boolean(value); }
  Writer& pair_raw(std::string_view key, Bytes value) { return text(key).raw(value); }

 private:
  Buffer& buffer_;
  msgpack::packer<Buffer> packer_;
};

}  // namespace rollcall

// Short words compared as numbers. Comparing texts of a length that the compiler does not know is a
// call for each; the keys of a status alone are twenty.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace rollcall {

// The bytes of a text of at most 8, in one number; of texts of the same length, equal numbers mean
// equal texts.
constexpr std::uint64_t key_word(std::string_view text) {
  const std::size_t size = text.size();
  if (std::is_constant_evaluated()) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < size; ++i) {
      word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    return word;
  }
  // Two loads that overlap where the text is shorter than both.
  const auto load = [&](std::size_t at, auto part) {
    std::memcpy(&part, text.data() + at, sizeof part);
    return std::uint64_t{part} << (8 * at);
  };
  if (size >= 4) return load(0, std::uint32_t{}) | load(size - 4, std::uint32_t{});
  if (size == 0) return 0;
  return load(0, std::uint8_t{}) | load(size / 2, std::uint8_t{}) | load(size - 1, std::uint8_t{});
}

// Whether `text` is `word`, which has at most 8 bytes.
constexpr bool is_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() && key_word(text) == key_word(word);
}

// A key as it is encoded, its length in front, ready to be compared in one or two loads.
struct KeyToken {
  // At most 15 bytes.
  consteval explicit KeyToken(std::string_view key) : bytes(key.size() + 1) {
    std::array<char, 16> encoded{static_cast<char>(0xa0u | key.size())};
    for (std::size_t i = 0; i < key.size(); ++i) encoded.at(i + 1) = key[i];
    const std::string_view token(encoded.data(), bytes);
    first = key_word(token.substr(0, 8));
    if (bytes < 8) first_mask = (std::uint64_t{1} << (8 * bytes)) - 1;
    if (bytes > 8) last = key_word(token.substr(bytes - 8));
  }
  std::size_t bytes;
  std::uint64_t first = 0;
  std::uint64_t first_mask = ~std::uint64_t{0};
  std::uint64_t last = 0;
};

}  // namespace rollcall

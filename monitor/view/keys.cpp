#include "monitor/view/keys.hpp"

#include <algorithm>
#include <array>

namespace rollcall {
namespace {

struct Sequence {
  std::string_view bytes;
  Key key;
};

constexpr std::array<Sequence, 12> kSequences{{{"\x1b[A", Key::kUp},
                                               {"\x1b[B", Key::kDown},
                                               {"\x1bOA", Key::kUp},
                                               {"\x1bOB", Key::kDown},
                                               {"\x1b[5~", Key::kPageUp},
                                               {"\x1b[6~", Key::kPageDown},
                                               {"\x1b[H", Key::kHome},
                                               {"\x1b[F", Key::kEnd},
                                               {"\x1bOH", Key::kHome},
                                               {"\x1bOF", Key::kEnd},
                                               {"\x1b[1~", Key::kHome},
                                               {"\x1b[4~", Key::kEnd}}};

Key key_of(char c) {
  switch (c) {
    case 'q':
    case 'Q':
    case '\x03': return Key::kQuit;  // Ctrl-C where the terminal does not make it a signal
    case 'k': return Key::kUp;
    case 'j': return Key::kDown;
    case 'b': return Key::kPageUp;
    case ' ': return Key::kPageDown;
    case 'g': return Key::kHome;
    case 'G': return Key::kEnd;
    case 's': return Key::kSort;
    case 'p': return Key::kPause;
    case 'h':
    case '?': return Key::kHelp;
    default: return Key::kOther;
  }
}

// Length of the escape sequence that `bytes` begins with, whatever it means.
std::size_t sequence_length(std::string_view bytes) {
  if (bytes.size() < 2) return bytes.size();
  if (bytes[1] != '[') return bytes[1] == 'O' && bytes.size() > 2 ? 3 : 2;
  std::size_t length = 2;
  while (length < bytes.size() && (bytes[length] < 0x40 || bytes[length] > 0x7E)) ++length;
  return length < bytes.size() ? length + 1 : length;
}

}  // namespace

std::vector<Key> parse_keys(std::string_view bytes) {
  std::vector<Key> keys;
  if (bytes == "\x1b") return {Key::kQuit};
  while (!bytes.empty()) {
    if (bytes[0] != '\x1b') {
      keys.push_back(key_of(bytes[0]));
      bytes.remove_prefix(1);
      continue;
    }
    const std::size_t length = sequence_length(bytes);
    const auto known =
        std::find_if(kSequences.begin(), kSequences.end(),
                     [&](const Sequence& each) { return each.bytes == bytes.substr(0, length); });
    keys.push_back(known == kSequences.end() ? Key::kOther : known->key);
    bytes.remove_prefix(length);
  }
  return keys;
}

}  // namespace rollcall

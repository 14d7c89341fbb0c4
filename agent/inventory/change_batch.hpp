// What was found out about the files of the data directory, in order, on its way from the thread
// that looks to the one that announces. Names lie end to end in one buffer, so that a batch that is
// cleared and filled again allocates nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class ChangeBatch {
 public:
  enum class Kind : std::uint8_t {
    kPut,          // the file is there and has `bytes`
    kRemove,       // the file is gone
    kRemoveUnder,  // the directory is gone, with all that was in it
    kScanEnded,    // a scan of everything ended here; no name
  };
  struct Change {
    Kind kind = Kind::kPut;
    std::string_view path;
    std::uint64_t bytes = 0;
  };

  void add(Kind kind, std::string_view path, std::uint64_t bytes = 0);
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  // Moves all changes of `other` behind its own; `other` is empty then.
  void append(ChangeBatch& other);
  void clear();

  template <typename Visit>
  void for_each(Visit&& visit) const {
    std::size_t at = 0;
    for (const Entry& entry : entries_) {
      visit(Change{entry.kind, std::string_view(names_).substr(at, entry.length), entry.bytes});
      at += entry.length;
    }
  }

 private:
  struct Entry {
    std::uint64_t bytes = 0;
    std::uint32_t length = 0;
    Kind kind = Kind::kPut;
  };
  std::string names_;
  std::vector<Entry> entries_;
};

}  // namespace rollcall

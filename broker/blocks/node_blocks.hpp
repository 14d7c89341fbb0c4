// The set of blocks that the broker holds of one node, as its announcements built it up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "shared/protocol/announcement.hpp"

namespace rollcall {

class NodeBlocks {
 public:
  enum class Outcome : std::uint8_t {
    kApplied,    // the set is now at version `to`
    kPartTaken,  // more parts must come
    kMismatch,   // does not follow on what is held; the whole set is needed
  };

  // Applies one announcement. A change whose parts do not all come, or for which there was no
  // memory, leaves the set without a version, so that nothing matches it until the whole set was
  // sent.
  Outcome apply(const BlocksView& blocks);

  // Nothing where the set is not whole.
  const std::optional<InventorySummary>& summary() const { return summary_; }
  // True where parts of an announcement were taken and more are due. Cleared by the second call
  // without a part in between: then they are not coming.
  bool awaits_parts();
  // A node without blocks has nothing to send: its version is taken over from its status.
  void adopt_empty(std::uint64_t version);

  // Blocks held, with those of a whole set that is still coming in.
  std::size_t held() const { return sizes_.size() + incoming_.size(); }
  std::uint64_t held_bytes() const { return tally_.bytes; }
  // How many more blocks it may come to hold by applying this.
  static std::size_t growth(const BlocksView& blocks) { return blocks.add_count; }

 private:
  struct IdHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const;
  };
  using Sizes = std::unordered_map<std::string, std::uint64_t, IdHash, std::equal_to<>>;
  // A set in brief; digest and bytes count modulo 2^64.
  struct Tally {
    std::uint64_t bytes = 0;
    std::uint64_t digest = 0;
  };

  Outcome try_to_apply(const BlocksView& blocks);
  void abandon();
  bool begins_well(const BlocksView& blocks);
  static void put(Sizes& sizes, Tally& tally, const Block& block);
  static void remove(Sizes& sizes, Tally& tally, std::string_view id);
  void finish(std::uint64_t version);

  Sizes sizes_;
  Tally tally_;
  std::optional<InventorySummary> summary_;

  // An announcement of several parts that is coming in.
  std::uint64_t session_ = 0;
  std::uint64_t next_part_ = 0;  // 0: none is
  std::uint64_t parts_ = 0;
  std::uint64_t to_ = 0;
  bool whole_ = false;
  bool part_came_ = false;
  Sizes incoming_;
  Tally incoming_tally_;
};

}  // namespace rollcall

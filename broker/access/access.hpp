// Who may speak, and as whom: the public keys that were let in, each with a role and a name.
//
// ZeroMQ authenticates a connection once, when it is made. So each message is judged by the token
// that its connection was given then (ZAP's User-Id, which peers cannot choose once we answer), and
// a key that is taken away is refused with its next message.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rollcall {

enum class Role : std::uint8_t { kAgent, kMonitor, kAdmin };
std::string_view name_of(Role role);

// One of the broker's sockets, as ZAP's domain.
enum class Door : std::uint8_t { kAnnounce, kQuery, kFeed };
std::string_view name_of(Door door);
std::optional<Door> door_of(std::string_view domain);

struct Identity {
  std::string public_key;  // Z85
  Role role = Role::kAgent;
  std::string name;  // of an agent: its node id
  bool operator==(const Identity&) const = default;
};

class Access {
 public:
  struct Changes {
    std::vector<Identity> added;
    std::vector<Identity> removed;
    bool any() const { return !added.empty() || !removed.empty(); }
  };

  // Lets in exactly these from now on. Of two agents with one key neither is let in, for it could
  // speak for both; so it is with any key that has two names in one role.
  Changes replace(std::vector<Identity> identities);

  // Whether the owner of this key may come through the door; its token, or nothing.
  std::optional<std::string_view> admit(std::string_view public_key, Door door) const;
  // Who was given this token; null where nobody was, or the key was taken away since.
  const Identity* who(std::string_view token) const;
  // May its owner ask? Agents may not.
  bool may_ask(std::string_view token) const {
    const Identity* const identity = who(token);
    return identity != nullptr && may_pass(identity->role, Door::kQuery);
  }

  std::size_t size() const { return by_key_.size(); }
  static bool may_pass(Role role, Door door);

 private:
  // Never removed: a token must not come to mean somebody else. There are as many as different keys
  // were ever put into the folder during this run.
  struct Entry {
    Identity identity;
    std::string token;
    bool valid = false;
  };
  using Places = std::unordered_multimap<std::string_view, std::size_t>;  // by public key
  std::size_t place_of(const Identity& identity);

  std::vector<std::unique_ptr<Entry>> entries_;
  Places by_key_;      // valid ones
  Places ever_known_;  // all
};

}  // namespace rollcall

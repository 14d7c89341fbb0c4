// Keeps who is let in: reads the folder of keys as it changes, and answers for libzmq who may come
// through which door.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "broker/access/access.hpp"
#include "broker/io/gate.hpp"
#include "broker/io/key_folder.hpp"
#include "shared/core/line.hpp"
#include "shared/core/result.hpp"
#include "shared/core/time.hpp"
#include "shared/keys/certificate.hpp"

namespace rollcall {

class Doorkeeper {
 public:
  // Before any socket is made. Fails where the broker's own key cannot be read, or where a trial
  // connection with a key that nobody knows is let in.
  static Result<std::unique_ptr<Doorkeeper>> open(zmq::context_t& context,
                                                  const std::string& folder, Now now);

  const Access& access() const { return access_; }
  const std::string& secret_key() const { return own_.secret_key; }
  std::string started_text() const;

  // Descriptors of which one becomes readable when there is work, and when there is some anyway.
  std::vector<int> descriptors();
  std::int64_t due_ms() const { return more_ ? kNoTime : folder_.due_ms(); }
  // Lets in who waits and reads what changed, and tells of it. True where somebody who may be
  // subscribed must no longer be: then the feed is to be opened anew.
  bool work(Now now, std::vector<Line>& lines);

  std::uint64_t admitted() const { return gate_.admitted(); }
  std::uint64_t turned_away() const { return gate_.turned_away(); }

 private:
  static constexpr std::int64_t kNoTime = 0;  // at once

  Doorkeeper(zmq::context_t& context, const std::string& folder, Certificate own);
  // What is wrong, or an empty text.
  std::string try_the_door(zmq::context_t& context);
  bool read_keys(Now now, std::vector<Line>& lines);

  std::string folder_name_;
  Certificate own_;
  Access access_;
  KeyFolder folder_;
  Gate gate_;
  bool more_ = false;
};

}  // namespace rollcall

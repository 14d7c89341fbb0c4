// Commands of a broker, as an agent hears them: the topic up to the first line's end, then the
// body.
#include "agent/announce/command.hpp"
#include "shared/core/ids.hpp"
#include "shared/core/limits.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/protocol/referee.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = as_text(data, size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  Command command;
  command.topic = input.substr(0, line);
  command.body = input.substr(std::min(line + 1, input.size()));
  const auto order = decode_command(command);
  if (!order) return 0;
  ROLLCALL_CHECK(command.topic == "command." + std::string(order->node));
  ROLLCALL_CHECK(is_node_id(order->node) && is_within(order->node, command.topic));
  ROLLCALL_CHECK(command.body.size() <= limits::kBodyBytes && is_one_value(command.body));
  return 0;
}

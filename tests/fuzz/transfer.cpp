// Requests that carry a store: any bytes are refused with words, or read as one of its steps.
#include "broker/queries/transfer_request.hpp"
#include "shared/protocol/fields.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body = as_text(data, size);
  Reader reader(body);
  const bool is_one = reader.skip(limits::kNestingDepth) && reader.at_end();
  Transfer transfer;
  if (const auto failure = read_backup(body, transfer)) {
    ROLLCALL_CHECK(failure->code == QueryError::kBadRequest && !failure->message.empty());
  } else {
    ROLLCALL_CHECK(is_one);
  }
  ROLLCALL_CHECK(transfer.name.size() <= size && transfer.data.size() <= size);
  if (const auto failure = read_restore(body, transfer)) {
    ROLLCALL_CHECK(failure->code == QueryError::kBadRequest && !failure->message.empty());
    ROLLCALL_CHECK(failure->message.size() < 1000);
  } else {
    ROLLCALL_CHECK(is_one);
    ROLLCALL_CHECK(transfer.step != RestoreStep::kData || !transfer.data.empty());
  }
  ROLLCALL_CHECK(transfer.data.empty() || body.find(transfer.data) != std::string_view::npos);
  return 0;
}

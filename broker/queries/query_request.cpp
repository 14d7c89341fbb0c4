#include "broker/queries/query_request.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "shared/core/escape.hpp"
#include "shared/protocol/announcement.hpp"
#include "shared/protocol/fields.hpp"

namespace rollcall {
namespace {

enum Field : int {
  kVersion,
  kId,
  kOp,
  kNode,
  kState,
  kPresence,
  kDuty,
  kKinds,
  kLabels,
  kPrefix,
  kSort,
  kLimit,
  kAfter,
  kGuard,
  kDomain,
  kNodes,
  kSince,
  kUntil,
  kTime,
  kStep,
  kLateAfter,
  kEvictAfter,
  kFor,
  kMetrics,
  kLatest,
  kWhat,
  kBy,
  kReason,
  kText,
};

constexpr std::array<std::string_view, 29> kFieldNames{
    "v",      "id",     "op",   "node",   "state",      "presence",    "duty",   "kinds",
    "labels", "prefix", "sort", "limit",  "after",      "guard",       "domain", "nodes",
    "since",  "until",  "time", "step",   "late_after", "evict_after", "for",    "metrics",
    "latest", "what",   "by",   "reason", "text"};

int field_of(std::string_view key) {
  const auto found = std::find(kFieldNames.begin(), kFieldNames.end(), key);
  return found == kFieldNames.end() ? -1 : static_cast<int>(found - kFieldNames.begin());
}

class Decoder {
 public:
  Decoder(Bytes body, QueryRequest& request) : reader_(body), request_(request) {}

  std::optional<QueryFailure> run() {
    std::uint32_t pairs = 0;
    const std::uint32_t seen =
        read_fields(reader_, kBelowBody, pairs, field_of, [&](int field) { return read(field); });
    if (!problem_.empty()) return QueryFailure{QueryError::kBadRequest, problem_};
    if (!reader_.ok()) return QueryFailure{QueryError::kBadRequest, unreadable(seen)};
    if (!reader_.at_end()) return bad("bytes follow the request");
    if ((seen >> kVersion & 1u) == 0 || version_ != kProtocolVersion) {
      return bad("'v' must be 1, the version of the protocol");
    }
    if ((seen >> kOp & 1u) == 0) return bad("'op' is missing: what is asked for");
    return std::nullopt;
  }

 private:
  static QueryFailure bad(std::string message) {
    return {QueryError::kBadRequest, std::move(message)};
  }

  std::string unreadable(std::uint32_t seen) const {
    if (seen == 0) return "the request is not a msgpack map with string keys";
    return fmt::format("the request cannot be read ({}); the last key understood was '{}'",
                       name_of(reader_.failure()), kFieldNames[static_cast<std::size_t>(last_)]);
  }

  bool say(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return reader_.fail(Refusal::kOutOfRange);
  }

  bool read(int field) {
    last_ = field;
    switch (field) {
      case kVersion: return reader_.read_uint(version_);
      case kId: return read_id();
      case kOp: return read_text(request_.op);
      case kNode: return read_text(request_.node);
      case kState: return read_words("state", request_.states);
      case kPresence: return read_words("presence", request_.presences);
      case kDuty: return read_words("duty", request_.duties);
      case kKinds: return read_words("kinds", request_.kinds);
      case kLabels: return read_labels();
      case kPrefix: return read_text(request_.prefix);
      case kSort: return read_text(request_.sort);
      case kLimit: return read_limit();
      case kGuard: return read_guard();
      case kDomain: return read_text(request_.domain);
      case kNodes: return read_texts("nodes", limits::kAskedNodes, request_.nodes);
      case kSince: return read_ms(request_.since_ms);
      case kUntil: return read_ms(request_.until_ms);
      case kTime: return read_ms(request_.time_ms);
      case kStep: return read_ms(request_.step_ms);
      case kLateAfter: return read_ms(request_.late_after_ms);
      case kEvictAfter: return read_ms(request_.evict_after_ms);
      case kFor: return read_ms(request_.for_ms);
      case kMetrics: return read_texts("metrics", limits::kAskedMetrics, request_.metrics);
      case kLatest: return reader_.read_bool(request_.latest);
      case kWhat: return read_text(request_.what);
      case kBy: return read_text(request_.by);
      case kReason: return read_text(request_.reason);
      case kText: return read_text(request_.text);
      default: return read_after();
    }
  }

  bool read_id() {
    Bytes raw;
    if (!reader_.skip_opaque(kBelowBody, &raw)) return false;
    request_.id.assign(raw);
    return true;
  }

  // A key that is nil is as good as absent.
  bool read_text(std::string& text) {
    if (reader_.take_nil()) return true;
    std::string_view value;
    if (!reader_.read_string(value)) return false;
    text.assign(value);
    return true;
  }

  // A moment or a duration; both may be added to each other without overflow.
  bool read_ms(std::optional<std::int64_t>& value) {
    if (reader_.take_nil()) return true;
    std::uint64_t ms = 0;
    if (!reader_.read_uint(ms)) return false;
    value = static_cast<std::int64_t>(std::min<std::uint64_t>(ms, INT64_MAX / 4));
    return true;
  }

  // One text, or a list of them.
  bool read_texts(std::string_view key, std::size_t most, std::vector<std::string>& texts) {
    if (reader_.take_nil()) return true;
    if (reader_.next_is_string()) return read_text(texts.emplace_back());
    std::uint32_t items = 0;
    if (!reader_.read_array(items)) return false;
    if (items > most) return say(fmt::format("'{}' has at most {} items", key, most));
    for (std::uint32_t i = 0; i < items; ++i) {
      if (!read_text(texts.emplace_back())) return false;
    }
    return true;
  }

  template <typename E>
  bool read_word(std::string_view key, WordSet<E>& words) {
    std::string_view word;
    if (!reader_.read_string(word)) return false;
    const auto known = from_name<E>(word);
    if (!known) {
      return say(fmt::format("'{}' is not a {}; known are {}", escaped(word, 64), key,
                             fmt::join(names_of(E{}), ", ")));
    }
    words.add(*known);
    return true;
  }

  template <typename E>
  bool read_words(std::string_view key, WordSet<E>& words) {
    if (reader_.take_nil()) return true;
    if (reader_.next_is_string()) return read_word(key, words);
    std::uint32_t items = 0;
    if (!reader_.read_array(items)) return false;
    for (std::uint32_t i = 0; i < items; ++i) {
      if (!read_word(key, words)) return false;
    }
    return true;
  }

  bool read_guard() {
    std::string_view word;
    if (reader_.take_nil()) return true;
    if (!reader_.read_string(word)) return false;
    request_.guard = from_name<GuardKind>(word);
    return request_.guard || say(fmt::format("'{}' is not a guard; known are {}", escaped(word, 64),
                                             fmt::join(kGuardKindNames, ", ")));
  }

  bool read_labels() {
    if (reader_.take_nil()) return true;
    std::uint32_t pairs = 0;
    if (!reader_.read_map(pairs)) return false;
    if (pairs > limits::kLabels) return say("at most 32 labels can be asked for");
    for (std::uint32_t i = 0; i < pairs; ++i) {
      std::string_view key;
      std::string_view value;
      if (!reader_.read_string(key) || !reader_.read_string(value)) return false;
      request_.labels.emplace_back(key, value);
    }
    return true;
  }

  bool read_limit() {
    if (reader_.take_nil()) return true;
    std::uint64_t limit = 0;
    if (!reader_.read_uint(limit)) return false;
    if (limit == 0) return say("'limit' must be at least 1");
    request_.limit = static_cast<std::size_t>(std::min<std::uint64_t>(limit, limits::kPageMax));
    return true;
  }

  bool read_after() {
    if (reader_.take_nil()) return true;
    if (reader_.next_is_string()) return read_text(request_.after_text.emplace());
    return reader_.read_uint(request_.after_seq.emplace());
  }

  Reader reader_;
  QueryRequest& request_;
  std::uint64_t version_ = 0;
  int last_ = kVersion;
  std::string problem_;
};

}  // namespace

void find_request_id(Bytes body, std::string& id) {
  Reader reader(body);
  std::uint32_t pairs = 0;
  if (!reader.read_map(pairs)) return;
  for (std::uint32_t i = 0; i < pairs; ++i) {
    std::string_view key;
    Bytes value;
    if (!reader.read_key(key) || !reader.skip_opaque(kBelowBody, &value)) return;
    if (key != "id") continue;
    if (value.size() <= limits::kRequestBytes) id.assign(value);
    return;
  }
}

std::optional<QueryFailure> decode_request(Bytes body, QueryRequest& request) {
  request = QueryRequest{};
  std::optional<QueryFailure> failure = Decoder(body, request).run();
  if (failure && request.id.empty()) find_request_id(body, request.id);
  return failure;
}

}  // namespace rollcall

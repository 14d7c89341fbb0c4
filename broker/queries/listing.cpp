#include "broker/queries/listing.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include <fmt/format.h>

#include "broker/queries/record.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

struct Order {
  std::string_view name;
  double (*key_of)(const Node&);
};

template <typename T>
double as_key(T value) {
  return static_cast<double>(value);
}

std::uint64_t uptime_of(const Node& node) {
  const Bytes value = node.value_of("uptime");
  std::uint64_t uptime_s = 0;
  if (!value.empty()) Reader(value).read_uint(uptime_s);
  return uptime_s;
}

// `node` is the order of ids, which needs no key.
constexpr std::array<Order, 13> kOrders{{
    {"node", nullptr},
    {"state", [](const Node& node) { return as_key(static_cast<int>(node.state)); }},
    {"presence", [](const Node& node) { return as_key(static_cast<int>(node.presence)); }},
    {"silent_for", [](const Node& node) { return -as_key(node.heard_ms); }},
    {"cpu", [](const Node& node) { return as_key(node.cpu_steps); }},
    {"memory", [](const Node& node) { return percent_of(node.memory.used, node.memory.total); }},
    {"storage", [](const Node& node) { return percent_of(node.storage.used, node.storage.total); }},
    {"used", [](const Node& node) { return as_key(node.storage.used); }},
    {"total", [](const Node& node) { return as_key(node.storage.total); }},
    {"network", [](const Node& node) { return as_key(node.network.rx) + as_key(node.network.tx); }},
    {"joined_at", [](const Node& node) { return as_key(node.joined_at_ms); }},
    {"missed", [](const Node& node) { return as_key(node.missed()); }},
    {"uptime", [](const Node& node) { return as_key(uptime_of(node)); }},
}};

std::string known_orders() {
  std::string names;
  for (const Order& order : kOrders) names.append(names.empty() ? "" : ", ").append(order.name);
  return names;
}

// "<16 hex digits of the key>:<node id>".
constexpr std::size_t kKeyDigits = 16;

}  // namespace

std::optional<Listing> Listing::make(QueryRequest request, Route route, QueryFailure& failure) {
  Listing listing(std::move(request), std::move(route));
  if (!listing.set_order(failure) || !listing.set_start(failure)) return std::nullopt;
  return listing;
}

bool Listing::set_order(QueryFailure& failure) {
  std::string_view name = request_.sort;
  descending_ = name.starts_with('-');
  if (descending_) name.remove_prefix(1);
  if (name.empty()) name = "node";
  const auto order = std::find_if(kOrders.begin(), kOrders.end(),
                                  [&](const Order& it) { return it.name == name; });
  if (order == kOrders.end()) {
    failure = {
        QueryError::kBadRequest,
        fmt::format("cannot sort by '{}'; known are {}, each with '-' in front for descending",
                    escaped(name, 64), known_orders())};
    return false;
  }
  key_of_ = order->key_of;
  // Descending ids are rare enough to be sorted like any other key.
  if (key_of_ == nullptr && descending_) key_of_ = [](const Node&) { return 0.0; };
  return true;
}

bool Listing::set_start(QueryFailure& failure) {
  const auto bad = [&] {
    failure = {QueryError::kBadRequest, "'after' must be the 'next' of the page before"};
    return false;
  };
  if (request_.after_seq) return bad();
  if (!request_.after_text) return true;
  const std::string& text = *request_.after_text;
  if (key_of_ == nullptr) {
    last_id_ = text;
    started_ = true;
    return true;
  }
  std::uint64_t bits = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + std::min(text.size(), kKeyDigits), bits, 16);
  if (error != std::errc() || stop != text.data() + kKeyDigits || text.size() <= kKeyDigits ||
      text[kKeyDigits] != ':') {
    return bad();
  }
  start_ = Candidate{.key = std::bit_cast<double>(bits), .id = text.substr(kKeyDigits + 1)};
  return true;
}

bool Listing::advance(const ClusterView& view, std::size_t& budget) {
  return key_of_ == nullptr ? advance_by_id(view, budget) : advance_by_key(view, budget);
}

bool Listing::advance_by_id(const ClusterView& view, std::size_t& budget) {
  if (!started_ || last_id_ < request_.prefix) {
    last_id_ = request_.prefix;
    started_ = false;  // the prefix itself may be an id
  }
  bool complete = true;
  view.registry.order().visit_from(last_id_, started_, [&](Slot slot) {
    const Node& node = view.registry.nodes().at(slot);
    if (!node.id().starts_with(request_.prefix)) return false;
    if (budget == 0) {
      complete = false;
      return false;
    }
    --budget;
    if (matches(node, request_) && !take(slot, view)) return false;
    last_id_.assign(node.id());
    started_ = true;
    return true;
  });
  return complete;
}

// Adds a record to the page; false where the page is full, and then says where the next begins.
bool Listing::take(Slot slot, const ClusterView& view) {
  const Node& node = view.registry.nodes().at(slot);
  const std::size_t before = records_.size();
  if (count_ < request_.limit) {
    write_record(node, {view.attended_ms, view.incident_of(slot), &view.roster}, records_);
    // A page holds at least one record: none is as large as a page.
    if (count_ == 0 || records_.size() <= page_bytes(request_.id)) {
      ++count_;
      return true;
    }
    records_.resize(before);
  }
  if (key_of_ == nullptr) next_ = last_id_;
  return false;
}

bool Listing::comes_before(const Candidate& a, const Candidate& b) const {
  if (a.key != b.key) return descending_ ? a.key > b.key : a.key < b.key;
  return descending_ && request_.sort == "-node" ? a.id > b.id : a.id < b.id;
}

void Listing::consider(const Node& node, Slot slot) {
  Candidate candidate{key_of_(node), slot, std::string(node.id())};
  if (start_ && !comes_before(*start_, candidate)) return;
  const auto before = [this](const Candidate& a, const Candidate& b) { return comes_before(a, b); };
  if (candidates_.size() == request_.limit) {
    left_some_out_ = true;
    if (!comes_before(candidate, candidates_.front())) return;
    std::pop_heap(candidates_.begin(), candidates_.end(), before);
    candidates_.pop_back();
  }
  candidates_.push_back(std::move(candidate));
  std::push_heap(candidates_.begin(), candidates_.end(), before);
}

bool Listing::advance_by_key(const ClusterView& view, std::size_t& budget) {
  const NodeTable& nodes = view.registry.nodes();
  for (; next_slot_ < nodes.slots(); ++next_slot_) {
    if (budget == 0) return false;
    --budget;
    const Node& node = nodes.at(next_slot_);
    if (!node.in_use || !node.id().starts_with(request_.prefix) || !matches(node, request_)) {
      continue;
    }
    consider(node, next_slot_);
  }
  write_candidates(view);
  return true;
}

void Listing::write_candidates(const ClusterView& view) {
  std::sort(candidates_.begin(), candidates_.end(),
            [this](const Candidate& a, const Candidate& b) { return comes_before(a, b); });
  const Candidate* last = nullptr;
  for (const Candidate& candidate : candidates_) {
    const Node& node = view.registry.nodes().at(candidate.slot);
    // It may have gone while others were looked at.
    const bool still_there = node.in_use && node.id() == candidate.id;
    if (still_there && !take(candidate.slot, view)) {
      left_some_out_ = true;
      break;
    }
    last = &candidate;
  }
  if (left_some_out_ && last != nullptr) next_ = place_of(*last);
}

std::string Listing::place_of(const Candidate& candidate) const {
  return fmt::format("{:016x}:{}", std::bit_cast<std::uint64_t>(candidate.key), candidate.id);
}

QueryReply Listing::finish(const ClusterView& view) {
  QueryReply reply;
  begin_reply(request_.id, view, reply.body);
  Writer writer(reply.body);
  writer.map(2).text("nodes").array(count_).raw(records_.view()).text("next");
  if (next_) {
    writer.text(*next_);
  } else {
    writer.nil();
  }
  reply.route = std::move(route_);  // kept until nothing can fail
  return reply;
}

}  // namespace rollcall

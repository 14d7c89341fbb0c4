#include "shared/client/guards.hpp"

#include "shared/client/named.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kFindings = 64;

bool decode_guard(Bytes raw, GuardInfo& guard) {
  Reader reader(raw);
  constexpr std::array<std::string_view, 13> kNames{"guard", "node",  "domain", "since",   "lasted",
                                                    "for",   "lost",  "of",     "returns", "rate",
                                                    "used",  "limit", "why"};
  read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, guard.guard);
      case 1: return read_text(reader, guard.node);
      case 2: return read_text(reader, guard.domain);
      case 3: return read_ms(reader, guard.since_ms);
      case 4: return read_ms(reader, guard.lasted_ms);
      case 5: return reader.take_nil() || read_ms(reader, guard.for_ms.emplace());
      case 6: {
        Bytes lost;  // of a store it may be a map; then events of the guard say more
        if (!reader.skip(limits::kNestingDepth, &lost)) return false;
        Reader(lost).read_uint(guard.lost);
        return true;
      }
      case 7: return reader.read_uint(guard.of);
      case 8: return reader.read_uint(guard.returns);
      case 9: return reader.read_uint(guard.rate_per_s);
      case 10: return reader.read_uint(guard.used);
      case 11: return reader.read_uint(guard.limit);
      default: return reader.take_nil() || read_text(reader, guard.why);
    }
  });
  return reader.ok() && !guard.guard.empty();
}

bool decode_finding(Bytes raw, Finding& finding) {
  Reader reader(raw);
  constexpr std::array<std::string_view, 5> kNames{"rule", "value", "text", "clears", "since"};
  read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, finding.rule);
      case 1: return read_text(reader, finding.value);
      case 2: return read_text(reader, finding.text);
      case 3: return read_text(reader, finding.clears);
      default: return read_ms(reader, finding.since_ms);
    }
  });
  return reader.ok() && !finding.rule.empty();
}

}  // namespace

bool decode_guards_page(Bytes result, GuardsPage& page) {
  page = GuardsPage{};
  Reader reader(result);
  Bytes list;
  constexpr std::array<std::string_view, 2> kNames{"guards", "total"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    return i == 0 ? reader.skip(limits::kNestingDepth + 1, &list) : reader.read_uint(page.total);
  });
  if (!reader.ok() || (seen & 1u) == 0) return false;
  return for_each_item(list, [&](Bytes raw) {
    GuardInfo guard;
    if (decode_guard(raw, guard)) page.guards.push_back(std::move(guard));
    return page.guards.size() < limits::kPageMax;
  });
}

bool decode_explanation(Bytes result, Explanation& explanation) {
  explanation = Explanation{};
  Reader reader(result);
  Bytes list;
  constexpr std::array<std::string_view, 3> kNames{"node", "presence", "findings"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, explanation.node);
      case 1: return read_text(reader, explanation.presence);
      default: return reader.skip(limits::kNestingDepth + 1, &list);
    }
  });
  if (!reader.ok() || seen != 0b111u) return false;
  return for_each_item(list, [&](Bytes raw) {
    Finding finding;
    if (decode_finding(raw, finding)) explanation.findings.push_back(std::move(finding));
    return explanation.findings.size() < kFindings;
  });
}

}  // namespace rollcall

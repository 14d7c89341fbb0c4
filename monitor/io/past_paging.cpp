#include "monitor/io/past_paging.hpp"

#include <algorithm>

#include "monitor/io/output.hpp"
#include "shared/client/json.hpp"
#include "shared/core/limits.hpp"
#include "shared/protocol/reader.hpp"

namespace rollcall {
namespace {

// A record within a list within a result.
constexpr int kDepth = limits::kNestingDepth + 4;

}  // namespace

bool PagesJson::add(const Reply& reply) {
  const bool is_first = as_of_.empty();
  if (is_first && !append_json(reply.as_of_raw, as_of_)) return false;
  Reader reader(reply.result);
  std::uint32_t pairs = 0;
  if (!reader.read_map(pairs)) return false;
  for (std::uint32_t i = 0; i < pairs; ++i) {
    std::string_view key;
    Bytes value;
    if (!reader.read_string(key) || !reader.skip(kDepth, &value)) return false;
    std::string text;
    if (!append_json(value, text)) return false;
    if (key == list_) {
      if (text.size() <= 2) continue;
      if (!items_.empty()) items_ += ',';
      items_.append(text, 1, text.size() - 2);
    } else if (key != "next" && is_first) {
      append_json_text(key, pairs_);
      pairs_ += ":" + text + ",";
    }
  }
  return true;
}

std::string PagesJson::document(const std::string& next) const {
  std::string out = "{" + pairs_ + "\"" + list_ + "\":[" + items_ + "],\"next\":";
  if (next.empty()) {
    out += "null";
  } else {
    append_json_text(next, out);
  }
  return out + ",\"as_of\":" + as_of_ + "}";
}

Paged ask_pages(Asker& asker, PastQuery query, std::uint64_t limit,
                const std::function<PageSeen(const Reply& reply)>& take) {
  Paged paged;
  std::uint64_t left = limit == 0 ? limits::kNodes : limit;
  while (left > 0) {
    query.limit = std::min<std::uint64_t>(left, limits::kPageMax);
    paged.last = ask_past(asker, query);
    if (paged.last.asked != Asked::kAnswered) return paged;
    PageSeen seen = take(paged.last.reply);
    paged.is_malformed = !seen.is_understood;
    if (paged.is_malformed) return paged;
    paged.next = std::move(seen.next);
    // One that leads nowhere is the last.
    if (paged.next.empty() || paged.next == query.after || seen.count == 0) break;
    query.after = paged.next;
    left -= std::min<std::uint64_t>(left, seen.count);
  }
  paged.is_done = true;
  return paged;
}

int put_pages(const Settings& settings, Asker& asker, const PastQuery& query, const Paged& paged,
              const PagesJson& json, const std::function<Rows(std::size_t columns)>& page) {
  if (paged.is_malformed) return malformed(settings);
  if (!paged.is_done) return past_failed(settings, asker, paged.last, query);
  if (settings.is_json()) {
    put_line(json.document(paged.next));
  } else {
    put_rows(page(settings.output == "wide" ? 0 : terminal_columns()), wants_colours());
  }
  return kExitDone;
}

}  // namespace rollcall

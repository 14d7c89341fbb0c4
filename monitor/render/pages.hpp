// What the commands print: pages of text made from what was answered.
#pragma once

#include <string>
#include <vector>

#include "monitor/render/text.hpp"
#include "monitor/render/trends.hpp"
#include "shared/client/event.hpp"
#include "shared/client/guards.hpp"
#include "shared/client/record.hpp"
#include "shared/client/reply.hpp"
#include "shared/client/summary.hpp"

namespace rollcall {

Rows summary_page(const Summary& summary, const AsOf& as_of);

// Everything known of one node, and its recent events.
Rows node_page(const Record& record, const std::vector<Event>& events, const AsOf& as_of);

// `is_filtered`: an empty list means that nothing matched, not that there is nothing. `width`: 0
// where it does not matter.
Rows nodes_page(const std::vector<std::string>& columns, const std::vector<Record>& nodes,
                bool is_filtered, bool is_cut_short, const AsOf& as_of, std::size_t width,
                const Trends* trends = nullptr);

Rows events_page(const std::vector<Event>& events, bool is_filtered, const AsOf& as_of);

Rows guards_page(const GuardsPage& page, const AsOf& as_of);
Rows explanation_page(const Explanation& explanation, const AsOf& as_of);

// The reply's result with its as_of beside it, as one JSON document; empty where it is malformed.
std::string reply_json(const Reply& reply);

}  // namespace rollcall

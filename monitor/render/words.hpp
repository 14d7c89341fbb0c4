// The words and colours of states, presence and events.
#pragma once

#include <cstdint>
#include <string>

#include "monitor/render/text.hpp"
#include "shared/client/event.hpp"
#include "shared/client/reply.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

Style style_of(State state);
Style style_of(Presence presence);
Style style_of(Duty duty);

// "14:03:59", and "2026-11-23 14:03:59", in the local time zone.
std::string clock_text(std::int64_t wall_ms);
std::string date_text(std::int64_t wall_ms);
// "14:03" of today, else "2026-11-23 14:03".
std::string near_text(std::int64_t wall_ms, std::int64_t now_wall_ms);

// "14:03:59 📱 node-1 joined from 10.0.0.7".
Row event_row(const Event& event);

// Why a node is silent, by the broker's word for it; empty where it says nothing.
std::string cause_text(std::string_view verdict);

// "in maintenance", "draining".
std::string duty_text(std::string_view duty);

// "1 node", "12,345 nodes".
std::string counted(std::uint64_t count, const std::string& noun);

// What is wrong with the broker's own view, one row each; none where nothing is.
Rows caveats(const AsOf& as_of);

}  // namespace rollcall

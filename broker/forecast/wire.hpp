// A forecast as [P77] has it.
#pragma once

#include <optional>
#include <string_view>

#include "broker/forecast/forecast.hpp"
#include "broker/forecast/members.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

// `of` is the id of a node, "zone=Z", "rack=R" or "all".
void write_forecast(std::string_view of, const Forecast& forecast,
                    const std::optional<Absorb>& absorb, Buffer& out);

}  // namespace rollcall

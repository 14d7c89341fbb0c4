// libzmq's own descriptors of the sockets that we bound: it does not tell them.
#pragma once

#include <vector>

#include "broker/wiring/endpoints.hpp"

namespace rollcall {

// Those that listen at these endpoints, as bound. Looks through the descriptors from the lowest on.
std::vector<int> find_listeners(const BrokerEndpoints& bound);

}  // namespace rollcall

// Where sockets bind and connect, judged as text.
#pragma once

#include <string>
#include <string_view>

namespace rollcall {

// What is wrong with an endpoint, or an empty text. tcp://HOST:PORT and ipc://PATH are accepted;
// other transports of libzmq have no authentication, or open holes.
std::string why_bad_endpoint(std::string_view endpoint);
// The same for one to connect to: a wildcard host or port is nobody's.
std::string why_bad_peer(std::string_view endpoint);
// True where only this machine can reach it.
bool is_loopback(std::string_view endpoint);
// tcp://[ADDRESS]:PORT
bool is_ipv6(std::string_view endpoint);
// As libzmq can bind it: it knows addresses and interfaces, no host names, not even localhost.
std::string as_bindable(std::string_view endpoint);

}  // namespace rollcall

// Certificates as files. What is read here decides who is let in, so whatever is doubtful is an
// error: a secret that others can read, a file that others can write, one that is no regular file.
#pragma once

#include <string>

#include "shared/core/result.hpp"
#include "shared/io/socket.hpp"
#include "shared/keys/certificate.hpp"

namespace rollcall {

Result<Certificate> read_public_key_file(const std::string& path);
// The file must belong to us (or we be root) with mode 0600 or less, and the two keys in it must
// belong together.
Result<Certificate> read_secret_key_file(const std::string& path);

// The keys of an agent or a monitor: its own `*.key_secret`, of which there must be one, and the
// `broker.key` that it trusts.
Result<CurveClient> read_client_keys(const std::string& folder);

// The broker's own pair, `broker.key_secret`.
Result<Certificate> read_broker_key(const std::string& folder);

Certificate draw_certificate();
// Writes NAME.key and NAME.key_secret (0600) into the folder, which is made (0700) where it is not
// there. Never overwrites. Returns the path of the public one.
Result<std::string> write_key_files(const std::string& folder, const std::string& name,
                                    const Certificate& certificate);

}  // namespace rollcall

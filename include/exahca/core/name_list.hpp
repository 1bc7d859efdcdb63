#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// Lists of names as they are typed behind an option, and printed to be pasted there: comma-separated values (RFC 4180)
/// in one line. A name that holds a comma, or begins with a quotation mark or a space, stands in quotation marks, and
/// those inside it are doubled: "Acme, Inc. ""A""",g/two. Spaces around a name do not count.

/// The names in a list; empty ones are left out unless they are quoted.
/// \param option  its name, for messages. \throws UsageError  when a quotation mark is not closed, or text follows it
[[nodiscard]] std::vector<std::string> split_names(std::string_view option, std::string_view text);

/// One name as it stands in a list.
[[nodiscard]] std::string listed_name(std::string_view name);

/// A list that split_names takes apart into these names again. \param separator  "," or ", "
[[nodiscard]] std::string join_names(std::span<std::string const> names, std::string_view separator = ",");

} // namespace exahca

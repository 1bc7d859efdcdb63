#pragma once

#include "exahca/read/summary.hpp"

#include <string>

namespace exahca {

/// The answer on one screen. With an overview: what all settings say together, and the details of the best.
enum class TextLength {
    full,
    brief, ///< what can be said of every setting's answer in a few lines, and the warnings that bear on it
};
[[nodiscard]] std::string to_text(Summary const& summary, TextLength length = TextLength::full);

/// The same as JSON; the fields are described in docs/user_guide.md.
[[nodiscard]] std::string to_json(Summary const& summary);

} // namespace exahca

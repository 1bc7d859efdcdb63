#pragma once

#include "exahca/read/certainty.hpp"
#include "exahca/read/summary.hpp"
#include "exahca/text/summary_text.hpp"

#include <iterator>
#include <string>
#include <string_view>

namespace exahca {

// Parts of the text of `show`.

using Out = std::back_insert_iterator<std::string>;

/// A topic and its sentences, wrapped.
void print_statement(Out out, Statement const& statement);
/// The same about what has no Topic, as it stands above a table.
void print_statement(Out out, std::string_view topic, std::string_view text);

/// What all settings say together. \pre summary.overview
void print_overview(Out out, Summary const& summary, TextLength length);

} // namespace exahca

#pragma once

#include <set>
#include <string>
#include <vector>

namespace exahca::detail {

// What the words of a column's name say, in small letters, without a look at its numbers.

/// Whether a name has any of these.
[[nodiscard]] bool contains_any(std::set<std::string> const& words, std::vector<std::string> const& telling);
/// "#Params (B)", "Number of parameters", "param_count": beside words that go with a count there is none.
[[nodiscard]] bool is_name_of_count(std::set<std::string> const& words);
/// "Num of SAT Test Takers": a number of people or cases, unless of what was solved.
[[nodiscard]] bool is_number_of(std::set<std::string> const& words);
/// "Rank-1 accuracy", "Recall at rank 5".
[[nodiscard]] bool is_of_some_rank(std::set<std::string> const& words);
/// "Tokens/s", "tokens per second".
[[nodiscard]] bool is_speed(std::set<std::string> const& words);
/// "W_FSTUWT", "pspwght", as surveys call the weights of their rows.
[[nodiscard]] bool is_survey_weight(std::set<std::string> const& words);
/// "Memory Usage (MB)", "GPU memory (GB)", no test of memory.
[[nodiscard]] bool is_memory(std::set<std::string> const& words);
/// "size", "Model size (B)": no size of pictures.
[[nodiscard]] bool is_model_size(std::set<std::string> const& words);

} // namespace exahca::detail

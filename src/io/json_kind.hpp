#pragma once

#include "io/json_record.hpp"

#include <string_view>

namespace exahca::io {

/// How results, as evaluation programs write them, are told from tables. An object with `evaluation_results` is such;
/// one with `results` is, too, unless these are a table themselves: rows, or rows by the model's name, whose benchmarks
/// are objects in turn, {"model-a": {"MMMU": {"Overall": 45.1}}}. What a program measured of one model has one level
/// less, {"arc": {"acc": 0.5}}; whatever its levels, a member that says what was run on which model tells.
[[nodiscard]] bool are_results(Record const& object);

/// A row of a table may have a member `results` with cells, {"model": "a", "results": {"arc": 50, "mmlu": 60}}, or of
/// more levels where it says `model` and nothing of what was run.
[[nodiscard]] bool are_results_of_row(Record const& row);

/// Whether a text begins an object that are_results, or an array whose first row are_results_of_row, as far as the
/// member shows that tells, of which a few levels are looked at: files of results are large, and nobody is to take all
/// of them apart for that. What says no more than "perhaps a table" is for those who read it all.
[[nodiscard]] bool begins_with_results(std::string_view content);

} // namespace exahca::io

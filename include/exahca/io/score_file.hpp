#pragma once

#include "exahca/io/tree_file.hpp"
#include "exahca/model/kept_column.hpp"
#include "exahca/model/score_matrix.hpp"

#include <string>
#include <string_view>

namespace exahca {

/// Attribute `filetype` of score files, and the version of their layout (docs/file_format.md).
inline constexpr std::string_view score_filetype = "exahca-scores";
inline constexpr FormatVersion score_format{2, 1};
inline constexpr std::int64_t oldest_score_major = 1;

/// Reads a score file, ours or one that people wrote with h5py: strings of fixed or variable length, scores of any
/// number type, no attributes needed. Symbolic links inside the file are followed, links to other files are not. A
/// score that is NaN is missing. Bounds are as stored, none where the file says nothing of them. Datasets that this
/// version does not know are ignored.
///
/// \throws InvalidInput  when it is damaged or incomplete, with file, place and remedy: missing datasets, wrong types
///         or shapes, infinite scores, no models, fewer than two benchmarks, equal or empty names
[[nodiscard]] ScoreMatrix read_scores(std::string const& path);

/// The same for what needs every score. \throws InvalidInput  when some are missing, too, saying how many
[[nodiscard]] ScoreMatrix read_complete_scores(std::string const& path);

/// The columns that the file keeps beside its scores (group `kept`), in their order; none where it has no such group.
/// \throws InvalidInput  when they do not fit the models
[[nodiscard]] std::vector<KeptColumn> read_kept_columns(std::string const& path);

/// Writes a score file, atomically. \throws OutputError  see write_file_atomically
void write_scores(std::string const& path, ScoreMatrix const& matrix);
/// The same from a table that is not needed any more. A large one (2^20 scores and more) is not compressed, goes to the
/// disk while it is made, and gives up its names on the way: memory holds it once.
/// \param kept  columns to keep beside the scores, one value per model each
void write_scores(std::string const& path, ScoreMatrix&& matrix, std::vector<KeptColumn> const& kept = {});

/// What `write_scores` stores.
[[nodiscard]] DataGroup scores_as_tree(ScoreMatrix const& matrix);

/// Identifies names and values, items, and bounds where they are others than the scores show; not the file that holds
/// them: XXH3, 128 bits, hexadecimal.
[[nodiscard]] std::string fingerprint(ScoreMatrix const& matrix);

} // namespace exahca

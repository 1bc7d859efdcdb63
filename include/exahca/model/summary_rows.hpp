#pragma once

#include "exahca/model/score_matrix.hpp"

#include <vector>

namespace exahca {

/// How it shows that a row sums up others and is no model.
enum class SummaryKind {
    name, ///< it is called so: "Total", "Average (llama)", "Mean of all models"
    mean, ///< in every column it is the mean of the other rows, of all or of its base model's
    sum,  ///< likewise their sum
};

/// A row that sums up others.
struct SummaryRow
{
    SummaryKind kind = SummaryKind::name;
    Index row = 0; ///< of the score matrix
};

/// Rows that sum up others, ascending. Nothing of it is certain, and nothing is changed.
///
/// A name counts when it holds a word such as total, mean or median and beside it nothing but words such as all,
/// models, of, and the name of a base model. Means and sums are looked for with three known scores or more, among the
/// other rows (at least three) that are not called summaries themselves; a mean may be off by 0.006 standard deviations
/// of its column, as by rounding, a sum by a millionth. Of more than 50,000 rows only the first and last three are
/// looked at by name, and none by number.
[[nodiscard]] std::vector<SummaryRow> find_summary_rows(ScoreMatrix const& matrix);

} // namespace exahca

#pragma once

#include "exahca/numerics/matrix.hpp"

namespace exahca {

/// Known scores of each column of a table; NaN where a score is missing.
struct ColumnMoments
{
    Vector means;   ///< NaN where nothing is known
    Vector squares; ///< sums of squares about them; 0 where nothing is known
    Vector counts;  ///< of known scores

    [[nodiscard]] Vector variances() const { return squares.cwiseQuotient(counts); } ///< NaN where nothing is known
};
/// \param scores  models x benchmarks
[[nodiscard]] ColumnMoments column_moments(Matrix const& scores);

// Simple ways to fill in missing scores, which predictions of a model are compared with. NaN where a score is missing.

/// Means of rows and columns: the column's mean, plus the mean of how far the row's known scores are above theirs, in
/// standard deviations of their columns. A row without known scores has the columns' means; a column without any is
/// NaN. \param scores      models x benchmarks \param deviations  of the columns, positive
[[nodiscard]] Matrix complete_by_means(Matrix const& scores, Vector const& deviations);

/// What a Gaussian says of missing scores, given the known ones of their row.
struct GaussianCompletion
{
    Matrix means;      ///< known scores as they are
    Matrix deviations; ///< conditional standard deviations, 0 where known
};

/// One Gaussian of all rows, by maximum likelihood: EM (R. J. A. Little, D. B. Rubin, Statistical Analysis with Missing
/// Data, section 11.2). A thousandth of each variance is added to the diagonal, so that few models are enough. It
/// ends where means and covariances move by less than 1e-6 in units of the columns' deviations, or after 500 steps.
/// Columns that are constant stay so, those without known scores are NaN; neither tells anything of others.
[[nodiscard]] GaussianCompletion complete_by_gaussian(Matrix const& scores);

/// A matrix of low rank and noise: regularised iterative principal components (J. Josse, F. Husson, J. Soc. Fr. Stat.
/// 153 (2012), 79). Missing entries start at 0; singular values l of the filled matrix are shrunk to (l^2 - s^2)/l, s^2
/// the mean square of those beyond the rank; ends where the filled entries move by less than 1e-6, or after 1,000
/// steps. \param scores  centred and standardised \param rank    at least 1, below the number of columns
[[nodiscard]] Matrix complete_by_low_rank(Matrix const& scores, Index rank);

} // namespace exahca

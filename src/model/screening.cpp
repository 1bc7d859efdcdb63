#include "exahca/model/screening.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace exahca {
namespace {

constexpr double deviation_of_median = 1.4826; // of a normal number, per median absolute deviation
constexpr double outermost = 2;                // standardised scores beyond count as this for correlations
constexpr double shrinkage = 0.1;
constexpr double low_deviations = 2, unusual_deviations = 3;
constexpr Index fewest_rows_per_column = 2;

/// Of values in any order, NaN left out; NaN without any. That of an even number is the mean of the middle two.
double median_of(std::vector<double> values)
{
    std::erase_if(values, [](double value) { return std::isnan(value); });
    if (values.empty()) return std::nan("");
    auto const middle = values.begin() + std::ssize(values) / 2;
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return 0.5 * (*std::max_element(values.begin(), middle) + *middle);
}

std::vector<double> as_list(auto const& values) { return {values.begin(), values.end()}; }

/// Number of deviations from the median; NaN where nothing is spread out.
std::vector<double> standardised(std::vector<double> values)
{
    double const middle = median_of(values);
    std::vector<double> distances;
    for (double const value : values) distances.push_back(std::abs(value - middle));
    double deviation = median_of(distances);
    if (!(deviation > 0)) { // more than half are equal, at a floor as a rule: the others tell the scale
        std::erase(distances, 0.0);
        deviation = median_of(distances);
    }
    for (double& value : values) value = (value - middle) / (deviation_of_median * deviation);
    return values;
}

/// R of rows_that_fit. \param z  n x d, NaN where missing or without spread
Matrix robust_correlation(Matrix const& z)
{
    Index const d = z.cols();
    // Cut at 2 deviations, so that the odd rows that are looked for do not shape R themselves.
    Matrix const cut = z.unaryExpr([](double x) { return std::isnan(x) ? x : std::clamp(x, -outermost, outermost); });
    Matrix correlation = Matrix::Identity(d, d);
    for (Index a = 0; a < d; ++a)
        for (Index b = 0; b < a; ++b) {
            double ab = 0, aa = 0, bb = 0;
            for (Index i = 0; i < cut.rows(); ++i) {
                double const x = cut(i, a), y = cut(i, b);
                if (std::isnan(x) || std::isnan(y)) continue;
                ab += x * y;
                aa += x * x;
                bb += y * y;
            }
            double const value = aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
            correlation(a, b) = correlation(b, a) = (1 - shrinkage) * value;
        }
    // Taken pair by pair over different rows it need not be positive.
    Eigen::SelfAdjointEigenSolver<Matrix> const axes(correlation);
    // With complete rows shrinkage alone keeps eigenvalues above `shrinkage`; a tenth of that is the floor where gaps
    // have made some of them smaller or negative. The diagonal may then be above 1.
    Vector const variances = axes.eigenvalues().cwiseMax(0.1 * shrinkage);
    return axes.eigenvectors() * variances.asDiagonal() * axes.eigenvectors().transpose();
}

/// How low a row is, and how unusual, before these are standardised over the rows.
struct Standing
{
    double level = std::nan(""), distance = std::nan("");
};

Standing standing_of(Vector const& z, Matrix const& correlation)
{
    std::vector<Index> known;
    for (Index j = 0; j < z.size(); ++j)
        if (!std::isnan(z[j])) known.push_back(j);
    if (known.empty()) return {};
    Matrix const part = correlation(known, known);
    Vector const scores = z(known);
    auto const count = static_cast<double>(known.size());
    // z' R_OO^-1 z, a chi-squared number of |O| degrees where rows are normal. Its cube root over |O| is nearly normal
    // with mean 1 - 2/(9 |O|) and variance 2/(9 |O|) (Wilson and Hilferty), so rows with different gaps compare.
    double const squared = scores.dot(part.llt().solve(scores));
    double const spread = 2 / (9 * count); // of the cube root of a chi-squared number over its degrees of freedom
    return {scores.sum() / std::sqrt(part.sum()), (std::cbrt(squared / count) - (1 - spread)) / std::sqrt(spread)};
}

} // namespace

double median_total(Matrix const& scores)
{
    EXAHCA_EXPECT(scores.rows() >= 1);
    return median_of(as_list(Vector(scores.rowwise().sum())));
}

std::vector<double> relative_totals(Matrix const& scores)
{
    double const usual = median_total(scores);
    Vector medians(scores.cols());
    for (Index j = 0; j < scores.cols(); ++j) medians[j] = median_of(as_list(scores.col(j)));
    std::vector<double> relative;
    for (Index i = 0; i < scores.rows(); ++i) {
        if (!scores.row(i).hasNaN()) {
            relative.push_back(scores.row(i).sum() / usual);
            continue;
        }
        // A row with gaps: its total against the sum of the medians of what it has.
        double total = 0, expected = 0;
        for (Index j = 0; j < scores.cols(); ++j) {
            if (std::isnan(scores(i, j))) continue;
            total += scores(i, j);
            expected += medians[j];
        }
        relative.push_back(total / expected);
    }
    return relative;
}

std::vector<std::int64_t> rows_that_pass(Matrix const& scores, double threshold)
{
    if (!(threshold >= 0 && threshold <= 1))
        throw UsageError(fmt::format("the screening threshold is {}", threshold), "it is a share of the median total",
                         "use a number from 0 to 1, auto or off");
    std::vector<std::int64_t> rows;
    // Complete rows are compared by totals, not ratios: a negative or zero median would turn a ratio round.
    double const least = threshold * median_total(scores);
    std::vector<double> relative; // needed for rows with gaps alone
    if (scores.hasNaN()) relative = relative_totals(scores);
    for (Index i = 0; i < scores.rows(); ++i) {
        bool const passes =
            scores.row(i).hasNaN() ? relative[static_cast<std::size_t>(i)] >= threshold : scores.row(i).sum() >= least;
        if (threshold == 0 || passes) rows.push_back(i);
    }
    return rows;
}

std::vector<std::int64_t> rows_that_fit(Matrix const& scores)
{
    std::vector<std::int64_t> rows(static_cast<std::size_t>(scores.rows()));
    std::iota(rows.begin(), rows.end(), std::int64_t{0});
    if (scores.rows() < fewest_rows_per_column * scores.cols()) return rows;
    Matrix z(scores.rows(), scores.cols());
    for (Index j = 0; j < scores.cols(); ++j) {
        // Column by column: units and origins are gone from here on.
        auto const column = standardised(as_list(scores.col(j)));
        z.col(j) = Eigen::Map<Vector const>(column.data(), std::ssize(column));
    }
    auto const correlation = robust_correlation(z);
    std::vector<double> levels, distances;
    for (Index i = 0; i < z.rows(); ++i) {
        auto const [level, distance] = standing_of(z.row(i).transpose(), correlation);
        levels.push_back(level);
        distances.push_back(distance);
    }
    levels = standardised(std::move(levels));
    distances = standardised(std::move(distances));
    // Both at once: a row that is low in the usual way is a weak model, one that is unusual and not low is a good one
    // of its own kind. Comparisons with NaN are false, so rows that cannot be judged stay.
    std::erase_if(rows, [&](std::int64_t row) {
        auto const i = static_cast<std::size_t>(row);
        return levels[i] < -low_deviations && distances[i] > unusual_deviations;
    });
    return rows;
}

std::vector<std::int64_t> complete_rows(Matrix const& scores)
{
    std::vector<std::int64_t> rows;
    for (Index i = 0; i < scores.rows(); ++i)
        if (!scores.row(i).hasNaN()) rows.push_back(i);
    return rows;
}

Matrix gather_rows(Matrix const& matrix, std::span<std::int64_t const> rows)
{
    Matrix gathered(static_cast<Index>(rows.size()), matrix.cols());
    for (Index j = 0; j < matrix.cols(); ++j)
        for (std::size_t i = 0; i < rows.size(); ++i) gathered(static_cast<Index>(i), j) = matrix(rows[i], j);
    return gathered;
}

} // namespace exahca

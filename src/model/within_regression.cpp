#include "exahca/model/within_regression.hpp"

#include "exahca/core/check.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

namespace exahca {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// A regressor of which less than this share of its square is left is a combination of others.
constexpr double least_left = 1e-10;
/// A row with less freedom than this decides its own fit.
constexpr double least_freedom = 1e-9;

/// The rows that are used, in deviations from the means of their groups, times the square roots of their weights.
struct Centred
{
    Vector y;
    Matrix x;
    std::vector<Index> groups; ///< of each row, as given
    Vector shares;             ///< of each row in the weight of its group: the leverage of the intercept
    Vector squares;            ///< of the regressors, weighted, before centring
    Index used_groups = 0;
};

Centred centre_rows(Vector const& y, Matrix const& x, std::span<Index const> groups, Vector const& given)
{
    std::vector<Index> rows;
    for (Index i = 0; i < y.size(); ++i)
        if (std::isfinite(y[i]) && x.row(i).allFinite() && (given.size() == 0 || given[i] > 0)) rows.push_back(i);
    Centred used{y(rows), x(rows, Eigen::all), {}, {}, {}, 0};
    Vector const weights = given.size() == 0 ? Vector(Vector::Ones(used.y.size())) : Vector(given(rows));
    Index count = 0;
    for (Index const row : rows) {
        used.groups.push_back(groups[static_cast<std::size_t>(row)]);
        count = std::max(count, used.groups.back() + 1);
    }
    used.squares = used.x.cwiseAbs2().transpose() * weights;
    // Subtracting weighted group means is the regression with an intercept for each group, without the intercepts
    // (Frisch, Waugh and Lovell).
    Matrix sums = Matrix::Zero(count, x.cols() + 2); // regressors, outcome, weight
    for (Index i = 0; i < used.y.size(); ++i) {
        auto sum = sums.row(used.groups[static_cast<std::size_t>(i)]);
        sum.head(x.cols()) += weights[i] * used.x.row(i);
        sum[x.cols()] += weights[i] * used.y[i];
        sum[x.cols() + 1] += weights[i];
    }
    used.used_groups = (sums.col(x.cols() + 1).array() > 0).count();
    used.shares.resize(used.y.size());
    for (Index i = 0; i < used.y.size(); ++i) {
        auto const sum = sums.row(used.groups[static_cast<std::size_t>(i)]);
        double const whole = sum[x.cols() + 1], root = std::sqrt(weights[i]);
        used.shares[i] = weights[i] / whole;
        used.x.row(i) = root * (used.x.row(i) - sum.head(x.cols()) / whole);
        used.y[i] = root * (used.y[i] - sum[x.cols()] / whole);
    }
    return used;
}

/// How many groups have regressors that vary.
Index count_varying(Centred const& used)
{
    std::vector<Index> varying;
    for (Index i = 0; i < used.x.rows(); ++i)
        // A row that is off its group's mean by more than rounding; compared with the regressor's whole sum of
        // squares.
        if ((used.x.row(i).cwiseAbs2().transpose().array() > least_left * used.squares.array()).any())
            varying.push_back(used.groups[static_cast<std::size_t>(i)]);
    std::sort(varying.begin(), varying.end());
    return std::unique(varying.begin(), varying.end()) - varying.begin();
}

/// Regressors that are no combinations of those before them.
std::vector<Index> independent_columns(Centred const& used)
{
    std::vector<Index> kept;
    std::vector<Vector> basis;
    for (Index j = 0; j < used.x.cols(); ++j) {
        Vector left = used.x.col(j);
        for (int pass = 0; pass < 2; ++pass) // once more for what rounding leaves
            for (Vector const& direction : basis) left -= direction.dot(left) * direction;
        // Compared with the square before centring: what only differs between groups leaves rounding errors of that
        // size.
        if (!(left.squaredNorm() > least_left * used.squares[j])) continue;
        basis.emplace_back(left.normalized());
        kept.push_back(j);
    }
    return kept;
}

} // namespace

WithinRegression regress_within(Vector const& y, Matrix const& x, std::span<Index const> groups, Vector const& weights)
{
    EXAHCA_EXPECT(x.rows() == y.size() && std::ssize(groups) == y.size());
    EXAHCA_EXPECT(weights.size() == 0 || weights.size() == y.size());
    Centred const used = centre_rows(y, x, groups, weights);
    WithinRegression result;
    result.rows = used.y.size();
    result.estimates.setConstant(x.cols(), nan);
    result.covariance.setConstant(x.cols(), x.cols(), nan);
    // Told also where nothing can be estimated.
    result.varying = count_varying(used);
    auto const kept = independent_columns(used);
    auto const degrees = result.rows - used.used_groups - std::ssize(kept);
    if (kept.empty() || degrees < 1) return result;
    result.degrees = static_cast<double>(degrees);

    Matrix const design = used.x(Eigen::all, kept);
    // (X'X)^-1 around X' diag(e_i^2/(1 - h_i)^2) X: a sandwich.
    Matrix const bread = (design.transpose() * design).ldlt().solve(Matrix::Identity(design.cols(), design.cols()));
    Vector const estimates = bread * (design.transpose() * used.y);
    Vector const residuals = used.y - design * estimates;
    Matrix meat = Matrix::Zero(design.cols(), design.cols());
    for (Index i = 0; i < design.rows(); ++i) {
        // 1 - h_i: the leverage is that of the intercept plus that of the centred regressors.
        double const freedom = 1 - used.shares[i] - design.row(i).dot(bread * design.row(i).transpose());
        if (freedom < least_freedom) continue;
        double const error = residuals[i] / freedom;
        meat += error * error * design.row(i).transpose() * design.row(i);
    }
    Matrix const covariance = bread * meat * bread;
    for (std::size_t a = 0; a < kept.size(); ++a) {
        result.estimates[kept[a]] = estimates[static_cast<Index>(a)];
        for (std::size_t b = 0; b < kept.size(); ++b)
            result.covariance(kept[a], kept[b]) = covariance(static_cast<Index>(a), static_cast<Index>(b));
    }
    return result;
}

std::vector<double> false_discovery_rates(std::span<double const> p_values)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < p_values.size(); ++i)
        if (!std::isnan(p_values[i])) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return p_values[a] < p_values[b]; });
    std::vector<double> rates(p_values.size(), nan);
    // From the largest p-value down: p_(i) n / i, and never more than at a larger one.
    double least = 1;
    for (std::size_t i = order.size(); i-- > 0;) {
        least = std::min(least, p_values[order[i]] * static_cast<double>(order.size()) / static_cast<double>(i + 1));
        rates[order[i]] = least;
    }
    return rates;
}

} // namespace exahca

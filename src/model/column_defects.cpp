#include "exahca/model/column_defects.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <utility>

namespace exahca {
namespace {

/// Scores that differ by no more than this share of their size differ by rounding.
constexpr double rounding = 1e-12;

Matrix triangular_factor(Matrix rows)
{
    Index const d = rows.cols();
    Matrix factor = Eigen::HouseholderQR<Eigen::Ref<Matrix>>(rows).matrixQR().topRows(d);
    factor.triangularView<Eigen::StrictlyLower>().setZero();
    return factor;
}

/// Upper triangular R with R' R = X' X, of rows X that need not be held together: taken in blocks, each below what was
/// found before. The domain's mean is subtracted on the way.
Matrix centred_factor(Matrix const& scores)
{
    constexpr Index block = 4096;
    Index const d = scores.cols();
    Matrix factor = Matrix::Zero(d, d);
    if (scores.rows() == 0) return factor;
    Eigen::RowVectorXd const mean = scores.colwise().mean();
    for (Index first = 0; first < scores.rows(); first += block) {
        Index const count = std::min(block, scores.rows() - first);
        Matrix stacked(d + count, d);
        stacked << factor, scores.middleRows(first, count).rowwise() - mean;
        factor = triangular_factor(std::move(stacked));
    }
    return factor;
}

/// One factor for the rows of several.
Matrix pooled_factor(std::span<DomainSpread const> domains)
{
    Index const d = domains.front().factor.cols();
    Matrix pooled = Matrix::Zero(d, d);
    for (auto const& domain : domains) {
        Matrix stacked(2 * d, d);
        stacked << pooled, domain.factor;
        pooled = triangular_factor(std::move(stacked));
    }
    return pooled;
}

bool is_constant(Eigen::Ref<Vector const> const& scores)
{
    if (scores.size() == 0) return true;
    double const range = scores.maxCoeff() - scores.minCoeff();
    return range <= rounding * scores.cwiseAbs().maxCoeff();
}

/// Names the column of a relation sum w_c x_c = 0 that is the mean or the sum of the others; else the last one.
ColumnDefect name_relation(std::map<Index, double> const& weights)
{
    std::vector<Index> columns;
    for (auto const& [column, weight] : weights) columns.push_back(column);
    auto const others_of = [&](Index chosen) {
        auto others = columns;
        std::erase(others, chosen);
        return others;
    };
    auto const count = std::ssize(columns);
    for (Index i = count; i-- > 0 && count > 2;) { // averages stand behind what they average, usually
        Index const chosen = columns[static_cast<std::size_t>(i)];
        auto const others = others_of(chosen);
        auto const all_near = [&](double value) {
            return std::all_of(others.begin(), others.end(), [&](Index other) {
                double const coefficient = -weights.at(other) / weights.at(chosen);
                return std::abs(coefficient - value) <= dependence_tolerance * value;
            });
        };
        if (all_near(1 / static_cast<double>(count - 1))) return {ColumnDefectKind::mean, chosen, others, {}};
        if (all_near(1)) return {ColumnDefectKind::sum, chosen, others, {}};
    }
    return {ColumnDefectKind::dependent, columns.back(), others_of(columns.back()), {}};
}

/// One column by some others, least squares.
struct Regression
{
    std::vector<Index> others;
    Vector coefficients; ///< of the others
    double left = 1;     ///< norm of the residual, where columns have norm 1
};

Regression regress(Matrix const& columns, Index target, std::vector<Index> others)
{
    Regression regression{std::move(others), {}, 1};
    if (regression.others.empty()) return regression;
    Matrix const known = columns(Eigen::all, regression.others);
    // With pivots: the others may hold a combination of their own.
    regression.coefficients = known.colPivHouseholderQr().solve(columns.col(target));
    regression.left = (columns.col(target) - known * regression.coefficients).norm();
    return regression;
}

/// The column that the others explain best, by no more of them than it takes; the later ones are given up first.
std::pair<Index, Regression> closest_combination(Matrix const& columns)
{
    std::pair<Index, Regression> best{-1, {}};
    for (Index target = 0; target < columns.cols(); ++target) {
        std::vector<Index> others;
        for (Index j = 0; j < columns.cols(); ++j)
            if (j != target) others.push_back(j);
        auto regression = regress(columns, target, std::move(others));
        if (regression.left < best.second.left) best = {target, std::move(regression)};
    }
    auto& [target, regression] = best;
    if (regression.left > dependence_tolerance) return best;
    // What takes part in a small way, beside the rounding of the rest, takes part.
    double const enough = std::min(dependence_tolerance, std::max(1e-6, 2 * regression.left));
    for (auto i = std::ssize(regression.others); i-- > 0;) {
        auto fewer = regression.others;
        fewer.erase(fewer.begin() + i);
        auto without = regress(columns, target, std::move(fewer));
        if (without.left <= enough) regression = std::move(without);
    }
    return best;
}

/// Combinations among the columns given, none of them constant. \param rows  about their domains' means, or a
/// triangular factor of them
std::vector<ColumnDefect> find_combinations(Matrix const& rows, std::vector<Index> columns)
{
    std::vector<ColumnDefect> defects;
    while (columns.size() > 1) {
        // Unit columns: otherwise benchmarks in other units would set the scale of what is small. Regressions need
        // only a triangular factor.
        Matrix const factor = triangular_factor(rows(Eigen::all, columns).colwise().normalized());
        auto const [target, regression] = closest_combination(factor);
        if (target < 0 || regression.left > dependence_tolerance) break;
        std::map<Index, double> weights; // in file order
        auto const add = [&](Index j, double weight) {
            auto const column = columns[static_cast<std::size_t>(j)];
            weights[column] = weight / rows.col(column).norm();
        };
        add(target, 1);
        for (std::size_t i = 0; i < regression.others.size(); ++i)
            add(regression.others[i], -regression.coefficients[static_cast<Index>(i)]);
        defects.push_back(name_relation(weights));
        std::erase(columns, defects.back().column);
    }
    return defects;
}

/// Defects that hold within all these domains together.
std::vector<ColumnDefect> defects_within(std::span<DomainSpread const> domains)
{
    std::vector<ColumnDefect> defects;
    Index const d = domains.front().factor.cols();
    std::vector<Index> varying;
    for (Index j = 0; j < d; ++j)
        if (std::all_of(domains.begin(), domains.end(),
                        [j](auto const& domain) { return domain.constant[static_cast<std::size_t>(j)]; }))
            defects.push_back({ColumnDefectKind::constant, j, {}, {}});
        else
            varying.push_back(j);
    Index rows = 0;
    for (auto const& domain : domains) rows += domain.models;
    // With hardly more rows than columns everything is a combination of everything.
    if (rows - std::ssize(domains) + 1 < fewest_models(d)) return defects;
    auto combinations = find_combinations(pooled_factor(domains), varying);
    defects.insert(defects.end(), combinations.begin(), combinations.end());
    return defects;
}

} // namespace

DomainSpread spread_of(std::string name, Matrix const& scores)
{
    DomainSpread spread{std::move(name), scores.rows(), centred_factor(scores), {}};
    for (Index j = 0; j < scores.cols(); ++j) spread.constant.push_back(is_constant(scores.col(j)));
    return spread;
}

std::vector<ColumnDefect> find_column_defects(std::span<Domain const> domains)
{
    std::vector<DomainSpread> spreads;
    for (auto const& domain : domains) spreads.push_back(spread_of(domain.name, domain.scores));
    return find_column_defects(spreads);
}

std::vector<ColumnDefect> find_column_defects(std::span<DomainSpread const> domains)
{
    if (domains.empty()) return {};
    auto defects = defects_within(domains);
    auto const everywhere = defects.size();
    if (domains.size() == 1) return defects;
    auto const known = [&](Index column) {
        return std::any_of(defects.begin(), defects.begin() + static_cast<std::ptrdiff_t>(everywhere),
                           [&](ColumnDefect const& defect) { return defect.column == column; });
    };
    for (auto const& domain : domains) {
        if (domain.models < fewest_models(domain.factor.cols())) continue;
        for (auto& defect : defects_within({&domain, 1})) {
            if (known(defect.column)) continue;
            defect.domain = domain.name;
            defects.push_back(std::move(defect));
        }
    }
    return defects;
}

std::string describe(ColumnDefect const& defect, std::span<std::string const> benchmarks)
{
    auto const& name = benchmarks[static_cast<std::size_t>(defect.column)];
    std::vector<std::string> others;
    for (Index const other : defect.others) others.push_back(benchmarks[static_cast<std::size_t>(other)]);
    auto const where = defect.domain.empty() ? std::string() : fmt::format(" in base model {}", defect.domain);
    switch (defect.kind) {
    case ColumnDefectKind::constant:
        return fmt::format("{} is constant{}", name, defect.domain.empty() ? " within every base model" : where);
    case ColumnDefectKind::mean:
        return fmt::format("{} is the mean of {}{}", name, fmt::join(others, ", "), where);
    case ColumnDefectKind::sum:
        return fmt::format("{} is the sum of {}{}", name, fmt::join(others, ", "), where);
    case ColumnDefectKind::dependent:
        break;
    }
    if (others.size() == 1) return fmt::format("{} is a linear function of {}{}", name, others[0], where);
    return fmt::format("{} is a linear combination of {}{}", name, fmt::join(others, ", "), where);
}

std::vector<Index> columns_without(std::span<ColumnDefect const> defects, Index benchmarks)
{
    std::vector<Index> columns;
    for (Index j = 0; j < benchmarks; ++j)
        if (std::none_of(defects.begin(), defects.end(),
                         [&](ColumnDefect const& defect) { return defect.domain.empty() && defect.column == j; }))
            columns.push_back(j);
    return columns;
}

} // namespace exahca

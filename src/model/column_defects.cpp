#include "exahca/model/column_defects.hpp"

#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "means_and_sums.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

namespace exahca {
namespace {

using detail::is_multiple;
using detail::MeansAndSums;
using detail::PooledRows;

/// Rows of a domain that combinations are looked for in: no two benchmarks agree in so many by chance.
constexpr Index most_rows = 4096;

// The rows of each domain that have all of `columns`, about the mean of these rows. Other columns come along and may
// hold NaN.
PooledRows pooled_rows(std::span<DomainSpread const> domains, std::span<Index const> columns)
{
    std::vector<Matrix> parts;
    Index count = 0;
    for (auto const& domain : domains) {
        std::vector<Index> complete;
        for (Index i = 0; i < domain.rows.rows(); ++i)
            if (domain.rows(i, columns).allFinite()) complete.push_back(i);
        if (complete.empty()) continue;
        parts.emplace_back(domain.rows(complete, Eigen::all));
        count += parts.back().rows();
    }
    Index const d = domains.front().rows.cols();
    PooledRows pooled{Matrix(count, d), Matrix(count, d), Matrix(std::ssize(parts), d)};
    Index next = 0;
    for (std::size_t k = 0; k < parts.size(); ++k) {
        Eigen::RowVectorXd const mean = parts[k].colwise().mean();
        pooled.rows.middleRows(next, parts[k].rows()) = parts[k].rowwise() - mean;
        pooled.scores.middleRows(next, parts[k].rows()) = parts[k];
        pooled.means.row(static_cast<Index>(k)) = mean;
        next += parts[k].rows();
    }
    return pooled;
}

/// Whether all domains have it in a benchmark.
bool in_all(std::span<DomainSpread const> domains, std::vector<bool> DomainSpread::*what, Index column)
{
    return std::all_of(domains.begin(), domains.end(), [&](DomainSpread const& domain) {
        return static_cast<bool>((domain.*what)[static_cast<std::size_t>(column)]);
    });
}

/// Of a = b + c, where only c is ever below 0, c is what was made of the others: a difference. Anything else stays.
ColumnDefect name_difference(PooledRows const& pooled, ColumnDefect sum)
{
    if (sum.kind != ColumnDefectKind::sum || sum.others.size() != 2) return sum;
    auto const is_below_0 = [&](Index column) { return pooled.scores.col(column).minCoeff() < 0; };
    if (is_below_0(sum.column) || is_below_0(sum.others[0]) == is_below_0(sum.others[1])) return sum;
    Index const difference = is_below_0(sum.others[0]) ? sum.others[0] : sum.others[1];
    std::vector<Index> parts{sum.column, sum.others[0] + sum.others[1] - difference};
    std::sort(parts.begin(), parts.end());
    return {ColumnDefectKind::dependent, difference, std::move(parts), sum.domain};
}

/// Columns about their domains' means, of norm 1: otherwise benchmarks in other units would set the scale of what is
/// small.
struct UnitColumns
{
    Matrix columns;
    Index freedom = 0; ///< of their rows: as many as there are, less one for each domain's mean
};

UnitColumns unit_columns(PooledRows const& pooled, std::vector<Index> const& chosen)
{
    return {pooled.rows(Eigen::all, chosen).colwise().normalized(), pooled.rows.rows() - pooled.means.rows()};
}

/// One column by some others, least squares.
struct Regression
{
    std::vector<Index> others;
    double left = 1; ///< estimated standard deviation of the residual, in those of the column
};

Regression regress(UnitColumns const& unit, Index target, std::vector<Index> others)
{
    Regression regression{std::move(others), 1};
    if (regression.others.empty()) return regression;
    Matrix const known = unit.columns(Eigen::all, regression.others);
    // With pivots: the others may hold a combination of their own.
    Vector const coefficients = known.colPivHouseholderQr().solve(unit.columns.col(target));
    // Each coefficient takes a degree of freedom: of few rows many columns explain a share by chance alone.
    auto const all = static_cast<double>(unit.freedom);
    auto const rest = static_cast<double>(std::max<Index>(1, unit.freedom - std::ssize(regression.others)));
    regression.left = (unit.columns.col(target) - known * coefficients).norm() * std::sqrt(all / rest);
    return regression;
}

/// Gives up what the target does not need, the later columns first.
Regression shortest(UnitColumns const& unit, Index target, Regression regression)
{
    // What takes part in a small way, beside the rounding of the rest, takes part.
    double const enough = std::min(dependence_tolerance, std::max(1e-6, 2 * regression.left));
    for (auto i = std::ssize(regression.others); i-- > 0;) {
        // A column goes when the rest explain the target as well as before; `regression` then stands for the shorter
        // set.
        auto fewer = regression.others;
        fewer.erase(fewer.begin() + i);
        auto without = regress(unit, target, std::move(fewer));
        if (without.left <= enough) regression = std::move(without);
    }
    return regression;
}

/// All columns but one.
std::vector<Index> all_but(Index target, Index count)
{
    std::vector<Index> others;
    for (Index j = 0; j < count; ++j)
        if (j != target) others.push_back(j);
    return others;
}

/// The column that the others explain best, by no more of them than it takes.
std::pair<Index, Regression> closest_combination(UnitColumns const& unit)
{
    std::pair<Index, Regression> best{-1, {}};
    auto const count = unit.columns.cols();
    for (Index target = 0; target < count; ++target) {
        // Columns have length 1, so what is left is comparable between them.
        auto regression = regress(unit, target, all_but(target, count));
        if (regression.left < best.second.left) best = {target, std::move(regression)};
    }
    auto& [target, regression] = best;
    if (regression.left <= dependence_tolerance) regression = shortest(unit, target, std::move(regression));
    return best;
}

/// Names the column of a relation that is the mean or the sum of the others; else the last one that the others explain.
///
/// \param columns  that take part, in file order
/// \param target   the one of them that was found to be a combination
ColumnDefect name_relation(PooledRows const& pooled, std::vector<Index> const& columns, Index target)
{
    auto const others_of = [&](Index chosen) {
        auto others = columns;
        std::erase(others, chosen);
        return others;
    };
    auto const count = std::ssize(columns);
    for (Index i = count; i-- > 0 && count > 2;) { // averages stand behind what they average, usually
        Index const chosen = columns[static_cast<std::size_t>(i)];
        auto const others = others_of(chosen);
        if (is_multiple(pooled, chosen, others, 1 / static_cast<double>(count - 1), dependence_tolerance))
            return {ColumnDefectKind::mean, chosen, others, {}};
        if (is_multiple(pooled, chosen, others, 1, dependence_tolerance))
            return name_difference(pooled, {ColumnDefectKind::sum, chosen, others, {}});
    }
    // A column with a small part in the relation is one the others say next to nothing of: beside two that are nearly
    // the same, say.
    auto const unit = unit_columns(pooled, columns);
    for (Index i = count; i-- > 0;) {
        auto regression = regress(unit, i, all_but(i, count));
        if (regression.left > dependence_tolerance) continue;
        std::vector<Index> parts;
        for (Index const other : shortest(unit, i, std::move(regression)).others)
            parts.push_back(columns[static_cast<std::size_t>(other)]);
        return {ColumnDefectKind::dependent, columns[static_cast<std::size_t>(i)], std::move(parts), {}};
    }
    return {ColumnDefectKind::dependent, target, others_of(target), {}}; // whose others explain it
}

/// Combinations among the columns given, none of them constant.
std::vector<ColumnDefect> find_combinations(PooledRows const& pooled, std::vector<Index> columns, bool of_some)
{
    std::vector<ColumnDefect> defects;
    // Means and sums first: rounding hides them from least squares, which also may express the mean by fewer columns.
    // Each round names one column and takes it out, until what is left is independent.
    MeansAndSums const means_and_sums(pooled, of_some);
    while (columns.size() > 1) {
        // Q keeps lengths and angles, so regressions on the columns of the triangular factor have the coefficients and
        // the residual norm of those on all rows.
        auto unit = unit_columns(pooled, columns);
        Matrix factor = Eigen::HouseholderQR<Matrix>(unit.columns).matrixQR().topRows(unit.columns.cols());
        factor.triangularView<Eigen::StrictlyLower>().setZero();
        unit.columns = std::move(factor);
        if (auto mean = means_and_sums.find(columns)) {
            defects.push_back(name_difference(pooled, std::move(*mean)));
            std::erase(columns, defects.back().column);
            continue;
        }
        auto const [target, regression] = closest_combination(unit);
        if (target < 0 || regression.left > dependence_tolerance) break;
        std::vector<Index> parts{columns[static_cast<std::size_t>(target)]};
        for (Index const other : regression.others) parts.push_back(columns[static_cast<std::size_t>(other)]);
        std::sort(parts.begin(), parts.end());
        defects.push_back(name_relation(pooled, parts, columns[static_cast<std::size_t>(target)]));
        std::erase(columns, defects.back().column);
    }
    return defects;
}

/// Defects that hold within all these domains together.
std::vector<ColumnDefect> defects_within(std::span<DomainSpread const> domains)
{
    std::vector<ColumnDefect> defects;
    Index const d = domains.front().rows.cols();
    std::vector<Index> varying;
    for (Index j = 0; j < d; ++j)
        if (in_all(domains, &DomainSpread::absent, j))
            defects.push_back({ColumnDefectKind::absent, j, {}, {}});
        else if (in_all(domains, &DomainSpread::constant, j))
            defects.push_back({ColumnDefectKind::constant, j, {}, {}});
        else
            varying.push_back(j);
    auto const pooled = pooled_rows(domains, varying);
    // With hardly more rows than columns everything is a combination of everything.
    // Centring takes one dimension for each domain; that of a single domain is in fewest_models already.
    if (pooled.rows.rows() - pooled.means.rows() + 1 < fewest_models(d)) return defects;
    auto combinations = find_combinations(pooled, varying, domains.size() > 1);
    defects.insert(defects.end(), combinations.begin(), combinations.end());
    return defects;
}

} // namespace

DomainSpread spread_of(std::string name, Matrix const& scores)
{
    std::vector<Index> rows(static_cast<std::size_t>(scores.rows()));
    std::iota(rows.begin(), rows.end(), Index{0});
    return spread_of(std::move(name), scores, rows);
}

DomainSpread spread_of(std::string name, Matrix const& scores, std::span<Index const> rows)
{
    DomainSpread spread{std::move(name), std::ssize(rows), {}, {}, {}};
    for (Index j = 0; j < scores.cols(); ++j) {
        double least = std::numeric_limits<double>::infinity(), most = -least;
        auto const varies = [&](Index row) { // comparisons with NaN are false
            if (scores(row, j) < least) least = scores(row, j);
            if (scores(row, j) > most) most = scores(row, j);
            return !is_constant(least, most);
        };
        // Stops at the first row that shows variation, so most columns cost next to nothing; only what is constant is
        // read to the end.
        spread.constant.push_back(std::none_of(rows.begin(), rows.end(), varies));
        spread.absent.push_back(least > most);
    }
    auto const count = std::min(std::ssize(rows), most_rows);
    std::vector<Index> chosen; // evenly through the domain
    for (Index i = 0; i < count; ++i) chosen.push_back(rows[static_cast<std::size_t>(i * std::ssize(rows) / count)]);
    spread.rows = scores(chosen, Eigen::all);
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
    // What holds in all domains is not told again of each; a defect of one domain does not hide another domain's.
    auto const everywhere = defects.size();
    if (domains.size() == 1) return defects;
    auto const known = [&](Index column) {
        return std::any_of(defects.begin(), defects.begin() + static_cast<std::ptrdiff_t>(everywhere),
                           [&](ColumnDefect const& defect) { return defect.column == column; });
    };
    for (auto const& domain : domains) {
        if (domain.models < fewest_models(domain.rows.cols())) continue;
        for (auto& defect : defects_within({&domain, 1})) {
            if (known(defect.column)) continue;
            defect.domain = domain.name;
            defects.push_back(std::move(defect));
        }
    }
    return defects;
}

std::optional<ColumnDefect> find_mean_or_sum(std::span<DomainSpread const> domains, Index column,
                                             std::vector<Index> const& others)
{
    constexpr Index fewest_rows = 8;
    if (domains.empty() || others.size() < 2) return {};
    auto columns = others;
    columns.push_back(column);
    auto const pooled = pooled_rows(domains, columns);
    if (pooled.rows.rows() < fewest_rows) return {};
    return MeansAndSums(pooled, false).find_of(column, others);
}

std::vector<LocatedDefect> join_domains(std::span<ColumnDefect const> defects)
{
    std::vector<LocatedDefect> joined;
    for (auto const& defect : defects) {
        // The same columns in the same relation, both in single domains or both in all.
        auto const same = std::find_if(joined.begin(), joined.end(), [&](LocatedDefect const& known) {
            return known.defect.kind == defect.kind && known.defect.column == defect.column &&
                   known.defect.others == defect.others && known.defect.domain.empty() == defect.domain.empty();
        });
        auto& place = same == joined.end() ? joined.emplace_back(LocatedDefect{defect, {}}) : *same;
        if (!defect.domain.empty()) place.domains.push_back(defect.domain);
    }
    return joined;
}

std::string describe(ColumnDefect const& defect, std::span<std::string const> benchmarks)
{
    return describe(join_domains({&defect, 1}).front(), benchmarks);
}

std::string describe(LocatedDefect const& located, std::span<std::string const> benchmarks, char const* everywhere)
{
    auto const& defect = located.defect;
    auto const name = listed_name(benchmarks[static_cast<std::size_t>(defect.column)]);
    std::vector<std::string> others, domains;
    for (Index const other : defect.others) others.push_back(listed_name(benchmarks[static_cast<std::size_t>(other)]));
    for (auto const& domain : located.domains) domains.push_back(listed_name(domain));
    auto const where = domains.empty()
                           ? std::string()
                           : fmt::format(" in base model{} {}", domains.size() == 1 ? "" : "s", listed(domains));
    switch (defect.kind) {
    case ColumnDefectKind::absent:
        return fmt::format("{} has no score{}", name, domains.empty() ? " in any base model" : where);
    case ColumnDefectKind::constant:
        return fmt::format("{} is constant{}", name, domains.empty() ? fmt::format(" {}", everywhere) : where);
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

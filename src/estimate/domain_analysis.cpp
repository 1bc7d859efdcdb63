#include "exahca/estimate/domain_analysis.hpp"

#include "estimate/subspace_groups.hpp"
#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/estimate/analysed_rows.hpp"
#include "exahca/model/column_defects.hpp"
#include "exahca/model/near_duplicates.hpp"
#include "exahca/model/screening.hpp"
#include "exahca/numerics/moments.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "exahca/numerics/singular_values.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <map>
#include <numbers>

namespace exahca {
namespace {

// Models below this share of their domain's median total count as collapsed.
constexpr double collapsed_share = 0.2;

/// Complete rows that the screening leaves.
Matrix kept_rows(Matrix const& scores, ScreenChoice screen)
{
    Setting setting;
    setting.estimator = Estimator::published;
    setting.screen = screen.share;
    setting.screening = screen.rule;
    return gather_rows(scores, analysed_rows(setting, scores));
}

/// The m leading eigenvectors as rows, and the shares of variance of 1 .. d of them.
struct Components
{
    Matrix rows;
    std::vector<double> explained;
};

/// Eigenvectors of a covariance in score space, greatest variance first. Eigen gives them in rising order.
Components leading_components(Matrix const& covariance, Index factors)
{
    Eigen::SelfAdjointEigenSolver<Matrix> const solver(covariance);
    Components components;
    components.rows = solver.eigenvectors().rowwise().reverse().leftCols(factors).transpose();
    double sum = 0;
    double const total = solver.eigenvalues().sum();
    for (Index i = covariance.rows(); i-- > 0;) {
        sum += std::max(0.0, solver.eigenvalues()[i]);
        components.explained.push_back(total > 0 ? std::min(1.0, sum / total) : 0);
    }
    return components;
}

/// Models that have another within .1 standard deviations (near_duplicates.hpp), all pairs.
std::int64_t count_near_duplicates(Matrix const& scores)
{
    StandardDistance const distance(scores);
    std::vector<bool> has_neighbour(static_cast<std::size_t>(scores.rows()));
    for (Index i = 0; i < scores.rows(); ++i)
        for (Index j = i + 1; j < scores.rows(); ++j)
            if (distance.are_near(i, j))
                has_neighbour[static_cast<std::size_t>(i)] = has_neighbour[static_cast<std::size_t>(j)] = true;
    return std::count(has_neighbour.begin(), has_neighbour.end(), true);
}

/// Why these rows have no subspace that could be compared with others; empty when they have.
std::string why_unusable(Domain const& domain, std::vector<std::string> const& benchmarks)
{
    auto const d = domain.scores.cols();
    if (domain.scores.rows() < fewest_models(d))
        return fmt::format("too few models for {} benchmarks: {} at least", d, fewest_models(d));
    std::vector<std::string> defects;
    for (auto const& defect : find_column_defects({&domain, 1}))
        defects.push_back(
            defect.kind == ColumnDefectKind::constant
                ? fmt::format("{} is constant", listed_name(benchmarks[static_cast<std::size_t>(defect.column)]))
                : describe(defect, benchmarks));
    return fmt::format("{}", fmt::join(defects, "; "));
}

/// What is said of all models of a domain, before screening; floored is the benchmark with most scores at one end.
DomainReport describe_domain(Domain const& domain, std::vector<std::string> const& benchmarks, ScoreCounts counts)
{
    DomainReport report;
    report.name = domain.name;
    report.models = domain.scores.rows();
    report.median_total = median_total(domain.scores);
    for (double const total : relative_totals(domain.scores)) report.collapsed += total < collapsed_share;
    report.near_duplicates = count_near_duplicates(domain.scores);
    for (std::size_t j = 0; j < benchmarks.size(); ++j) {
        auto const share = static_cast<double>(std::max(counts.at_floor[j], counts.at_ceiling[j])) /
                           static_cast<double>(report.models);
        if (share > report.floor_share) {
            report.floor_share = share;
            report.floored = benchmarks[j];
        }
    }
    report.counts = std::move(counts);
    return report;
}

/// Largest angle, in degrees, between the span of some orthonormal rows and a larger subspace of orthonormal rows: its
/// sine is the largest singular value of what is left outside.
double angle_out_of(Matrix const& rows, Matrix const& subspace)
{
    Matrix const outside = rows - rows * subspace.transpose() * subspace;
    double const sine = singular_values(outside)[0];
    return std::asin(std::min(1.0, sine)) * 180 / std::numbers::pi;
}

/// A group by the names of its domains. \param position  of the usable domains among all
SharedGroup named(detail::SubspaceGroup const& group, DomainAnalysis const& analysis,
                  std::vector<std::size_t> const& position)
{
    SharedGroup shared;
    shared.bic_difference = group.bic;
    for (std::size_t i = 0; i < group.members.size(); ++i) {
        auto const& name = analysis.domains[position[group.members[i]]].name;
        shared.domains.push_back(name);
        if (group.weak[i]) shared.weak.push_back(name);
    }
    return shared;
}

} // namespace

DomainAnalysis analyse_domains(ScoreMatrix const& matrix, std::int64_t min_models, Index factors, ScreenChoice screen)
{
    if (factors < 1 || factors > matrix.scores.cols())
        throw UsageError(fmt::format("{} factors are asked of {} benchmarks", factors, matrix.scores.cols()), {},
                         fmt::format("choose --factors from 1 to {}", matrix.scores.cols()));
    auto const names = domains_by_size(matrix, min_models);
    if (names.empty())
        throw UsageError(fmt::format("no base model has {} models or more", min_models), {}, "lower --min-models");

    DomainAnalysis analysis;
    analysis.factors = factors;
    std::vector<CentredDomain> usable;
    std::vector<Matrix> subspaces;
    // Where each usable domain stands in analysis.domains; those without a subspace keep NaN in the tables.
    std::vector<std::size_t> position;
    std::map<std::string, ScoreCounts> counts;
    for (auto& domain : count_scores_by_domain(matrix, bounds_of(matrix))) counts[domain.domain] = std::move(domain);
    for (auto& domain : select_domains(matrix, names)) {
        auto report = describe_domain(domain, matrix.benchmarks, std::move(counts.at(domain.name)));
        domain.scores = kept_rows(domain.scores, screen);
        report.screened = report.counts.complete - domain.scores.rows();
        report.problem = why_unusable(domain, matrix.benchmarks);
        if (report.problem.empty()) {
            usable.push_back(centre(domain.scores));
            auto const components = leading_components(usable.back().covariance, factors);
            report.explained = components.explained;
            subspaces.push_back(components.rows);
            position.push_back(analysis.domains.size());
        }
        analysis.domains.push_back(std::move(report));
    }
    auto const k_total = static_cast<Index>(analysis.domains.size());
    analysis.angles = Matrix::Constant(k_total, k_total, std::numeric_limits<double>::quiet_NaN());
    analysis.bic = analysis.angles;
    analysis.weak.assign(analysis.domains.size(), std::vector<bool>(analysis.domains.size(), false));
    if (usable.empty()) return analysis;
    auto const pooled = leading_components(pooled_covariance(usable), factors).rows;
    detail::SubspaceGroups const groups(usable, factors);
    for (std::size_t a = 0; a < usable.size(); ++a) {
        auto const i = static_cast<Index>(position[a]);
        auto& report = analysis.domains[position[a]];
        // Eigenvectors of raw covariances: angles are those of score space in per-cent units.
        report.angle_to_pooled = largest_principal_angle(subspaces[a], pooled);
        if (factors > 1) report.leading_angle_to_pooled = angle_out_of(subspaces[a].topRows(factors - 1), pooled);
        analysis.angles(i, i) = analysis.bic(i, i) = 0;
        for (std::size_t b = 0; b < a; ++b) {
            auto const j = static_cast<Index>(position[b]);
            auto const& pair = groups.pair(a, b);
            analysis.angles(i, j) = analysis.angles(j, i) = largest_principal_angle(subspaces[a], subspaces[b]);
            analysis.bic(i, j) = analysis.bic(j, i) = pair.bic;
            analysis.weak[position[a]][position[b]] = analysis.weak[position[b]][position[a]] =
                pair.weak[0] || pair.weak[1];
        }
    }
    for (auto const& group : groups.merge()) analysis.groups.push_back(named(group, analysis, position));
    return analysis;
}

} // namespace exahca

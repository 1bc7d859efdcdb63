#include "exahca/experiment/domain_analysis.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/screening.hpp"
#include "exahca/model/shared_subspace.hpp"
#include "exahca/numerics/moments.hpp"
#include "exahca/numerics/principal_angles.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numbers>

namespace exahca {
namespace {

constexpr double collapsed_share = 0.2;
constexpr double usual_screen = 0.6;
constexpr double duplicate_distance = 1.5;

Matrix kept_rows(Matrix const& scores, double screen)
{
    return screen > 0 ? gather_rows(scores, rows_that_pass(scores, screen)) : scores;
}

/// The m leading eigenvectors as rows, and the shares of variance of 1 .. d of them.
struct Components
{
    Matrix rows;
    std::vector<double> explained;
};

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

std::int64_t count_near_duplicates(Matrix const& scores)
{
    // Sorted by the first benchmark, only rows within the distance there can be within it altogether.
    std::vector<Index> order(static_cast<std::size_t>(scores.rows()));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Index>(i);
    std::sort(order.begin(), order.end(), [&](Index a, Index b) { return scores(a, 0) < scores(b, 0); });
    std::vector<bool> has_neighbour(order.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        for (std::size_t j = i + 1; j < order.size() && scores(order[j], 0) - scores(order[i], 0) <= duplicate_distance;
             ++j)
            if ((scores.row(order[i]) - scores.row(order[j])).norm() <= duplicate_distance)
                has_neighbour[i] = has_neighbour[j] = true;
    return std::count(has_neighbour.begin(), has_neighbour.end(), true);
}

DomainReport describe(Domain const& domain, std::vector<std::string> const& benchmarks, Index factors)
{
    DomainReport report;
    report.name = domain.name;
    report.models = domain.scores.rows();
    report.median_total = median_total(domain.scores);
    report.collapsed = report.models - static_cast<std::int64_t>(rows_that_pass(domain.scores, collapsed_share).size());
    report.screened = report.models - static_cast<std::int64_t>(rows_that_pass(domain.scores, usual_screen).size());
    report.near_duplicates = count_near_duplicates(domain.scores);
    for (Index j = 0; j < domain.scores.cols(); ++j) {
        auto const share = (domain.scores.col(j).array() == 0.0).cast<double>().mean();
        if (share > report.floor_share) {
            report.floor_share = share;
            report.floored = benchmarks.at(static_cast<std::size_t>(j));
        }
    }
    if (report.models - report.screened <= factors) report.problem = "too few models for so many factors";
    return report;
}

/// Largest angle, in degrees, between the span of some orthonormal rows and a larger subspace of orthonormal rows.
double angle_out_of(Matrix const& rows, Matrix const& subspace)
{
    Matrix const outside = rows - rows * subspace.transpose() * subspace;
    double const sine = Eigen::JacobiSVD<Matrix>(outside).singularValues()[0];
    return std::asin(std::min(1.0, sine)) * 180 / std::numbers::pi;
}

/// Free parameters of an m-dimensional subspace of d dimensions.
double subspace_parameters(Index factors, Index benchmarks)
{
    return static_cast<double>(factors * (benchmarks - factors));
}

/// BIC of one subspace for all these domains minus BIC of one for each.
double sharing_bic(std::vector<CentredDomain> const& domains, Index factors)
{
    auto const saved = subspace_parameters(factors, domains[0].benchmarks()) * static_cast<double>(domains.size() - 1);
    auto const lost =
        separate_subspaces_log_likelihood(domains, factors) - find_shared_subspace(domains, factors).log_likelihood;
    return 2 * lost - saved * std::log(static_cast<double>(total_models(domains)));
}

/// Merges the two groups whose sharing gains most, until no merger gains.
std::vector<SharedGroup> merge_groups(std::vector<CentredDomain> const& domains, std::vector<std::string> const& names,
                                      Index factors)
{
    struct Group
    {
        std::vector<std::size_t> members;
        double bic = 0;
    };
    std::vector<Group> groups;
    for (std::size_t k = 0; k < domains.size(); ++k) groups.push_back({{k}, 0});
    auto const bic_of = [&](std::vector<std::size_t> const& members) {
        std::vector<CentredDomain> together;
        for (auto const k : members) together.push_back(domains[k]);
        return sharing_bic(together, factors);
    };
    while (groups.size() > 1) {
        double best_gain = 0, best_bic = 0;
        std::size_t first = 0, second = 0;
        for (std::size_t a = 0; a < groups.size(); ++a)
            for (std::size_t b = a + 1; b < groups.size(); ++b) {
                auto members = groups[a].members;
                members.insert(members.end(), groups[b].members.begin(), groups[b].members.end());
                auto const merged = bic_of(members);
                auto const gain = merged - groups[a].bic - groups[b].bic;
                if (gain < best_gain) {
                    best_gain = gain;
                    best_bic = merged;
                    first = a;
                    second = b;
                }
            }
        if (best_gain >= 0) break;
        groups[first].members.insert(groups[first].members.end(), groups[second].members.begin(),
                                     groups[second].members.end());
        groups[first].bic = best_bic;
        groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(second));
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](auto const& a, auto const& b) { return a.members.size() > b.members.size(); });
    std::vector<SharedGroup> shared;
    for (auto const& group : groups) {
        SharedGroup named{{}, group.bic};
        for (auto const k : group.members) named.domains.push_back(names[k]);
        shared.push_back(std::move(named));
    }
    return shared;
}

} // namespace

DomainAnalysis analyse_domains(ScoreMatrix const& matrix, std::int64_t min_models, Index factors, double screen)
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
    std::vector<std::string> usable_names;
    std::vector<Matrix> subspaces;
    std::vector<std::size_t> position;
    for (auto const& domain : select_domains(matrix, names)) {
        auto report = describe(domain, matrix.benchmarks, factors);
        if (report.problem.empty()) {
            usable.push_back(centre(kept_rows(domain.scores, screen)));
            usable_names.push_back(domain.name);
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
    if (usable.empty()) return analysis;
    auto const pooled = leading_components(pooled_covariance(usable), factors).rows;
    for (std::size_t a = 0; a < usable.size(); ++a) {
        auto const i = static_cast<Index>(position[a]);
        analysis.domains[position[a]].angle_to_pooled = largest_principal_angle(subspaces[a], pooled);
        if (factors > 1)
            analysis.domains[position[a]].leading_angle_to_pooled =
                angle_out_of(subspaces[a].topRows(factors - 1), pooled);
        analysis.angles(i, i) = analysis.bic(i, i) = 0;
        for (std::size_t b = 0; b < a; ++b) {
            auto const j = static_cast<Index>(position[b]);
            analysis.angles(i, j) = analysis.angles(j, i) = largest_principal_angle(subspaces[a], subspaces[b]);
            analysis.bic(i, j) = analysis.bic(j, i) = sharing_bic({usable[a], usable[b]}, factors);
        }
    }
    analysis.groups = merge_groups(usable, usable_names, factors);
    return analysis;
}

} // namespace exahca

// A larger nested model never fits worse: one subspace against one for each domain, a hierarchy against none, m factors
// against m + 1.
#include "exahca/core/error.hpp"
#include "exahca/model/added_factor.hpp"
#include "exahca/model/hierarchy_tests.hpp"
#include "support/joint_simulation.hpp"

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace exahca {
namespace {

/// Domains without any structure in common, some directions of much and some of little variance.
std::vector<CentredDomain> random_domains(RandomStream& random, Index d, std::vector<Index> const& sizes)
{
    std::vector<Matrix> scores;
    for (Index const n : sizes) {
        Matrix mixing = random_matrix(random, d, d);
        for (Index j = 0; j < d; ++j) mixing.row(j) *= std::exp(1.5 * random.normal());
        scores.push_back(random_matrix(random, n, d) * mixing);
    }
    return centred(scores);
}

/// Domains that share a subspace but for noise of different size on each benchmark.
std::vector<CentredDomain> similar_domains(RandomStream& random, Index m, Index d, std::vector<Index> const& sizes)
{
    Matrix const loadings = random_matrix(random, m, d);
    Matrix noise = Matrix::Zero(d, d);
    for (Index j = 0; j < d; ++j) noise(j, j) = std::exp(0.7 * random.normal());
    std::vector<Matrix> scores;
    for (Index const n : sizes) {
        Matrix const factors = random_matrix(random, n, m) * random_matrix(random, m, m);
        scores.push_back(2 * factors * loadings + random_matrix(random, n, d) * noise);
    }
    return centred(scores);
}

/// The likelihood of one domain when the eigenvalues at `left_out` (rising order) are left to the residuals.
double likelihood_without(CentredDomain const& domain, Vector const& eigenvalues, std::vector<Index> const& left_out)
{
    double const n = static_cast<double>(domain.models()), d = static_cast<double>(eigenvalues.size());
    double sum = 0, logs = 0;
    for (Index const i : left_out) {
        sum += eigenvalues[i];
        logs += std::log(eigenvalues[i]);
    }
    auto const q = static_cast<double>(left_out.size());
    double const inside = eigenvalues.array().log().sum() - logs;
    return -n / 2 * (d * (std::log(2 * std::numbers::pi) + 1) + inside + (q > 0 ? q * std::log(sum / q) : 0));
}

Vector eigenvalues_of(CentredDomain const& domain)
{
    return Eigen::SelfAdjointEigenSolver<Matrix>(domain.covariance).eigenvalues();
}

std::vector<Index> window(Index first, Index count)
{
    std::vector<Index> indices;
    for (Index i = 0; i < count; ++i) indices.push_back(first + i);
    return indices;
}

// What the choice of starts rests on: among all subsets of eigenvectors those that leave out neighbours are best, and
// wherever a climb starts, it ends at one of these m + 1 values (to a hundredth of a nat, where it may be slow).
TEST(SubspaceOfOneDomain, local_maxima_leave_out_neighbouring_eigenvalues)
{
    RandomStream random({1, "windows", 0, "", 0});
    for (int repetition = 0; repetition < 30; ++repetition) {
        Index const d = 3 + repetition % 4, m = 1 + repetition % (d - 1), q = d - m;
        auto const domains = random_domains(random, d, {60});
        Vector const eigenvalues = eigenvalues_of(domains[0]);
        std::vector<double> values;
        for (Index first = 0; first + q <= d; ++first)
            values.push_back(likelihood_without(domains[0], eigenvalues, window(first, q)));
        double const best = *std::max_element(values.begin(), values.end());
        std::vector<bool> chosen(static_cast<std::size_t>(d), false);
        std::fill(chosen.begin(), chosen.begin() + q, true);
        do {
            std::vector<Index> subset;
            for (Index i = 0; i < d; ++i)
                if (chosen[static_cast<std::size_t>(i)]) subset.push_back(i);
            EXPECT_LE(likelihood_without(domains[0], eigenvalues, subset), best + 1e-9);
        } while (std::prev_permutation(chosen.begin(), chosen.end()));

        EXPECT_NEAR(subspace_log_likelihood(domains, leading_eigenvectors(domains[0].covariance, m)), values.front(),
                    1e-9 * std::abs(best));
        double const end = climb_from(domains, random_matrix(random, m, d)).log_likelihood;
        EXPECT_TRUE(std::any_of(values.begin(), values.end(), [&](double v) { return std::abs(v - end) < 1e-2; }))
            << "d " << d << " m " << m << " repetition " << repetition;
    }
}

TEST(Invariance, bic_difference_is_never_below_its_bound)
{
    RandomStream random({2, "bound", 0, "", 0});
    int moved = 0;
    for (int repetition = 0; repetition < 300; ++repetition) {
        Index const d = 2 + repetition % 7, m = 1 + repetition / 7 % d;
        std::vector<Index> sizes;
        for (int k = 0; k < 2 + repetition % 3; ++k)
            sizes.push_back(2 * d + static_cast<Index>(random.uniform() * 200));
        auto const domains =
            repetition % 2 == 0 ? random_domains(random, d, sizes) : similar_domains(random, m, d, sizes);
        auto const known = find_shared_subspace(domains, m);
        auto const comparison = compare_invariance(domains, known.projection);
        auto const freedom = static_cast<double>(comparison.degrees_of_freedom());
        EXPECT_EQ(comparison.degrees_of_freedom(), (std::ssize(domains) - 1) * m * (d - m));
        double const bound = -freedom * std::log(static_cast<double>(total_models(domains)));
        EXPECT_GE(comparison.bic_difference(), bound - 1e-7) << "repetition " << repetition;
        // The two sides are what they are said to be: the shared one no worse than the usual optimum, the other one
        // between the leading eigenvectors and the best of all maxima.
        EXPECT_GE(comparison.restricted, known.log_likelihood - 1e-9 * std::abs(known.log_likelihood));
        EXPECT_NEAR(comparison.restricted, subspace_log_likelihood(domains, comparison.shared.projection),
                    1e-9 * std::abs(comparison.restricted));
        // Eigenvalues and traces are good to a few units in the last place of the largest eigenvalue, which is much for
        // the logarithm of the smallest.
        double leading = 0, best = 0, rounding = 0;
        for (auto const& domain : domains) {
            Vector const eigenvalues = eigenvalues_of(domain);
            leading += likelihood_without(domain, eigenvalues, window(0, d - m));
            double highest = -std::numeric_limits<double>::infinity();
            for (Index first = 0; first <= m; ++first)
                highest = std::max(highest, likelihood_without(domain, eigenvalues, window(first, d - m)));
            best += highest;
            rounding += static_cast<double>(domain.models() * d) / 2 * 4 * std::numeric_limits<double>::epsilon() *
                        eigenvalues[d - 1] / eigenvalues[0];
        }
        EXPECT_GE(comparison.general, leading - 1e-9 * std::abs(leading));
        EXPECT_LE(comparison.general, best + 1e-6 + rounding) << "repetition " << repetition;
        moved += comparison.general > leading + 1e-3;
    }
    EXPECT_GT(moved, 10) << "no data set on which leading eigenvectors alone would be wrong";
}

TEST(Invariance, equal_domains_reach_the_bound)
{
    RandomStream random({3, "equal", 0, "", 0});
    auto domains = similar_domains(random, 2, 5, {120});
    domains.push_back(domains[0]);
    auto const comparison = compare_invariance(domains, find_shared_subspace(domains, 2).projection);
    EXPECT_NEAR(comparison.bic_difference(), -6 * std::log(240.0), 1e-6); // (K-1) m (d-m) = 6
}

CentredDomain with_covariance(Vector const& variances, Index models)
{
    CentredDomain domain;
    domain.rows = Matrix::Zero(models, variances.size());
    domain.mean = Vector::Zero(variances.size());
    domain.covariance = variances.asDiagonal();
    return domain;
}

TEST(Invariance, a_direction_of_little_noise_that_is_taken_for_a_factor_is_told)
{
    Vector variances(4);
    variances << 100, 20, 18, 1;
    std::vector<CentredDomain> const domains(2, with_covariance(variances, 100));
    Matrix const usual = Matrix::Identity(2, 4);
    Matrix quiet = Matrix::Zero(2, 4);
    quiet(0, 0) = quiet(1, 3) = 1; // leaves 20 and 18 to the residuals, whose variance of 19 is above 1
    EXPECT_FALSE(residual_exceeds_factor(domains[0], usual));
    EXPECT_TRUE(residual_exceeds_factor(domains[0], quiet));
    EXPECT_GT(subspace_log_likelihood(domains, quiet), subspace_log_likelihood(domains, usual));

    auto const from_usual = compare_invariance(domains, usual);
    EXPECT_FALSE(from_usual.any_weak());
    auto const from_quiet = compare_invariance(domains, quiet);
    EXPECT_EQ(from_quiet.weak_in_shared, (std::vector{true, true}));
    EXPECT_EQ(from_quiet.weak_in_own, (std::vector{true, true}));
    for (auto const& comparison : {from_usual, from_quiet})
        EXPECT_NEAR(comparison.bic_difference(), -4 * std::log(200.0), 1e-6);
}

TEST(Invariance, a_domain_without_variance_in_some_direction_is_refused)
{
    auto simulation = simulate_joint(5, 2, 5, {60, 50}, 1);
    simulation.scores[1].col(2).setConstant(12);
    auto const domains = centred(simulation.scores);
    try {
        static_cast<void>(find_shared_subspace(domains, 2, simulation.names));
        FAIL() << "no maximum exists";
    } catch (NumericalFailure const& failure) {
        EXPECT_NE(std::string(failure.what()).find("domain-1 does not vary"), std::string::npos) << failure.what();
    }
    // Why: the nearer the subspace comes to the constant benchmark, the higher the likelihood, without end.
    double last = -std::numeric_limits<double>::infinity();
    for (double const tilt : {1e-1, 1e-2, 1e-3, 1e-4, 1e-5}) {
        Matrix basis = Matrix::Zero(2, 5);
        basis(0, 2) = 1;
        basis(0, 0) = tilt;
        basis(1, 1) = 1;
        double const value = subspace_log_likelihood(domains, basis);
        if (std::isfinite(last)) {
            EXPECT_GT(value, last + 50); // 50 log 10 for 50 models, less what the others lose
        }
        last = value;
    }
}

JointContext context_of(JointSimulation const& simulation, Index m, DensityFamily density)
{
    JointContextOptions options;
    options.factors = m;
    options.density = density;
    return prepare_joint(centred(simulation.scores), simulation.names, options);
}

JointFit triangular_fit(JointContext const& context, int domains, ResidualFit residuals)
{
    FitOptions options;
    options.density = context.density;
    auto fit = fit_joint(context.domains, start_of_order(context, first_order(domains, context.factors())), options);
    if (residuals == ResidualFit::fixed) return fit;
    options.residuals = residuals;
    return fit_joint(context.domains, fit.parameters, options);
}

// The optimiser stops when a step gains less than 2e-8 of the likelihood per row.
double tolerance_of(JointFit const& fit) { return 1e-6 * std::abs(fit.log_likelihood); }

TEST(Hierarchy, no_hierarchy_never_fits_worse)
{
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Index const m = 2 + static_cast<Index>(seed % 2), d = m + 1 + static_cast<Index>(seed % 3);
        std::vector<Index> const sizes(2 + seed % 2, 60 + 5 * static_cast<Index>(seed));
        auto const simulation = simulate_joint(seed, m, d, sizes, 0.5 + static_cast<double>(seed % 4));
        auto const density =
            std::array{DensityFamily::sas, DensityFamily::mog2, DensityFamily::mog3, DensityFamily::extended}[seed % 4];
        auto const context = context_of(simulation, m, density);
        auto const residuals = seed % 3 == 0 || seed % 4 == 0 ? ResidualFit::fixed : ResidualFit::released;
        auto const triangular = triangular_fit(context, static_cast<int>(sizes.size()), residuals);
        auto const general = fit_without_hierarchy(context, triangular);
        EXPECT_GE(general.penalised(), triangular.penalised() - tolerance_of(triangular)) << "seed " << seed;
        auto const comparison = compare_hierarchy(context, triangular);
        EXPECT_GE(comparison.general, comparison.restricted) << "seed " << seed;
        EXPECT_EQ(comparison.degrees_of_freedom(), (std::ssize(sizes) - 1) * m * (m - 1) / 2);
    }
}

TEST(Hierarchy, one_domain_says_nothing)
{
    auto const simulation = simulate_joint(3, 3, 5, {150}, 1);
    auto const context = context_of(simulation, 3, DensityFamily::sas);
    auto const comparison = compare_hierarchy(context, triangular_fit(context, 1, ResidualFit::released));
    EXPECT_EQ(comparison.degrees_of_freedom(), 0);
    EXPECT_EQ(comparison.bic_difference(), 0);
}

TEST(AddedFactor, the_start_has_the_likelihood_of_the_smaller_model_or_more)
{
    for (auto const density : {DensityFamily::extended, DensityFamily::sas, DensityFamily::mog2, DensityFamily::mog3})
        for (auto const residuals : {ResidualFit::fixed, ResidualFit::released}) {
            auto const simulation = simulate_joint(4, 2, 4, {90, 70}, 1.5);
            auto const context = context_of(simulation, 2, density);
            auto const smaller = triangular_fit(context, 2, residuals);
            for (auto const place : {AddedFactor::first_cause, AddedFactor::last_effect})
                for (Index direction = 0; direction < 2; ++direction) {
                    auto const start =
                        with_added_factor(context.domains, smaller.parameters, density, place, direction);
                    JointLikelihood likelihood(context.domains);
                    JointGradient gradient;
                    double const value = likelihood.evaluate(start, gradient);
                    EXPECT_GE(value, smaller.log_likelihood - 1e-8) << density_name(density);
                    EXPECT_NEAR(subtract_penalty(start, gradient), smaller.penalty, 1e-9);
                    for (Matrix const& t : start.sources)
                        EXPECT_EQ(Matrix(t.triangularView<Eigen::StrictlyLower>()).norm(), 0);
                }
        }
}

TEST(AddedFactor, one_factor_more_never_fits_worse)
{
    for (std::uint64_t seed = 1; seed <= 24; ++seed) {
        Index const m = 1 + static_cast<Index>(seed % 3), d = m + 1 + static_cast<Index>(seed / 3 % 3);
        auto const simulation =
            simulate_joint(seed, m, d, {100, 80 + static_cast<Index>(seed)}, 1 + 0.1 * static_cast<double>(seed));
        auto const density = std::array{DensityFamily::sas, DensityFamily::mog3}[seed % 2];
        auto const context = context_of(simulation, m, density);
        auto const smaller = triangular_fit(context, 2, ResidualFit::released);
        auto const larger = fit_with_added_factor(context.domains, smaller, density);
        EXPECT_EQ(larger.parameters.factors(), m + 1);
        EXPECT_GE(larger.penalised(), smaller.penalised() - tolerance_of(smaller)) << "seed " << seed;
    }
}

} // namespace
} // namespace exahca

#include "exahca/model/joint_fit.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/flag_refit.hpp"
#include "exahca/model/hierarchy_tests.hpp"
#include "support/joint_simulation.hpp"

#include <Eigen/LU>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace exahca {
namespace {

std::vector<CentredDomain> centred(JointSimulation const& simulation) { return exahca::centred(simulation.scores); }

JointContext context_of(JointSimulation const& simulation, Index factors, DensityFamily density)
{
    JointContextOptions options;
    options.factors = factors;
    options.density = density;
    return prepare_joint(centred(simulation), simulation.names, options);
}

FitOptions with_density(DensityFamily density)
{
    FitOptions options;
    options.density = density;
    return options;
}

// With full T_k, Gaussian sources and a free subspace the maximum is that of the shared-subspace model, whose
// likelihood has a closed form in T_k.
TEST(JointFit, gaussian_sources_without_hierarchy_reach_the_closed_form)
{
    auto const simulation = simulate_joint(1, 2, 5, {90, 70, 120}, 2);
    JointContext const context = context_of(simulation, 2, DensityFamily::gauss);
    JointParameters start;
    start.subspace = context.shared.projection;
    for (MlIca const& ica : context.components) {
        start.sources.push_back(ica.unmixing);
        start.shapes.push_back(ica.shapes);
        start.families.push_back(ica.families);
    }
    FitOptions options = with_density(DensityFamily::gauss);
    options.pattern = SourcePattern::full;
    JointFit const fit = fit_joint(context.domains, start, options);
    EXPECT_NEAR(fit.log_likelihood, context.shared.log_likelihood, 1e-5 * std::abs(fit.log_likelihood));
    EXPECT_EQ(fit.penalty, 0);
}

TEST(JointFit, finds_the_true_flag_from_the_true_order_with_every_density)
{
    auto const simulation = simulate_joint(2, 3, 6, {500, 400, 300}, 0.5);
    for (DensityFamily const density :
         {DensityFamily::extended, DensityFamily::sas, DensityFamily::mog2, DensityFamily::mog3}) {
        JointContext const context = context_of(simulation, 3, density);
        double best = -std::numeric_limits<double>::infinity();
        Vector angles;
        CandidateOrder order = first_order(3, 3);
        int index = 0;
        do {
            if (index++ % 7 != 0) continue; // 31 of the 216 orders; the likelihood picks
            JointFit const fit = fit_joint(context.domains, start_of_order(context, order), with_density(density));
            JointFit const refit = refit_at_flag(context, fit.parameters, collect_source_starts(context, {}), {});
            if (refit.penalised() <= best) continue;
            best = refit.penalised();
            angles = flag_angles(read_fit(fit.parameters).unmixing, simulation.unmixing);
        } while (next_order(order));
        EXPECT_LT(angles.maxCoeff(), 6) << density_name(density);
    }
}

TEST(JointFit, ends_where_the_gradient_is_small_and_above_its_start)
{
    auto const simulation = simulate_joint(3, 2, 4, {150, 200}, 1);
    JointContext const context = context_of(simulation, 2, DensityFamily::sas);
    JointParameters const start = start_of_order(context, first_order(2, 2));
    FitOptions options = with_density(DensityFamily::sas);
    options.minimizer.relative_tolerance = 1e-13;
    options.minimizer.max_iterations = 2000;
    JointFit const fit = fit_joint(context.domains, start, options);
    ASSERT_TRUE(fit.at_rest());
    JointLikelihood likelihood(context.domains);
    JointGradient gradient;
    double const at_start = likelihood.evaluate(start, gradient) - subtract_penalty(start, gradient);
    EXPECT_GT(fit.penalised(), at_start);
    EXPECT_NEAR(likelihood.evaluate(fit.parameters, gradient), fit.log_likelihood, 1e-9 * std::abs(fit.log_likelihood));
    subtract_penalty(fit.parameters, gradient);
    for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_LT(gradient.shapes[k].norm(), 0.05);
        EXPECT_EQ(fit.parameters.sources[k](1, 0), 0) << "the hierarchy was left";
    }
}

TEST(JointFit, released_residuals_never_lower_the_likelihood_and_stay_in_bounds)
{
    auto const simulation = simulate_joint(4, 2, 5, {200, 150, 170}, 2);
    JointContext const context = context_of(simulation, 2, DensityFamily::mog2);
    JointFit const isotropic =
        fit_joint(context.domains, start_of_order(context, first_order(3, 2)), with_density(DensityFamily::mog2));
    FitOptions options = with_density(DensityFamily::mog2);
    options.residuals = ResidualFit::released;
    JointFit const released = fit_joint(context.domains, isotropic.parameters, options);
    EXPECT_GE(released.penalised(), isotropic.penalised() - 1e-9);
    ASSERT_EQ(released.parameters.log_psi.size(), 5);
    EXPECT_LE(released.parameters.log_psi.cwiseAbs().maxCoeff(), std::log(4.0) + 1e-12);
}

// H has orthonormal rows, B_k is upper triangular, and B_k (U V) are the sources' coefficients, whatever the metric.
TEST(ReadFit, reproduces_the_sources)
{
    RandomStream random({5, "read-fit-test", 0, "", 0});
    for (bool const released : {false, true}) {
        JointParameters parameters;
        parameters.subspace = random_matrix(random, 3, 6);
        for (int k = 0; k < 2; ++k) {
            Matrix t = random_matrix(random, 3, 3);
            t.triangularView<Eigen::StrictlyLower>().setZero();
            parameters.sources.push_back(t);
        }
        if (released) parameters.log_psi = 0.7 * random_matrix(random, 6, 1);
        JointReading const reading = read_fit(parameters);
        EXPECT_LT((reading.unmixing * reading.unmixing.transpose() - Matrix::Identity(3, 3)).norm(), 1e-12);
        for (std::size_t k = 0; k < 2; ++k) {
            Matrix const unmixing = parameters.sources[k] * parameters.subspace;
            EXPECT_LT((reading.triangles[k] * reading.factor_scores - unmixing).norm(), 1e-10 * unmixing.norm());
            EXPECT_LT(Matrix(reading.triangles[k].triangularView<Eigen::StrictlyLower>()).norm(), 1e-10);
        }
        // x = G y: what the factors explain is recovered from their scores alone.
        EXPECT_LT((reading.factor_scores * reading.loadings - Matrix::Identity(3, 3)).norm(), 1e-10);
        if (!released) {
            EXPECT_LT((reading.factor_scores - reading.unmixing).norm(), 1e-10);
        }
    }
}

TEST(RefitAtFlag, never_falls_below_its_starting_point_and_keeps_the_flag)
{
    auto const simulation = simulate_joint(6, 3, 6, {150, 120}, 1);
    for (DensityFamily const density : {DensityFamily::extended, DensityFamily::sas, DensityFamily::mog3}) {
        JointContext const context = context_of(simulation, 3, density);
        CandidateOrder order = first_order(2, 3);
        order.rows[1] = {2, 0, 1};
        JointFit const fit = fit_joint(context.domains, start_of_order(context, order), with_density(density));
        JointFit const refit = refit_at_flag(context, fit.parameters, collect_source_starts(context, {}), {});
        EXPECT_GE(refit.penalised(), fit.penalised() - 1e-6) << density_name(density);
        EXPECT_EQ(refit.parameters.subspace, fit.parameters.subspace);
        for (Matrix const& t : refit.parameters.sources)
            EXPECT_EQ(Matrix(t.triangularView<Eigen::StrictlyLower>()).norm(), 0);
    }
}

TEST(InformationCriteria, parameter_count_of_the_reference_setting)
{
    // m 3, d 6, K 4, sas: 18 - 6 + 4 * 6, shapes 36, means 24, locations -12, residual scales 4 = 88; metric 5 more.
    ModelSize size{3, 6, 4, 1480, DensityFamily::sas, SourcePattern::triangular, ResidualFit::fixed};
    EXPECT_EQ(parameter_count(size), 88);
    size.residuals = ResidualFit::released;
    EXPECT_EQ(parameter_count(size), 93);
    size.pattern = SourcePattern::full; // (K-1) m (m-1)/2 = 9 more
    EXPECT_EQ(parameter_count(size), 102);
    size = {6, 6, 4, 1480, DensityFamily::gauss, SourcePattern::full, ResidualFit::released};
    EXPECT_EQ(parameter_count(size), 4 * 36 + 4 * 6); // m = d: no residuals, V is part of T
    EXPECT_DOUBLE_EQ(bic(-10, size) - aic(-10, size), 168 * (std::log(1480.0) - 2));
}

TEST(HierarchyTests, the_general_models_contain_the_restricted_ones)
{
    auto const simulation = simulate_joint(7, 2, 5, {300, 250, 200}, 1);
    JointContext const context = context_of(simulation, 2, DensityFamily::sas);
    JointFit const fit =
        fit_joint(context.domains, start_of_order(context, first_order(3, 2)), with_density(DensityFamily::sas));
    ModelComparison const hierarchy = compare_hierarchy(context, fit);
    EXPECT_EQ(hierarchy.degrees_of_freedom(), 2); // (K-1) m (m-1)/2
    EXPECT_GE(hierarchy.likelihood_ratio(), -1);  // the penalty is maximised along, so not exactly nested
    ModelComparison const invariance = compare_invariance(context);
    EXPECT_EQ(invariance.degrees_of_freedom(), 2 * 2 * 3); // (K-1) m (d-m)
    EXPECT_GE(invariance.likelihood_ratio(), -1e-6);
}

} // namespace
} // namespace exahca

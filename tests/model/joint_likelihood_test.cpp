#include "exahca/model/joint_likelihood.hpp"

#include "exahca/core/random.hpp"
#include "support/central_differences.hpp"
#include "support/joint_simulation.hpp"

#include <Eigen/LU>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace exahca {
namespace {

std::vector<CentredDomain> random_domains(RandomStream& random, Index d, std::vector<Index> const& sizes)
{
    std::vector<CentredDomain> domains;
    for (Index const n : sizes) domains.push_back(centre(random_matrix(random, n, d) * random_matrix(random, d, d)));
    return domains;
}

JointParameters random_parameters(RandomStream& random, DensityFamily family, Index m, Index d, std::size_t domains,
                                  bool released)
{
    JointParameters parameters;
    // Far from singular, where third derivatives would spoil the central differences.
    parameters.subspace = 0.5 * random_matrix(random, m, d) + 2 * Matrix::Identity(m, d);
    for (std::size_t k = 0; k < domains; ++k) {
        parameters.sources.push_back(0.5 * random_matrix(random, m, m) + 2 * Matrix::Identity(m, m));
        parameters.shapes.push_back(0.4 * random_matrix(random, shape_count(family), m));
        parameters.families.emplace_back(static_cast<std::size_t>(m), family);
    }
    if (released) parameters.log_psi = 0.5 * random_matrix(random, d, 1);
    return parameters;
}

double value_at(JointLikelihood& likelihood, JointParameters const& parameters)
{
    JointGradient gradient;
    double const l = likelihood.evaluate(parameters, gradient);
    return l - subtract_penalty(parameters, gradient);
}

TEST(JointLikelihood, gradient_agrees_with_central_differences)
{
    RandomStream random({1, "joint-likelihood-test", 0, "", 0});
    for (DensityFamily const family : {DensityFamily::sech, DensityFamily::gauss, DensityFamily::bimodal,
                                       DensityFamily::sas, DensityFamily::mog2, DensityFamily::mog3})
        for (Index const m : {Index{2}, Index{4}})
            for (bool const released : {false, true}) {
                Index const d = 4; // m = d included
                auto const domains = random_domains(random, d, {23, 31});
                JointLikelihood likelihood(domains);
                auto parameters = random_parameters(random, family, m, d, 2, released && m < d);
                JointGradient gradient;
                likelihood.evaluate(parameters, gradient);
                subtract_penalty(parameters, gradient);
                std::string const what(density_name(family));
                auto const value = [&] { return value_at(likelihood, parameters); };
                auto const check = [&](auto&& block, Matrix const& by_block, char const* name) {
                    test::expect_gradient(value, block, by_block, 2e-4, what + name);
                };
                check(parameters.subspace, gradient.subspace, " V");
                for (std::size_t k = 0; k < 2; ++k) {
                    check(parameters.sources[k], gradient.sources[k], " T");
                    check(parameters.shapes[k], gradient.shapes[k], " shapes");
                }
                auto const psi = [&](Index i, Index) -> double& { return parameters.log_psi[i]; };
                if (released && m < d) check(psi, gradient.log_psi, " psi");
            }
}

// With Gaussian sources domain k is normal with the precision V'T'TV + (D^-1 - V'Q^-1V)/s_k^2, whatever D is.
TEST(JointLikelihood, gaussian_sources_give_the_normal_likelihood)
{
    RandomStream random({2, "joint-likelihood-test", 0, "", 0});
    Index const d = 5, m = 3;
    auto const domains = random_domains(random, d, {40, 25, 60});
    JointLikelihood likelihood(domains);
    for (bool const released : {false, true}) {
        auto const parameters = random_parameters(random, DensityFamily::gauss, m, d, 3, released);
        Vector const psi = released ? Vector(parameters.log_psi.array().exp()) : Vector(Vector::Ones(d));
        Vector const variances = residual_variances(domains, parameters);
        Matrix const& v = parameters.subspace;
        Matrix const metric = psi.cwiseInverse().asDiagonal();
        Matrix const outside = metric - v.transpose() * (v * psi.asDiagonal() * v.transpose()).inverse() * v;
        double expected = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            Matrix const unmixing = parameters.sources[k] * v;
            Matrix const precision = unmixing.transpose() * unmixing + outside / variances[static_cast<Index>(k)];
            double const n = static_cast<double>(domains[k].models());
            expected += n / 2 *
                        (std::log(precision.determinant()) - (precision * domains[k].covariance).trace() -
                         static_cast<double>(d) * std::log(2 * std::numbers::pi));
        }
        JointGradient gradient;
        EXPECT_NEAR(likelihood.evaluate(parameters, gradient), expected, 1e-9 * std::abs(expected));
    }
}

// (V, T_k) and (A V, T_k A^-1) are the same model for every invertible A.
TEST(JointLikelihood, does_not_depend_on_the_basis_of_the_subspace)
{
    RandomStream random({3, "joint-likelihood-test", 0, "", 0});
    auto const domains = random_domains(random, 5, {40, 25});
    JointLikelihood likelihood(domains);
    for (bool const released : {false, true}) {
        auto parameters = random_parameters(random, DensityFamily::mog3, 3, 5, 2, released);
        double const before = value_at(likelihood, parameters);
        Matrix const change = random_matrix(random, 3, 3) + 2 * Matrix::Identity(3, 3);
        parameters.subspace = change * parameters.subspace;
        for (auto& t : parameters.sources) t = t * change.inverse();
        EXPECT_NEAR(value_at(likelihood, parameters), before, 1e-9 * std::abs(before));
    }
}

// The sum for all families; every single row where there is a formula of another form to hold it against.
TEST(JointLikelihood, rows_add_up_and_each_is_its_own_density)
{
    RandomStream random({5, "joint-likelihood-test", 0, "", 0});
    Index const d = 4;
    for (DensityFamily const family : {DensityFamily::gauss, DensityFamily::sas, DensityFamily::mog3})
        for (Index const m : {Index{2}, Index{4}})
            for (bool const released : {false, true}) {
                auto const domains = random_domains(random, d, {23, 31});
                JointLikelihood likelihood(domains);
                auto const parameters = random_parameters(random, family, m, d, 2, released && m < d);
                auto const rows = row_log_likelihoods(domains, parameters);
                ASSERT_EQ(rows.size(), 2);
                ASSERT_EQ(rows[0].size(), 23);
                ASSERT_EQ(rows[1].size(), 31);
                JointGradient gradient;
                double const whole = likelihood.evaluate(parameters, gradient);
                EXPECT_NEAR(rows[0].sum() + rows[1].sum(), whole, 1e-9 * std::abs(whole)) << density_name(family);
                if (family != DensityFamily::gauss) continue;
                // The normal density with the precision of the test above, row by row.
                Matrix const& v = parameters.subspace;
                Vector const psi =
                    released && m < d ? Vector(parameters.log_psi.array().exp()) : Vector(Vector::Ones(d));
                Vector const variances = residual_variances(domains, parameters);
                for (std::size_t k = 0; k < 2; ++k) {
                    Matrix const unmixing = parameters.sources[k] * v;
                    Matrix precision = unmixing.transpose() * unmixing;
                    if (m < d)
                        precision += (Matrix(psi.cwiseInverse().asDiagonal()) -
                                      v.transpose() * (v * psi.asDiagonal() * v.transpose()).inverse() * v) /
                                     variances[static_cast<Index>(k)];
                    for (Index i = 0; i < domains[k].models(); ++i) {
                        Vector const x = domains[k].rows.row(i);
                        double const expected = (std::log(precision.determinant()) - x.dot(precision * x) -
                                                 static_cast<double>(d) * std::log(2 * std::numbers::pi)) /
                                                2;
                        EXPECT_NEAR(rows[k][i], expected, 1e-8 * std::max(1.0, std::abs(expected)));
                    }
                }
            }
}

TEST(CentredDomain, whitening_leaves_out_directions_without_variance)
{
    RandomStream random({4, "joint-likelihood-test", 0, "", 0});
    Matrix scores = random_matrix(random, 50, 4);
    scores.col(2).setConstant(7);
    auto const domain = centre(scores);
    Matrix const transform = whitening_transform(domain.covariance);
    ASSERT_EQ(transform.rows(), 3);
    EXPECT_LT((transform * domain.covariance * transform.transpose() - Matrix::Identity(3, 3)).norm(), 1e-10);
}

} // namespace
} // namespace exahca

#include "exahca/model/noise_likelihood.hpp"

#include "exahca/model/joint_likelihood.hpp"
#include "support/central_differences.hpp"
#include "support/noisy_scores.hpp"

#include <Eigen/LU>
#include <boost/math/quadrature/gauss.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

namespace exahca {
namespace {

using test::group_all;
using test::random_noise_parameters;
using test::random_noisy_scores;

// Integral of exp(f) from a to b in pieces of at most `piece`.
template <class Function>
double integrate(Function const& f, double a, double b, double piece)
{
    int const pieces = static_cast<int>(std::ceil((b - a) / piece));
    double sum = 0;
    for (int i = 0; i < pieces; ++i) {
        double const from = a + (b - a) * i / pieces, to = a + (b - a) * (i + 1) / pieces;
        sum += boost::math::quadrature::gauss<double, 20>::integrate(f, from, to);
    }
    return sum;
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double normal_density(Vector const& x, Vector const& mean, Matrix const& covariance)
{
    if (x.size() == 0) return 1;
    Matrix const inverse = covariance.inverse();
    double const exponent = -0.5 * (x - mean).dot(inverse * (x - mean));
    return std::exp(exponent) / std::sqrt((2 * std::numbers::pi * covariance).determinant());
}

// P(+-(X - bounds) <= 0) for one or two normal numbers; two by integration over the first.
double normal_probability(Vector const& bounds, std::vector<double> const& signs, Vector const& mean,
                          Matrix const& covariance)
{
    Index const q = bounds.size();
    if (q == 0) return 1;
    auto const sign = [&](Index i) { return signs[static_cast<std::size_t>(i)]; };
    double const h = sign(0) * (bounds[0] - mean[0]) / std::sqrt(covariance(0, 0));
    if (q == 1) return normal_cdf(h);
    double const k = sign(1) * (bounds[1] - mean[1]) / std::sqrt(covariance(1, 1));
    double const rho = sign(0) * sign(1) * covariance(0, 1) / std::sqrt(covariance(0, 0) * covariance(1, 1));
    auto const integrand = [&](double z) {
        return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi) *
               normal_cdf((k - rho * z) / std::sqrt(1 - rho * rho));
    };
    return h < -12 ? 0 : integrate(integrand, -12, std::min(h, 12.0), 0.25);
}

// p of one row by summing over combinations of components the densities in score space, of all d scores: no posterior
// of sources, no precision, no formula of the tested code.
double direct_log_likelihood(NoiseParameters const& parameters, std::size_t k, IncompleteScores const& domain,
                             Index row)
{
    Index const d = parameters.benchmarks(), m = parameters.factors(), components = parameters.components();
    std::vector<Index> seen, cut;
    std::vector<double> signs;
    for (Index j = 0; j < d; ++j) {
        ScoreKind const kind = domain.kinds(row, j);
        if (kind == ScoreKind::observed) seen.push_back(j);
        if (kind != ScoreKind::at_floor && kind != ScoreKind::at_ceiling) continue;
        cut.push_back(j);
        signs.push_back(kind == ScoreKind::at_floor ? 1 : -1);
    }
    Vector const x = domain.scores.row(row);
    Matrix const mixing = parameters.loadings * parameters.mixing[k];
    Matrix const& shapes = parameters.shapes[k];
    auto const combinations = static_cast<Index>(std::pow(components, m) + 0.5);
    double sum = 0;
    for (Index number = 0; number < combinations; ++number) {
        Vector a(m), v(m);
        double weight = 1;
        for (Index j = 0, rest = number; j < m; ++j, rest /= components) {
            Index const c = rest % components;
            Vector logits = Vector::Zero(components);
            logits.head(components - 1) = shapes.col(j).head(components - 1);
            weight *= std::exp(logits[c]) / logits.array().exp().sum();
            a[j] = shapes(components - 1 + c, j);
            v[j] = std::exp(2 * shapes(2 * components - 1 + c, j));
        }
        Vector const mean = parameters.means[k] + mixing * a;
        Matrix covariance = mixing * v.asDiagonal() * mixing.transpose();
        covariance.diagonal() +=
            Vector((parameters.log_psi.array() + parameters.log_scales[static_cast<Index>(k)]).exp());
        if (!parameters.known_noise.empty()) covariance.diagonal() += parameters.known_noise[k];
        weight *= normal_density(x(seen), mean(seen), covariance(seen, seen));
        Vector expected = mean(cut);
        Matrix spread = covariance(cut, cut);
        if (!seen.empty()) {
            Matrix const slope = covariance(cut, seen) * covariance(seen, seen).inverse();
            expected += slope * (x(seen) - mean(seen));
            spread -= slope * covariance(seen, cut);
        }
        sum += weight * normal_probability(x(cut), signs, expected, spread);
    }
    return std::log(sum);
}

TEST(NoiseLikelihood, equals_direct_summation_of_normal_densities)
{
    RandomStream random({1, "noise-likelihood-test", 0, "", 0});
    for (Index const d : {Index{3}, Index{6}})
        for (Index const m : {Index{1}, Index{3}})
            for (Index const components : {Index{1}, Index{2}, Index{3}})
                for (Index const censored : {Index{0}, Index{1}, Index{2}}) {
                    auto parameters = random_noise_parameters(random, d, m, components, 2);
                    if (d == 6) // so far apart that most combinations count nothing
                        for (Matrix& shapes : parameters.shapes) shapes.middleRows(components - 1, components) *= 8;
                    auto scores = random_noisy_scores(random, parameters, 6);
                    for (auto& domain : scores) test::spoil(random, domain, censored);
                    auto const domains = group_all(scores);
                    for (bool const known : {false, true}) {
                        if (known) test::add_known_noise(random, parameters);
                        auto const rows = NoiseLikelihood(domains).row_log_likelihoods(parameters);
                        for (std::size_t k = 0; k < 2; ++k)
                            for (Index i = 0; i < rows[k].size(); ++i)
                                EXPECT_NEAR(rows[k][i], direct_log_likelihood(parameters, k, scores[k], i), 1e-9)
                                    << d << " " << m << " " << components << " " << censored << " " << known;
                    }
                }
}

// One row of a domain, as text like "ofm": observed, at its floor, at its ceiling (c), missing.
double log_likelihood(NoiseParameters const& parameters, Vector const& scores, std::string const& kinds)
{
    IncompleteScores row{scores.transpose(), ScoreKinds(1, scores.size())};
    for (Index j = 0; j < scores.size(); ++j) {
        char const letter = kinds[static_cast<std::size_t>(j)];
        row.kinds(0, j) = letter == 'o'   ? ScoreKind::observed
                          : letter == 'f' ? ScoreKind::at_floor
                          : letter == 'c' ? ScoreKind::at_ceiling
                                          : ScoreKind::missing;
    }
    auto const domains = group_all({row});
    return NoiseLikelihood(domains).row_log_likelihoods(parameters)[0][0];
}

// Cutting off is integrating over what is not seen: checked with the density of the complete row, which has no part in
// the code for bounds. The reach of 40 is many standard deviations.
TEST(NoiseLikelihood, bounds_and_gaps_equal_integrals_over_complete_rows)
{
    RandomStream random({2, "noise-likelihood-test", 0, "", 0});
    for (int trial = 0; trial < 3; ++trial) {
        auto const parameters = random_noise_parameters(random, 3, 2, 2, 1);
        Vector const x = random_noisy_scores(random, parameters, 1)[0].scores.row(0);
        double const reach = 40;
        auto const at = [&](double second, double third) {
            Vector moved = x;
            moved[1] = second, moved[2] = third;
            return std::exp(log_likelihood(parameters, moved, "ooo"));
        };
        auto const over_second = [&](double from, double to, double third) {
            return integrate([&](double value) { return at(value, third); }, from, to, 4);
        };
        double const below = over_second(x[1] - reach, x[1], x[2]), above = over_second(x[1], x[1] + reach, x[2]);
        EXPECT_NEAR(log_likelihood(parameters, x, "ofo"), std::log(below), 1e-8);
        EXPECT_NEAR(log_likelihood(parameters, x, "oco"), std::log(above), 1e-8);
        EXPECT_NEAR(log_likelihood(parameters, x, "omo"), std::log(below + above), 1e-8);

        auto const both = [&](double from, double to) {
            return integrate([&](double third) { return over_second(x[1] - reach, x[1], third); }, from, to, 4);
        };
        EXPECT_NEAR(log_likelihood(parameters, x, "off"), std::log(both(x[2] - reach, x[2])), 1e-8);
        EXPECT_NEAR(log_likelihood(parameters, x, "ofc"), std::log(both(x[2], x[2] + reach)), 1e-8);
    }
}

TEST(NoiseLikelihood, is_a_density)
{
    RandomStream random({3, "noise-likelihood-test", 0, "", 0});
    for (Index const m : {Index{1}, Index{2}}) {
        auto const parameters = random_noise_parameters(random, 2, m, 3, 1);
        Vector const centre = parameters.means[0];
        auto const line = [&](double first) {
            auto const point = [&](double second) {
                return std::exp(log_likelihood(parameters, Eigen::Vector2d(first, second), "oo"));
            };
            return integrate(point, centre[1] - 50, centre[1] + 50, 5);
        };
        EXPECT_NEAR(integrate(line, centre[0] - 50, centre[0] + 50, 5), 1, 1e-8);
    }
}

void expect_gradients(bool known)
{
    RandomStream random({4, "noise-likelihood-test", 0, "", 0});
    for (Index const components : {Index{1}, Index{2}, Index{3}})
        for (Index const censored : {Index{0}, Index{1}, Index{2}}) {
            Index const d = 4, m = 2;
            auto parameters = random_noise_parameters(random, d, m, components, 2);
            auto scores = random_noisy_scores(random, parameters, 15);
            for (auto& domain : scores) test::spoil(random, domain, censored);
            auto const domains = group_all(scores);
            NoiseLikelihood const likelihood(domains);
            NoiseParameters gradient;
            if (known) test::add_known_noise(random, parameters);
            likelihood.evaluate(parameters, gradient);
            auto const what = std::to_string(components) + " components, cut off " + std::to_string(censored) +
                              (known ? ", noise known: " : ": ");
            auto const value = [&] {
                NoiseParameters unused;
                return likelihood.evaluate(parameters, unused);
            };
            auto const check = [&](auto& block, Matrix const& by_block, char const* name) {
                auto const entry = [&](Index i, Index j) -> double& { return block(i, j); };
                test::expect_gradient(value, entry, by_block, 1e-3, what + name);
            };
            auto const check_vector = [&](Vector& block, Matrix const& by_block, char const* name) {
                auto const entry = [&](Index i, Index) -> double& { return block[i]; };
                test::expect_gradient(value, entry, by_block, 1e-3, what + name);
            };
            check(parameters.loadings, gradient.loadings, "G");
            check_vector(parameters.log_psi, gradient.log_psi, "log psi");
            check_vector(parameters.log_scales, gradient.log_scales, "log s");
            for (std::size_t k = 0; k < 2; ++k) {
                check_vector(parameters.means[k], gradient.means[k], "mu");
                check(parameters.shapes[k], gradient.shapes[k], "shapes");
                // R_k has no entries below its diagonal, and neither has its gradient.
                for (Index j = 0; j < m; ++j) {
                    Matrix column = gradient.mixing[k].col(j).head(j + 1);
                    auto const entry = [&](Index i, Index) -> double& { return parameters.mixing[k](i, j); };
                    test::expect_gradient(value, entry, column, 1e-3, what + "R");
                }
            }
        }
}

TEST(NoiseLikelihood, gradient_agrees_with_central_differences) { expect_gradients(false); }

// d Psi / d log psi is s_k psi then, not Psi.
TEST(NoiseLikelihood, gradient_agrees_with_central_differences_where_noise_is_known) { expect_gradients(true); }

TEST(NoiseLikelihood, other_known_noise_leaves_the_noise_of_a_domain_as_it_is)
{
    RandomStream random({10, "noise-likelihood-test", 0, "", 0});
    auto const before = random_noise_parameters(random, 4, 2, 2, 1); // with one domain psi makes up for all of it
    Vector const psi = before.log_psi.array().exp();
    Vector const known = (Vector(4) << 0, 0.3 * psi[1], 0.8 * psi[2], 5 * psi[3]).finished();
    double const scale = std::exp(before.log_scales[0]);
    auto const after = with_known_noise(before, {scale * known});
    Vector const total = after.log_psi.array().exp() + known.array();
    EXPECT_LT((total - psi).head(3).cwiseAbs().maxCoeff(), 1e-12);
    EXPECT_NEAR(total[3], 1.1 * known[3], 1e-12); // more than there is: a tenth of it stays free
    EXPECT_LT((with_known_noise(after, {}).log_psi.head(3) - before.log_psi.head(3)).norm(), 1e-12);
    EXPECT_EQ(log_common_noise(before), before.log_psi);
    Vector const common = after.log_psi.array().exp() + scale * known.array();
    EXPECT_LT((log_common_noise(after).array().exp().matrix() - common).norm(), 1e-12);
}

// Complete rows, gaps and scores cut off, three of them in some rows.
std::vector<IncompleteScores> spoiled_scores(RandomStream& random, NoiseParameters const& parameters)
{
    auto scores = random_noisy_scores(random, parameters, 20);
    for (auto& domain : scores) test::spoil(random, domain, 3);
    return scores;
}

TEST(NoiseLikelihood, does_not_depend_on_the_basis_of_the_factors)
{
    RandomStream random({5, "noise-likelihood-test", 0, "", 0});
    auto parameters = random_noise_parameters(random, 6, 3, 2, 2);
    auto const domains = group_all(spoiled_scores(random, parameters));
    NoiseLikelihood const likelihood(domains);
    NoiseParameters gradient;
    double const before = likelihood.evaluate(parameters, gradient);
    Matrix change = Matrix(test::normal_matrix(random, 3, 3).triangularView<Eigen::Upper>());
    change.diagonal().array() = change.diagonal().array().abs() + 0.5;
    parameters.loadings = parameters.loadings * change.inverse();
    for (Matrix& r : parameters.mixing) r = change * r;
    EXPECT_NEAR(likelihood.evaluate(parameters, gradient), before, 1e-10 * std::abs(before));
}

TEST(NoiseLikelihood, changes_with_units_by_the_jacobian_of_observed_scores)
{
    RandomStream random({6, "noise-likelihood-test", 0, "", 0});
    auto parameters = random_noise_parameters(random, 5, 2, 3, 2);
    auto scores = spoiled_scores(random, parameters);
    auto const before_domains = group_all(scores);
    double before = 0, after = 0, jacobian = 0;
    for (auto const& rows : NoiseLikelihood(before_domains).row_log_likelihoods(parameters)) before += rows.sum();
    Vector const factors = (Vector(5) << 0.01, 1, 7, 100, 0.5).finished();
    for (auto& domain : scores) {
        for (Index j = 0; j < 5; ++j)
            for (Index i = 0; i < domain.kinds.rows(); ++i)
                if (domain.kinds(i, j) == ScoreKind::observed) jacobian += std::log(factors[j]);
        domain.scores = domain.scores * factors.asDiagonal();
    }
    parameters.loadings = factors.asDiagonal() * parameters.loadings;
    parameters.log_psi.array() += 2 * factors.array().log();
    for (Vector& mean : parameters.means) mean = mean.cwiseProduct(factors);
    auto const after_domains = group_all(scores);
    for (auto const& rows : NoiseLikelihood(after_domains).row_log_likelihoods(parameters)) after += rows.sum();
    EXPECT_NEAR(after, before - jacobian, 1e-9 * std::abs(before));
}

// Each row has its value to the last bit wherever it stands, and the value is the sum over rows.
// Where a row knows fewer scores than there are factors and variances of sources leave all bounds, rounding makes of
// its square form any number. Fits went there: log likelihoods of +2e17 were found.
TEST(NoiseLikelihood, never_exceeds_what_a_density_can_be)
{
    RandomStream random({5, "impossible", 0, {}, 0});
    auto parameters = random_noise_parameters(random, 5, 3, 2, 1);
    auto scores = random_noisy_scores(random, parameters, 40);
    for (Index i = 0; i < 40; ++i)
        for (Index const gap : {i % 5, (i + 2) % 5, (i + 3) % 5}) scores[0].kinds(i, gap) = ScoreKind::missing;
    auto const grouped = group_all(scores);
    int refused = 0;
    for (double const log_deviation : {0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0}) {
        parameters.shapes[0].bottomRows(2).setConstant(log_deviation);
        Vector const rows = NoiseLikelihood(grouped).row_log_likelihoods(parameters)[0];
        for (Index i = 0; i < rows.size(); ++i) {
            double highest = 0; // log density of the noise alone, at its mean
            for (Index j = 0; j < 5; ++j)
                if (scores[0].kinds(i, j) == ScoreKind::observed)
                    highest -=
                        0.5 * (std::log(2 * std::numbers::pi) + parameters.log_psi[j] + parameters.log_scales[0]);
            EXPECT_LE(rows[i], highest + 1e-5) << log_deviation;
            refused += std::isinf(rows[i]);
            if (log_deviation < 10) {
                EXPECT_TRUE(std::isfinite(rows[i]));
            }
        }
    }
    EXPECT_GT(refused, 0); // the last ones are beyond what can be computed
}

TEST(NoiseLikelihood, rows_are_independent)
{
    RandomStream random({7, "noise-likelihood-test", 0, "", 0});
    auto const parameters = random_noise_parameters(random, 4, 2, 3, 1);
    auto const scores = spoiled_scores(random, parameters);
    auto const columns = columns_by_censoring(scores);
    auto const order = random.permutation(20);
    IncompleteScores shuffled = scores[0];
    for (std::size_t i = 0; i < order.size(); ++i) {
        shuffled.scores.row(static_cast<Index>(i)) = scores[0].scores.row(order[i]);
        shuffled.kinds.row(static_cast<Index>(i)) = scores[0].kinds.row(order[i]);
    }
    std::vector<PatternedScores> const domains{group_rows(scores[0], columns)};
    std::vector<PatternedScores> const others{group_rows(shuffled, columns)};
    Vector const rows = NoiseLikelihood(domains).row_log_likelihoods(parameters)[0];
    Vector const moved = NoiseLikelihood(others).row_log_likelihoods(parameters)[0];
    for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(moved[static_cast<Index>(i)], rows[order[i]]);
    NoiseParameters gradient;
    EXPECT_NEAR(NoiseLikelihood(domains).evaluate(parameters, gradient), rows.sum(), 1e-10 * std::abs(rows.sum()));
}

TEST(NoiseLikelihood, of_three_scores_cut_off_one_counts_as_missing)
{
    RandomStream random({8, "noise-likelihood-test", 0, "", 0});
    auto const parameters = random_noise_parameters(random, 4, 2, 2, 1);
    Vector const x = random_noisy_scores(random, parameters, 1)[0].scores.row(0);
    EXPECT_EQ(log_likelihood(parameters, x, "ffof"), log_likelihood(parameters, x, "ffom")); // ties by column
    EXPECT_EQ(log_likelihood(parameters, x, "mmmm"), 0);
}

// Scores a thousand standard deviations beyond a bound: probabilities that no double holds.
TEST(NoiseLikelihood, stays_finite_far_beyond_a_bound)
{
    RandomStream random({9, "noise-likelihood-test", 0, "", 0});
    auto const parameters = random_noise_parameters(random, 4, 2, 3, 1);
    IncompleteScores rows = random_noisy_scores(random, parameters, 3)[0];
    rows.kinds(0, 1) = rows.kinds(1, 1) = rows.kinds(1, 3) = ScoreKind::at_floor;
    rows.kinds(2, 2) = ScoreKind::at_ceiling;
    rows.scores(0, 1) = rows.scores(1, 1) = rows.scores(1, 3) = -3000;
    rows.scores(2, 2) = 4000;
    auto const domains = group_all({rows});
    NoiseParameters gradient;
    double const value = NoiseLikelihood(domains).evaluate(parameters, gradient);
    EXPECT_TRUE(std::isfinite(value));
    EXPECT_LT(value, -1e4);
    EXPECT_TRUE(gradient.loadings.allFinite() && gradient.log_psi.allFinite() && gradient.means[0].allFinite());
    EXPECT_TRUE(gradient.shapes[0].allFinite() && gradient.mixing[0].allFinite());
}

// Where noise inside the span goes to 0 the likelihood that takes scores as exact comes out. With noise tau Psi, W =
// Psi^-1
// - Psi^-1 G Gam^-1 G' Psi^-1 and r the rows about their mean, that is the limit of
//     l(tau Psi) + (1/2) (1/tau - 1) sum tr(W_k sum r r') + N (d-m)/2 log tau
// at V = Gam^-1 G' Psi^-1, T_k = R_k^-1, D = diag(psi), with the residual scales that the other likelihood profiles
// out.
TEST(NoiseLikelihood, tends_to_the_likelihood_of_exact_scores)
{
    RandomStream random({10, "noise-likelihood-test", 0, "", 0});
    for (Index const d : {Index{2}, Index{5}}) { // m = d included
        Index const m = 2;
        auto parameters = random_noise_parameters(random, d, m, 3, 2);
        auto const scores = random_noisy_scores(random, parameters, 30);
        std::vector<CentredDomain> centred;
        for (std::size_t k = 0; k < 2; ++k) {
            centred.push_back(centre(scores[k].scores));
            parameters.means[k] = centred[k].mean;
        }
        Matrix const& g = parameters.loadings;
        Matrix const precision = (-parameters.log_psi).array().exp().matrix().asDiagonal();
        JointParameters exact;
        exact.subspace = (g.transpose() * precision * g).inverse() * g.transpose() * precision;
        exact.shapes = parameters.shapes;
        exact.families.assign(2, {static_cast<std::size_t>(m), DensityFamily::mog3});
        if (m < d) exact.log_psi = parameters.log_psi;
        for (Matrix const& r : parameters.mixing) exact.sources.emplace_back(r.inverse());
        JointGradient unused;
        double const expected = JointLikelihood(centred).evaluate(exact, unused);
        Vector const variances = residual_variances(centred, exact);
        if (m < d) parameters.log_scales = variances.array().log();
        Matrix const outside = precision - precision * g * exact.subspace;

        auto const domains = group_all(scores);
        double previous = 0;
        for (double const tau : {1e-4, 1e-5}) {
            NoiseParameters narrow = parameters, gradient;
            narrow.log_psi.array() += std::log(tau);
            double value = NoiseLikelihood(domains).evaluate(narrow, gradient);
            for (Index k = 0; k < 2 && m < d; ++k) {
                double const trace = (outside * centred[static_cast<std::size_t>(k)].covariance).trace();
                value += 0.5 * (1 / tau - 1) * 30 * trace / variances[k];
                value += 30 * 0.5 * static_cast<double>(d - m) * std::log(tau);
            }
            double const difference = value - expected;
            EXPECT_LT(std::abs(difference), 1e3 * tau * 60) << d; // of the order of tau for each of the 60 rows
            if (previous != 0) {
                EXPECT_NEAR(difference / previous, 0.1, 0.02) << d;
            } // and proportional to it
            previous = difference;
        }
    }
}

} // namespace
} // namespace exahca

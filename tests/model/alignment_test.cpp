#include "exahca/model/alignment.hpp"

#include "exahca/model/effects.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/numerics/orthogonal.hpp"
#include "support/published_case.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <Eigen/QR>
#include <cmath>

namespace exahca {
namespace {

using namespace test;

Matrix random_matrix(Index rows, Index cols, std::uint64_t seed)
{
    RandomStream stream({seed, "alignment test", 0, "", 0});
    Matrix matrix(rows, cols);
    for (Index i = 0; i < matrix.size(); ++i) matrix.data()[i] = stream.normal();
    return matrix;
}

/// Scores, an H and a W of no particular meaning.
struct Example
{
    Matrix scores = (random_matrix(300, 5, 1) * random_matrix(5, 5, 2)).array() + 40;
    Matrix unmixing = *decorrelate_rows(random_matrix(3, 5, 3));
    Matrix mixing = Matrix(random_matrix(3, 3, 4).triangularView<Eigen::Lower>()) + 2 * Matrix::Identity(3, 3);
};

/// Least squares by a QR decomposition of the design matrix, rows as they are.
struct Regression
{
    Vector coefficients; // constant first
    double r2;
};
Regression regress(Vector const& y, Matrix const& regressors)
{
    Matrix design(y.size(), regressors.cols() + 1);
    design << Vector::Ones(y.size()), regressors;
    Vector const coefficients = design.colPivHouseholderQr().solve(y);
    double const residual = (y - design * coefficients).squaredNorm();
    return {coefficients, 1 - residual / (y.array() - y.mean()).matrix().squaredNorm()};
}

Matrix beside(Vector const& first, Matrix const& rest)
{
    Matrix both(first.size(), rest.cols() + 1);
    both << first, rest;
    return both;
}

TEST(Alignment, equals_regressions_on_the_rows)
{
    Example const example;
    auto const alignment = align_with_benchmarks(example.unmixing, moments_of(example.scores));
    Matrix aligned(example.scores.rows(), 0);
    for (Index i = 0; i < 3; ++i) {
        Vector const z = example.scores * example.unmixing.row(2 - i).transpose();
        Index best = 0;
        Vector r2(5);
        for (Index b = 0; b < 5; ++b) {
            r2(b) = regress(z, beside(example.scores.col(b), aligned)).r2;
            EXPECT_NEAR(alignment.r2(i, b), r2(b), 1e-9);
        }
        r2.maxCoeff(&best);
        EXPECT_EQ(alignment.labels[static_cast<std::size_t>(i)], best);
        EXPECT_NEAR(alignment.label_r2(i), r2(best), 1e-9);
        auto const fit = regress(z, beside(example.scores.col(best), aligned));
        Vector const scaled = (z - aligned * fit.coefficients.tail(i)) / fit.coefficients(1);
        EXPECT_LT((example.scores * alignment.factors.row(i).transpose() - scaled).norm(), 1e-7 * scaled.norm());
        Matrix wider(aligned.rows(), i + 1);
        wider << aligned, scaled;
        aligned = wider;
    }
    EXPECT_LT((alignment.factors * alignment.loadings - Matrix::Identity(3, 3)).norm(), 1e-10);
    EXPECT_LT((alignment.factors - alignment.transform * example.unmixing.colwise().reverse()).norm(), 1e-12);
    EXPECT_TRUE(alignment.transform.isLowerTriangular());
}

TEST(Alignment, given_its_own_labels_changes_nothing_and_others_are_followed)
{
    Example const example;
    auto const moments = moments_of(example.scores);
    auto const free = align_with_benchmarks(example.unmixing, moments);
    auto const same = align_to_labels(example.unmixing, moments, free.labels);
    EXPECT_TRUE((free.factors.array() == same.factors.array()).all());
    std::vector<Index> const others{(free.labels[0] + 1) % 5, free.labels[1], free.labels[2]};
    auto const other = align_to_labels(example.unmixing, moments, others);
    EXPECT_EQ(other.labels, others);
    EXPECT_LT(other.label_r2(0), free.label_r2(0));
    EXPECT_THROW((void)align_to_labels(example.unmixing, moments, std::vector<Index>{0, 1}), InvalidInput);
    EXPECT_THROW((void)align_to_labels(example.unmixing, moments, std::vector<Index>{0, 1, 5}), InvalidInput);
}

/// H -> U H leaves the model as it is (method.md, section 1): the aligned answer must not move.
TEST(Alignment, depends_on_the_flag_alone)
{
    Example const example;
    Matrix flipped = example.unmixing;
    flipped.row(1) *= -1;
    flipped.row(2) *= -1;
    Matrix const signs = Vector{{-1, -1, 1}}.asDiagonal(); // causal order: level 3 first
    auto const moments = moments_of(example.scores);
    auto const one = align_with_benchmarks(example.unmixing, moments);
    auto const two = align_with_benchmarks(flipped, moments);
    EXPECT_LT((one.factors - two.factors).norm(), 1e-10);
    Matrix const mixing_flipped = signs * example.mixing;
    auto const reading_one = align_reading(one, std::span(&example.mixing, 1));
    auto const reading_two = align_reading(two, std::span(&mixing_flipped, 1));
    EXPECT_LT((reading_one.weights[0] - reading_two.weights[0]).norm(), 1e-10);
    EXPECT_LT((reading_one.loadings - reading_two.loadings).norm(), 1e-10);
}

TEST(Alignment, aligned_reading_solves_the_structural_equations)
{
    Example const example;
    auto const alignment = align_with_benchmarks(example.unmixing, moments_of(example.scores));
    auto const reading = align_reading(alignment, std::span(&example.mixing, 1));
    Matrix const w = reading.mixing[0], a = reading.weights[0];
    EXPECT_LT((w - alignment.transform * example.mixing).norm(), 1e-10);
    // z = A z + diag(W) e for z = W e.
    EXPECT_LT((w - a * w - Matrix(w.diagonal().asDiagonal())).norm(), 1e-10 * w.norm());
    // What sources do to scores does not depend on the units of the factors.
    Matrix const before = example.unmixing.transpose().rowwise().reverse() * example.mixing;
    EXPECT_LT((reading.loadings * w - before).norm(), 1e-9 * before.norm());
}

TEST(Alignment, a_benchmark_that_adds_nothing_is_no_label)
{
    Matrix scores = Example().scores;
    scores.col(3) = scores.col(0); // once benchmark 1 names the first factor exactly, 4 is known too
    Matrix unmixing = Matrix::Zero(2, 5);
    unmixing(1, 0) = 1;
    unmixing(0, 1) = 1;
    auto const alignment = align_with_benchmarks(unmixing, moments_of(scores));
    EXPECT_EQ(alignment.labels, (std::vector<Index>{0, 1}));
    EXPECT_TRUE(std::isnan(alignment.r2(1, 3)));
    EXPECT_NEAR(alignment.label_r2(1), 1, 1e-9);
    EXPECT_THROW((void)align_to_labels(unmixing, moments_of(scores), std::vector<Index>{0, 3}), NumericalFailure);
    Matrix constant = Matrix::Constant(20, 5, 3.0);
    EXPECT_THROW((void)align_with_benchmarks(unmixing, moments_of(constant)), NumericalFailure);
}

TEST(Effects, total_effects_sum_over_all_paths)
{
    Matrix a = Matrix::Zero(3, 3);
    a(1, 0) = 2;
    a(2, 0) = -1;
    a(2, 1) = 0.5;
    Vector const noise{{1.5, 0.3, 2.0}};
    Matrix const mixing = (Matrix::Identity(3, 3) - a).inverse() * noise.asDiagonal();
    Matrix const effects = total_effects(mixing);
    EXPECT_NEAR(effects(1, 0), 2, 1e-14);
    EXPECT_NEAR(effects(2, 1), 0.5, 1e-14);
    EXPECT_NEAR(effects(2, 0), -1 + 2 * 0.5, 1e-14); // directly, and through factor 2
    EXPECT_TRUE(effects.diagonal().isOnes(1e-14));
}

/// A unit of a factor that is set by hand: z = (I - A)^-1 unit vector, then the loadings.
TEST(Effects, effects_on_benchmarks_are_loadings_of_what_follows_and_ignore_the_parents)
{
    Example const example;
    auto const alignment = align_with_benchmarks(example.unmixing, moments_of(example.scores));
    auto const reading = align_reading(alignment, std::span(&example.mixing, 1));
    Matrix const effects = benchmark_effects(reading.loadings, reading.mixing[0]);
    Matrix const direct = reading.loadings * (Matrix::Identity(3, 3) - reading.weights[0]).inverse();
    EXPECT_LT((effects - direct).norm(), 1e-9 * direct.norm());
    // Another subtraction of parents, the same scale.
    Matrix shear = Matrix::Identity(3, 3);
    shear(1, 0) = 0.7;
    shear(2, 0) = -2;
    shear(2, 1) = 0.4;
    Matrix const sheared = benchmark_effects(reading.loadings * shear.inverse(), shear * reading.mixing[0]);
    EXPECT_LT((effects - sheared).norm(), 1e-9 * effects.norm());
}

// ---- the figures of the reference folder's data/README.md, right column, domains 0 1 3 6 ----

Index constexpr ifeval = 0, bbh = 1, math = 2, mmlu_pro = 5;

struct PublishedCase
{
    LinearSem sem;
    CausalReading reading;
    Moments pooled;
    Alignment alignment;
};

PublishedCase published_case(double tolerance)
{
    std::vector<Matrix> unmixing;
    std::vector<Moments> moments;
    for (auto const& domain : select_domains(leaderboard(), published_domains)) {
        UnmixingOptions options;
        options.ica.tolerance = tolerance;
        options.ica.start = numpy_start(3);
        auto const unmixed = unmix_domain(domain.scores, options, {1, "ica", 0, domain.name, 0});
        unmixing.push_back(unmixed.matrix);
        moments.push_back(unmixed.moments);
    }
    PublishedCase result{best_of_all_orders(unmixing), {}, pool(moments), {}};
    result.reading = read_causally(result.sem.unmixing, result.sem.triangles);
    result.alignment = align_with_benchmarks(result.sem.unmixing, result.pooled);
    return result;
}

/// The paper's own weights, for this comparison only (data/README.md): every raw factor on a constant, its benchmark
/// and the raw factors before it; z1 signed to be negative on MMLU-PRO and z2 positive on IFEval's side.
std::vector<Matrix> paper_weights(PublishedCase const& c, std::vector<Index> const& labels)
{
    Matrix raw = c.sem.unmixing.colwise().reverse();
    Vector signs = Vector::Ones(3);
    if (raw(0, mmlu_pro) > 0) signs(0) = -1;
    if (raw(1, ifeval) < 0) signs(1) = -1;
    raw = signs.asDiagonal() * raw;
    Matrix p = Matrix::Zero(3, 3);
    for (Index i = 0; i < 3; ++i) {
        Matrix regressors(i + 1, 6);
        regressors << raw.topRows(i), Matrix::Identity(6, 6).row(labels[static_cast<std::size_t>(i)]);
        Matrix const gram = regressors * c.pooled.covariance * regressors.transpose();
        Vector const slopes = gram.ldlt().solve(regressors * c.pooled.covariance * raw.row(i).transpose());
        p.row(i).head(i) = slopes.head(i).transpose();
        p(i, i) = slopes(i);
    }
    std::vector<Matrix> weights;
    for (auto const& triangle : c.sem.triangles) {
        Matrix const b = triangle.reverse() * signs.asDiagonal() * p;
        weights.push_back(Matrix::Identity(3, 3) - b.diagonal().cwiseInverse().asDiagonal() * b);
    }
    return weights;
}

/// Weights 1->2, 1->3, 2->3 of llama-3-8b, qwen2.5-14b, llama-3.1-8b, qwen2.5-7b.
using WeightTable = double const[4][3];
WeightTable by_the_paper{{2.90, 0.11, 0.25}, {1.82, -0.21, 0.53}, {1.60, 0.04, 0.29}, {2.14, -0.16, 0.57}};
WeightTable by_section_6{{1.70, 0.48, 0.14}, {0.64, 0.50, 0.42}, {0.40, 0.46, 0.18}, {0.96, 0.59, 0.45}};

void expect_weights(std::vector<Matrix> const& weights, WeightTable& expected, double tolerance)
{
    for (std::size_t k = 0; k < 4; ++k) {
        EXPECT_NEAR(weights[k](1, 0), expected[k][0], tolerance) << published_domains[k];
        EXPECT_NEAR(weights[k](2, 0), expected[k][1], tolerance) << published_domains[k];
        EXPECT_NEAR(weights[k](2, 1), expected[k][2], tolerance) << published_domains[k];
    }
}

struct Tolerances
{
    double r2, coefficients, weights_by_the_paper, weights_by_section_6;
};

void expect_published_figures(PublishedCase const& c, Tolerances const& tolerances)
{
    auto const& alignment = c.alignment;
    EXPECT_EQ(alignment.labels, (std::vector<Index>{mmlu_pro, ifeval, math}));
    EXPECT_NEAR(alignment.r2(0, bbh), 0.9419, tolerances.r2);
    EXPECT_NEAR(alignment.r2(0, mmlu_pro), 0.9457, tolerances.r2);
    EXPECT_NEAR(alignment.r2(1, ifeval), 0.9013, tolerances.r2);
    EXPECT_NEAR(alignment.r2(2, math), 0.9999, tolerances.r2);
    double const adjusted_z2[] = {0.92, -0.29, 0.72, -0.20, -0.28, -0.32};
    for (Index b = 0; b < 6; ++b)
        EXPECT_NEAR(alignment.factors(1, b), adjusted_z2[b], tolerances.coefficients) << "benchmark " << b;
    expect_weights(paper_weights(c, alignment.labels), by_the_paper, tolerances.weights_by_the_paper);
    expect_weights(align_reading(alignment, c.reading.mixing).weights, by_section_6, tolerances.weights_by_section_6);
}

// Half a unit of the last digit given is 0.00005 for R^2 and 0.005 for the rest. The table's weights by section 6 turn
// out to come from converged ICA and all its other figures from ICA stopped at 1e-4: each is held to its digits there.

TEST(PublishedFigures, are_reproduced_to_the_digits_given_when_ica_stops_early)
{
    EXAHCA_NEED_REFERENCE(leaderboard_file);
    auto const stopped = published_case(1e-4);
    EXPECT_NEAR(stopped.sem.value, 0.0398187916, 5e-11); // reference folder, search.md, m = 3, K = 4
    expect_published_figures(stopped, {0.00005, 0.005, 0.005, 0.015});
}

TEST(PublishedFigures, move_little_when_ica_converges)
{
    EXAHCA_NEED_REFERENCE(leaderboard_file);
    auto const converged = published_case(1e-12);
    EXPECT_NEAR(converged.sem.value, 0.039209333555299895, 2e-6); // hca_reference.json
    expect_published_figures(converged, {0.015, 0.015, 0.015, 0.005});
}

TEST(PublishedFigures, alignment_holds_out_of_domain_on_a_related_base_model)
{
    EXAHCA_NEED_REFERENCE(leaderboard_file);
    auto const c = published_case(1e-12);
    auto const elsewhere = select_domains(leaderboard(), {"qwen2-7b"}).front();
    auto const refit = align_to_labels(c.sem.unmixing, moments_of(elsewhere.scores), c.alignment.labels);
    EXPECT_EQ(refit.labels, c.alignment.labels);
    for (Index i = 0; i < 3; ++i) {
        EXPECT_GT(refit.label_r2(i), 0.5);
        EXPECT_LE(refit.label_r2(i), 1);
    }
}

} // namespace
} // namespace exahca

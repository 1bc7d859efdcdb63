#include "exahca/profile/treatment_effects.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/source_mixtures.hpp"
#include "support/noisy_scores.hpp"

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace exahca {
namespace {

constexpr Index d = 5, m = 2, models_each = 60;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A fit that is the truth: two base models with five benchmarks, two factors and sources of two components.
StoredModel true_model()
{
    RandomStream random({3, "treatment-model", 0, {}, 0});
    StoredModel model;
    model.name = "truth";
    model.setting.domains = {"a", "b"};
    model.setting.factors = m;
    model.benchmarks = {"p", "q", "r", "s", "t"};
    model.parameters = test::random_noise_parameters(random, d, m, 2, 2);
    // Factors stand in causal order and sources by level, so the last source moves the first factor alone.
    for (Matrix& mixing : model.parameters.mixing)
        mixing = Matrix(mixing.transpose().triangularView<Eigen::Lower>()).rowwise().reverse().eval();
    model.parameters.mixing[1] = model.parameters.mixing[0]; // one hierarchy: parts through it are the same in both
    model.labels = {0, 1};
    model.bounds = no_bounds(d);
    model.kept_columns = {0, 1, 2, 3, 4};
    model.unknown.setConstant(2, d, false);
    return model;
}

/// Models of which half of each domain, picked at random, has its factors moved by `effect`; a fifth of the scores are
/// missing.
TreatedModels draw(StoredModel const& model, Vector const& effect, RandomStream& random)
{
    TreatedModels drawn;
    drawn.scores.resize(2 * models_each, d);
    std::vector<std::string> treatment;
    auto const& parameters = model.parameters;
    for (std::size_t k = 0; k < 2; ++k) {
        Matrix const& shapes = parameters.shapes[k];
        auto const order = random.permutation(models_each);
        for (Index i = 0; i < models_each; ++i) {
            bool const treated = order[static_cast<std::size_t>(i)] < models_each / 2;
            Vector sources(m);
            for (Index j = 0; j < m; ++j) {
                Index const c = random.uniform() < 1 / (1 + std::exp(-shapes(0, j))) ? 0 : 1;
                sources[j] = shapes(1 + c, j) + std::exp(shapes(3 + c, j)) * random.normal();
            }
            Vector const factors = parameters.mixing[k] * sources + (treated ? effect : Vector(Vector::Zero(m)));
            auto const row = static_cast<Index>(k) * models_each + i;
            for (Index j = 0; j < d; ++j) {
                double const noise =
                    std::exp(0.5 * (parameters.log_psi[j] + parameters.log_scales[static_cast<Index>(k)]));
                double const score =
                    parameters.means[k][j] + parameters.loadings.row(j).dot(factors) + noise * random.normal();
                drawn.scores(row, j) = random.uniform() < 0.2 ? nan : score;
            }
            drawn.domains.push_back(static_cast<Index>(k));
            treatment.emplace_back(treated ? "tuned" : "as it was");
        }
    }
    drawn.treatment = {"tuning", treatment};
    return drawn;
}

/// Estimates of one number in many data sets.
struct Tally
{
    double sum = 0, squares = 0, held = 0, count = 0;

    void add(EffectInterval const& found, double truth)
    {
        sum += found.estimate - truth;
        squares += (found.estimate - truth) * (found.estimate - truth);
        held += found.low <= truth && truth <= found.high;
        ++count;
    }
    // Errors have mean 0, to within four standard errors. 90 % intervals hold the truth in .9 of the data sets to
    // within four binomial standard errors, sqrt(.9 .1 / count).
    void judge(std::string const& what) const
    {
        EXPECT_LT(std::abs(sum / count), 4 * std::sqrt(squares / count / count)) << what;
        EXPECT_NEAR(held / count, 0.9, 4 * std::sqrt(0.9 * 0.1 / count)) << what;
    }
};

TEST(TreatmentEffects, are_unbiased_and_hold_the_truth_where_treatment_is_random_within_base_models)
{
    auto const model = true_model();
    Vector const effect = (Vector(m) << 1.5, -0.8).finished();
    Vector const through = hierarchy_of(model, 0) * effect;
    Vector const in_scores = model.parameters.loadings * effect;
    std::vector<Tally> totals(m + d), parts(m + d);
    RandomStream random({4, "treatment", 0, {}, 0});
    for (int data_set = 0; data_set < 400; ++data_set) {
        auto const found = treatment_effects(model, draw(model, effect, random));
        ASSERT_EQ(found.effects.size(), static_cast<std::size_t>(m + d));
        double const sign = found.reference == "tuned" ? -1 : 1; // both are equally frequent: by name
        for (auto const& one : found.effects) {
            auto const q = static_cast<std::size_t>(one.quantity);
            Index const j = one.quantity - m;
            totals[q].add(one.effect, sign * (j < 0 ? effect[one.quantity] : in_scores[j]));
            if (q > 0) parts[q].add(one.through, sign * (j < 0 ? through[one.quantity] : in_scores[j]));
        }
    }
    for (std::size_t q = 0; q < totals.size(); ++q) {
        totals[q].judge("effect on quantity " + std::to_string(q));
        if (q > 0) parts[q].judge("its part through the hierarchy, quantity " + std::to_string(q));
    }
}

// z = C z + u: what is left of the factors moves with their own sources alone.
TEST(TreatmentEffects, hierarchy_leaves_each_factor_its_own_source)
{
    auto const model = true_model();
    for (std::size_t k = 0; k < 2; ++k) {
        Matrix const hierarchy = hierarchy_of(model, k);
        EXPECT_EQ(Matrix(hierarchy.triangularView<Eigen::Upper>()).cwiseAbs().maxCoeff(), 0);
        Matrix const own = (Matrix::Identity(m, m) - hierarchy) * model.parameters.mixing[k].rowwise().reverse();
        EXPECT_LT((own - Matrix(own.diagonal().asDiagonal())).cwiseAbs().maxCoeff(), 1e-12);
    }
}

// Without noise the factors come back as they are, whatever is missing.
TEST(TreatmentEffects, least_squares_factors_of_exact_scores_are_the_factors)
{
    auto const model = true_model();
    RandomStream random({5, "exact", 0, {}, 0});
    Matrix const factors = test::normal_matrix(random, 20, m);
    Matrix scores = (factors * model.parameters.loadings.transpose()).rowwise() + model.parameters.means[1].transpose();
    for (Index i = 0; i < 20; ++i) scores(i, i % d) = nan;
    scores.row(3).head(4).setConstant(nan); // one score for two factors
    Matrix const found = least_squares_factors(model, 1, scores).values;
    EXPECT_TRUE(found.row(3).array().isNaN().all());
    for (Index i = 0; i < 20; ++i) {
        if (i == 3) continue;
        EXPECT_LT((found.row(i) - factors.row(i)).cwiseAbs().maxCoeff(), 1e-9);
    }
}

TEST(TreatmentEffects, adjusts_for_what_goes_with_the_treatment)
{
    auto const model = true_model();
    RandomStream random({6, "adjusted", 0, {}, 0});
    auto models = draw(model, Vector::Zero(m), random);
    // Size moves every score, and the treated are the larger ones: without adjustment size is taken for the treatment.
    std::vector<double> sizes;
    std::vector<std::string> treatment;
    for (Index i = 0; i < models.scores.rows(); ++i) {
        sizes.push_back(random.normal());
        treatment.emplace_back(sizes.back() + 0.5 * random.normal() > 0 ? "yes" : "no");
        models.scores.row(i).array() += 20 * sizes.back();
    }
    models.treatment = {"treated", treatment};
    auto const benchmark = [&](TreatmentEffects const& found) { return found.effects.at(m).effect; };
    auto const plain = benchmark(treatment_effects(model, models));
    EXPECT_GT(std::abs(plain.estimate), 4 * plain.standard_error);
    models.adjust = {{"size", sizes}};
    auto const adjusted = benchmark(treatment_effects(model, models));
    EXPECT_LT(std::abs(adjusted.estimate), 4 * adjusted.standard_error);
}

TEST(TreatmentEffects, counts_what_it_leaves_out_and_refuses_what_it_cannot_tell)
{
    auto const model = true_model();
    RandomStream random({7, "counted", 0, {}, 0});
    auto const whole = draw(model, Vector::Zero(m), random);
    auto models = whole;
    auto& texts = std::get<std::vector<std::string>>(models.treatment.values);
    texts[0] = "";
    texts[1] = texts[2] = "rare";
    auto const found = treatment_effects(model, models);
    EXPECT_EQ(found.left_out, 3);
    EXPECT_EQ(found.models, 2 * models_each - 3);
    EXPECT_EQ(found.levels.size(), 1U);
    EXPECT_EQ(found.reference_count + found.counts.at(0), 2 * models_each - 3);
    EXPECT_EQ(found.varying_domains, 2);

    for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = models.domains[i] == 0 ? "first" : "second";
    EXPECT_THROW((void)treatment_effects(model, models), UsageError); // one value in each base model
    texts.assign(texts.size(), "same");
    EXPECT_THROW((void)treatment_effects(model, models), UsageError);
    models = whole;
    models.adjust = {{"twin", std::get<std::vector<std::string>>(whole.treatment.values)}};
    EXPECT_THROW((void)treatment_effects(model, models), UsageError);
}

TEST(TreatmentEffects, of_numbers_are_per_unit)
{
    auto const model = true_model();
    RandomStream random({8, "numbers", 0, {}, 0});
    auto models = draw(model, Vector::Zero(m), random);
    std::vector<double> amounts;
    for (Index i = 0; i < models.scores.rows(); ++i) amounts.push_back(random.normal());
    models.treatment = {"amount", amounts};
    auto const once = treatment_effects(model, models);
    for (double& amount : amounts) amount *= 10;
    models.treatment = {"amount", amounts};
    auto const tenth = treatment_effects(model, models);
    EXPECT_EQ(once.levels, std::vector<std::string>{""});
    for (std::size_t i = 0; i < once.effects.size(); ++i) {
        EXPECT_NEAR(once.effects[i].effect.estimate, 10 * tenth.effects[i].effect.estimate, 1e-9);
        EXPECT_NEAR(once.effects[i].p_value, tenth.effects[i].p_value, 1e-9);
    }
}

} // namespace
} // namespace exahca

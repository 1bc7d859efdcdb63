#include "exahca/profile/capability_curves.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/source_mixtures.hpp"
#include "support/noisy_scores.hpp"

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>

namespace exahca {
namespace {

constexpr Index d = 5, m = 2;
constexpr double nan = std::numeric_limits<double>::quiet_NaN(), close = 1e-8;

StoredModel made_model()
{
    RandomStream random({3, "curve-model", 0, {}, 0});
    StoredModel model;
    model.name = "made";
    model.setting.domains = {"a", "b"};
    model.setting.factors = m;
    model.benchmarks = {"p", "q", "r", "s", "t"};
    model.parameters = test::random_noise_parameters(random, d, m, 2, 2);
    model.labels = {0, 1};
    model.bounds = no_bounds(d);
    model.kept_columns = {0, 1, 2, 3, 4};
    model.unknown.setConstant(2, d, false);
    return model;
}

/// Models whose scores say exactly what their factors are, above the mean of their domain.
struct Models
{
    explicit Models(StoredModel const& fit) : model(fit) {}
    void add(std::size_t k, double first, double second, double value)
    {
        Vector const sources = source_moments(source_mixtures(model.parameters.shapes[k])).means;
        Vector const factors = model.parameters.mixing[k] * sources + Vector{{first, second}};
        rows.emplace_back(model.parameters.means[k] + model.parameters.loadings * factors);
        asked.domains.push_back(static_cast<Index>(k));
        values.push_back(value);
    }
    CapabilityCurves curves()
    {
        asked.scores.resize(std::ssize(rows), d);
        for (std::size_t i = 0; i < rows.size(); ++i) asked.scores.row(static_cast<Index>(i)) = rows[i].transpose();
        for (auto const& [row, column] : missing) asked.scores(row, column) = nan;
        asked.treatment = {"size", values};
        return capability_curves(model, asked);
    }

    StoredModel const& model;
    std::vector<Vector> rows;
    std::vector<double> values;
    std::vector<std::pair<Index, Index>> missing;
    TreatedModels asked;
};

/// The value below which a share of some values lies, by its definition: between the two neighbours of its place.
double share_point(std::vector<double> values, double share)
{
    std::sort(values.begin(), values.end());
    double const place = share * static_cast<double>(values.size() - 1);
    double const low = values[static_cast<std::size_t>(std::floor(place))],
                 high = values[static_cast<std::size_t>(std::ceil(place))];
    return low + (place - std::floor(place)) * (high - low);
}

TEST(CapabilityCurves, are_quartiles_by_quarters_within_base_models)
{
    auto const fit = made_model();
    RandomStream random({5, "curve-values", 0, {}, 0});
    Models models(fit);
    std::map<std::pair<std::size_t, int>, std::vector<std::vector<double>>> expected; // factors of each quarter
    for (std::size_t k = 0; k < 2; ++k) {
        Index const count = k == 0 ? 40 : 26;
        for (auto const rank : random.permutation(static_cast<std::uint64_t>(count))) {
            double const first = 10 * random.normal(), second = 5 * random.normal();
            models.add(k, first, second, 100 * static_cast<double>(k) + static_cast<double>(rank) / 7);
            auto const quarter = static_cast<int>(4 * (static_cast<double>(rank) + 0.5) / static_cast<double>(count));
            auto& lists = expected[{k, quarter + 1}];
            lists.resize(2);
            lists[0].push_back(first);
            lists[1].push_back(second);
        }
    }
    auto const found = models.curves();
    EXPECT_EQ(found.models, 66);
    ASSERT_EQ(found.domains.size(), 2u);
    for (std::size_t k = 0; k < 2; ++k) {
        ASSERT_EQ(found.domains[k].size(), 4u);
        double before = -1;
        for (auto const& quarter : found.domains[k]) {
            EXPECT_GT(quarter.from, before);
            EXPECT_LE(quarter.from, quarter.to);
            before = quarter.to;
            auto const& lists = expected.at({k, quarter.number});
            EXPECT_EQ(quarter.models, std::ssize(lists[0]));
            for (std::size_t i = 0; i < 2; ++i) {
                auto const& at = quarter.capabilities[i];
                EXPECT_NEAR(at.median, share_point(lists[i], 0.5), close);
                EXPECT_NEAR(at.lower, share_point(lists[i], 0.25), close);
                EXPECT_NEAR(at.upper, share_point(lists[i], 0.75), close);
                EXPECT_LE(at.median_low, at.median);
                EXPECT_GE(at.median_high, at.median);
            }
        }
    }
}

TEST(CapabilityCurves, keep_equal_values_together)
{
    auto const fit = made_model();
    Models models(fit);
    // Three quarters of the models have one value: the middle of their ranks is in the second quarter.
    for (int i = 0; i < 40; ++i) models.add(0, i, -i, i < 30 ? 8 : 70);
    for (int i = 0; i < 12; ++i) models.add(1, i, -i, 8);
    auto const found = models.curves();
    ASSERT_EQ(found.domains[0].size(), 2u);
    EXPECT_EQ(found.domains[0][0].number, 2);
    EXPECT_EQ(found.domains[0][0].models, 30);
    EXPECT_EQ(found.domains[0][0].to, 8);
    EXPECT_EQ(found.domains[0][1].number, 4);
    EXPECT_EQ(found.domains[0][1].from, 70);
    EXPECT_NEAR(found.domains[0][1].capabilities[0].median, 34.5, close);
    ASSERT_EQ(found.domains[1].size(), 1u);
    EXPECT_EQ(found.domains[1][0].models, 12);
}

/// Binomial tables: of 5, 8, 10, 13 and 20 fair coins at most 0, 1, 1, 3 and 5 show heads with 5 % or less.
TEST(CapabilityCurves, intervals_of_medians_are_those_of_order_statistics)
{
    auto const fit = made_model();
    for (auto const& [count, outside] : {std::pair{5, 0}, {8, 1}, {10, 1}, {13, 3}, {20, 5}}) {
        Models models(fit);
        for (int i = 0; i < count; ++i) models.add(0, i, -2 * i, 1);
        models.add(1, 0, 0, 1);
        models.add(1, 0, 0, 2);
        auto const found = models.curves();
        auto const& at = found.domains[0].at(0).capabilities;
        EXPECT_NEAR(at[0].median_low, outside, close) << count;
        EXPECT_NEAR(at[0].median_high, count - 1 - outside, close) << count;
        EXPECT_NEAR(at[1].median_low, -2 * (count - 1 - outside), close) << count;
    }
}

TEST(CapabilityCurves, of_few_models_have_no_numbers)
{
    auto const fit = made_model();
    Models models(fit);
    for (int i = 0; i < 4; ++i) models.add(0, i, i, 1);
    for (int i = 0; i < 9; ++i) models.add(0, i, i, 2);
    auto const found = models.curves();
    EXPECT_EQ(found.domains[0][0].models, 4);
    EXPECT_TRUE(std::isnan(found.domains[0][0].capabilities[0].median));
    EXPECT_TRUE(std::isnan(found.domains[0][0].capabilities[1].median_high));
    EXPECT_NEAR(found.domains[0][1].capabilities[0].median, 4, close);
    EXPECT_TRUE(found.domains[1].empty());
}

TEST(CapabilityCurves, count_models_that_they_leave_out)
{
    auto const fit = made_model();
    Models models(fit);
    for (int i = 0; i < 20; ++i)
        models.add(0, i, i, i == 3 ? nan : i == 4 ? std::numeric_limits<double>::infinity() : i);
    for (Index j = 1; j < d; ++j) models.missing.push_back({7, j}); // one score says nothing of two factors
    models.missing.push_back({8, 2});                               // four scores still say what they are
    auto const found = models.curves();
    EXPECT_EQ(found.models, 17);
    EXPECT_EQ(found.left_out, 2);
    EXPECT_EQ(found.without_factors, 1);
}

TEST(CapabilityCurves, need_numbers_that_vary)
{
    auto const fit = made_model();
    Models models(fit);
    for (int i = 0; i < 20; ++i) models.add(static_cast<std::size_t>(i % 2), i, i, i % 2);
    EXPECT_THROW((void)models.curves(), UsageError);
    models.asked.treatment = {"type", std::vector<std::string>(20, "chat")};
    EXPECT_THROW((void)capability_curves(fit, models.asked), UsageError);
}

} // namespace
} // namespace exahca

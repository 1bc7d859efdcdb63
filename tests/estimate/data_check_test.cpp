#include "exahca/estimate/data_check.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/column_defects.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace exahca {
namespace {

ScoreMatrix scores_of(std::vector<std::pair<std::string, Index>> const& domains, Index benchmarks)
{
    RandomStream random({1, "data-check", 0, "", 0});
    ScoreMatrix scores;
    for (Index j = 0; j < benchmarks; ++j) scores.benchmarks.push_back(std::string(1, static_cast<char>('A' + j)));
    for (auto const& [name, models] : domains)
        for (Index i = 0; i < models; ++i) {
            scores.models.push_back(name + std::to_string(i));
            scores.base_models.push_back(name);
        }
    auto const models = std::ssize(scores.models);
    scores.scores = 5 * random_matrix(random, models, benchmarks).array() + 40;
    return scores;
}

Setting setting_of(std::vector<std::string> domains, Estimator estimator = Estimator::joint, int factors = 3)
{
    Setting setting;
    setting.domains = std::move(domains);
    setting.estimator = estimator;
    setting.factors = factors;
    setting.screen = estimator == Estimator::joint ? 0.6 : 0;
    return setting;
}

/// The text of the refusal; empty when nothing is refused.
std::string refusal(std::vector<Setting> const& settings, ScoreMatrix const& scores)
{
    try {
        static_cast<void>(check_data(settings, scores));
    } catch (UsageError const& error) {
        return error.what();
    }
    return {};
}

void expect_contains(std::string const& text, std::string const& part)
{
    EXPECT_NE(text.find(part), std::string::npos) << "\"" << part << "\" in \"" << text << "\"";
}

// d 6, m 3: means 6, T 6, three mixtures of three (7 each, a location is none of its own), a residual scale: 31.
TEST(DataCheck, own_parameters_are_counted_as_in_the_likelihood)
{
    EXPECT_EQ(own_parameters(setting_of({"a"}), 6), 6 + 6 + 3 * 7 - 3 + 1);
    EXPECT_EQ(own_parameters(setting_of({"a"}), 3), 3 + 6 + 3 * 7 - 3);
    auto extended = setting_of({"a"});
    extended.density = DensityFamily::extended;
    EXPECT_EQ(own_parameters(extended, 6), 6 + 6 + 1);
    EXPECT_EQ(own_parameters(setting_of({"a"}, Estimator::published), 6), 6 + 3 * 6);
}

TEST(DataCheck, a_benchmark_that_hardly_varies_is_named_with_both_estimators)
{
    auto scores = scores_of({{"a", 100}, {"b", 62}}, 6);
    scores.scores.col(2) = (scores.scores.col(2).array() - 40) * 1e-3 + 40; // variance 1e-6 of the others'
    for (auto const estimator : {Estimator::joint, Estimator::published}) {
        auto const warnings = check_data(std::vector{setting_of({"a", "b"}, estimator)}, scores);
        ASSERT_EQ(warnings.size(), 1U);
        EXPECT_EQ(warnings[0],
                  "C hardly varies within any base model: less than 1/200 of what the others do (rounding, or "
                  "other units than per cent)");
    }
    scores.scores.topRows(100).col(2) = 1e3 * (scores.scores.topRows(100).col(2).array() - 40) + 40;
    auto const warnings = check_data(std::vector{setting_of({"a", "b"})}, scores);
    ASSERT_EQ(warnings.size(), 1U);
    expect_contains(warnings[0], "C hardly varies in base model b: ");
}

TEST(DataCheck, a_benchmark_with_hardly_any_score_off_its_floor_is_named)
{
    auto scores = scores_of({{"a", 100}, {"b", 120}}, 6);
    scores.scores.col(2).segment(100, 118).setZero();
    auto const warnings = check_data(std::vector{setting_of({"a", "b"})}, scores);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings[0],
              "118 of the 120 scores of C in base model b are equal: what moves it there rests on the other 2");
    scores.scores.col(2).segment(100, 106) = scores_of({{"b", 106}}, 6).scores.col(2);
    EXPECT_TRUE(check_data(std::vector{setting_of({"a", "b"})}, scores).empty());
}

TEST(DataCheck, what_is_said_of_columns_before_the_run_is_said_of_an_estimate)
{
    auto scores = scores_of({{"a", 100}, {"b", 62}}, 6);
    scores.scores.col(1) = (scores.scores.col(1).array() - 40) * 1e-3 + 40;
    scores.scores.topRows(100).col(4).setConstant(7);
    std::vector<std::string> const names{"a", "b"};
    auto const before = check_data(std::vector{setting_of(names, Estimator::published)}, scores);
    auto const setting = setting_of(names, Estimator::published);
    EXPECT_EQ(column_warnings(setting, select_domains(scores, names), scores.benchmarks), before);
    EXPECT_EQ(before.size(), 2U);
}

TEST(DataCheck, few_models_stand_in_the_record_as_they_were_told)
{
    auto const scores = scores_of({{"a", 100}, {"b", 30}}, 6);
    std::vector<std::string> const names{"a", "b"};
    for (auto const& [estimator, own] : {std::pair{Estimator::published, 24}, std::pair{Estimator::joint, 31}}) {
        auto const setting = setting_of(names, estimator);
        auto const warnings = column_warnings(setting, select_domains(scores, names), scores.benchmarks);
        ASSERT_EQ(warnings.size(), 1U);
        expect_contains(warnings[0], fmt::format("few models for the {} parameters", own));
        expect_contains(warnings[0], fmt::format("b 30 (estimates are rough below {})", 2 * own));
        EXPECT_EQ(warnings[0].find(';'), std::string::npos) << "notes of a record are separated by semicolons";
        EXPECT_EQ(check_data(std::vector{setting}, scores), warnings);
    }
}

// Of 12 draws from 12 models at most 6 are different in 11 % of the resamples (chance_of_few_distinct).
TEST(DataCheck, exact_scores_hear_of_resamples_without_a_fit)
{
    auto const scores = scores_of({{"a", 100}, {"b", 12}}, 6);
    auto setting = setting_of({"a", "b"});
    setting.screen = 0;
    setting.noise = NoiseModel::span;
    auto const told = [&](bool resamples) {
        auto const warnings = check_data(std::vector{setting}, scores, resamples);
        return std::count_if(warnings.begin(), warnings.end(), [](std::string const& warning) {
            return warning.find("b 12 (11 % of the resamples)") != std::string::npos;
        });
    };
    EXPECT_EQ(told(true), 1);
    EXPECT_EQ(told(false), 0);
    setting.noise = NoiseModel::aware;
    EXPECT_EQ(told(true), 0) << "noise has a lower bound";
}

TEST(DataCheck, benchmarks_in_other_units_are_named_before_the_run_and_in_the_record)
{
    auto scores = scores_of({{"a", 100}, {"b", 62}}, 6);
    scores.scores.col(1) = 0.01 * scores.scores.col(1).array();
    scores.scores.col(4) = 5 * scores.scores.col(4).array() + 1000;
    std::vector<std::string> const names{"a", "b"};
    for (auto const noise : {NoiseModel::aware, NoiseModel::span}) {
        auto setting = setting_of(names);
        setting.noise = noise;
        auto const warnings = check_data(std::vector{setting}, scores);
        auto const is_scale = [](std::string const& text) {
            return text.starts_with("benchmarks are not on one scale");
        };
        auto const found = std::find_if(warnings.begin(), warnings.end(), is_scale);
        ASSERT_NE(found, warnings.end());
        for (auto const* part : {"A, C, D and F from ", " / B from ", " / E from 1"}) expect_contains(*found, part);
        EXPECT_EQ(found->find("the order found") != std::string::npos, noise == NoiseModel::span) << *found;
        auto const record = column_warnings(setting, select_domains(scores, names), scores.benchmarks);
        EXPECT_EQ(std::count_if(record.begin(), record.end(), is_scale), 1);
        for (auto const& text : record) EXPECT_EQ(text.find("; "), std::string::npos) << text; // which parts warnings
    }
}

TEST(DataCheck, enough_models_of_independent_benchmarks_pass_in_silence)
{
    auto const scores = scores_of({{"a", 100}, {"b", 62}}, 6);
    EXPECT_TRUE(check_data(std::vector{setting_of({"a", "b"})}, scores).empty());
    EXPECT_TRUE(check_data(std::vector{setting_of({"a", "b"}, Estimator::published)}, scores).empty());
}

TEST(DataCheck, small_base_models_are_refused_all_at_once_with_both_estimators)
{
    auto const scores = scores_of({{"x", 8}, {"y", 15}, {"z", 16}}, 8);
    for (auto const estimator : {Estimator::joint, Estimator::published}) {
        auto const text = refusal({setting_of({"x", "y", "z"}, estimator)}, scores);
        expect_contains(text, "too few models for 8 benchmarks: x 8");
        expect_contains(text, "y 15");
        expect_contains(text, "at least 16");
        EXPECT_EQ(text.find("z 16"), std::string::npos);
        EXPECT_EQ(refusal({setting_of({"z"}, estimator)}, scores), "");
    }
}

TEST(DataCheck, models_are_counted_behind_the_screen)
{
    auto scores = scores_of({{"a", 100}, {"b", 20}}, 6);
    for (Index i = 100; i < 109; ++i) scores.scores.row(i) *= 0.2; // 9 of 20 collapse
    expect_contains(refusal({setting_of({"a", "b"})}, scores), "b 11 after --screen 0.6 (");
    EXPECT_EQ(refusal({setting_of({"a", "b"}, Estimator::published)}, scores), "");
}

TEST(DataCheck, models_that_miss_scores_are_not_counted)
{
    auto scores = scores_of({{"a", 100}, {"b", 20}}, 6);
    for (Index i = 100; i < 109; ++i) scores.scores(i, i % 6) = std::nan("");
    for (auto const estimator : {Estimator::joint, Estimator::published})
        expect_contains(refusal({setting_of({"a", "b"}, estimator)}, scores), "b 11 without a missing score");
    for (Index i = 100; i < 108; ++i) scores.scores(i, i % 6) = 40 + 0.1 * static_cast<double>(i);
    EXPECT_EQ(refusal({setting_of({"a", "b"}, Estimator::published)}, scores), "");
}

TEST(DataCheck, few_models_are_a_warning_that_says_how_many_would_do)
{
    auto const scores = scores_of({{"a", 100}, {"b", 61}}, 6);
    auto const warnings = check_data(std::vector{setting_of({"a", "b"}), setting_of({"b", "a"})}, scores);
    ASSERT_EQ(warnings.size(), 1u);
    expect_contains(warnings[0], "31 parameters");
    expect_contains(warnings[0], "b 61");
    expect_contains(warnings[0], "rough below 62");
    EXPECT_EQ(warnings[0].find("a 100"), std::string::npos);
}

TEST(DataCheck, benchmarks_without_a_dimension_of_their_own)
{
    auto scores = scores_of({{"a", 100}, {"b", 90}, {"c", 80}}, 5);
    scores.scores.col(2).segment(100, 90).setConstant(12);
    auto const one = refusal({setting_of({"a", "b"})}, scores);
    expect_contains(one, "C is constant in base model b");
    expect_contains(one, "has no maximum");
    EXPECT_EQ(refusal({setting_of({"a", "c"})}, scores), "");
    EXPECT_EQ(refusal({setting_of({"a", "b"}, Estimator::published)}, scores), "");
    auto const warnings = check_data(std::vector{setting_of({"a", "b"}, Estimator::published)}, scores);
    ASSERT_EQ(warnings.size(), 1u);
    expect_contains(warnings[0], "C is constant in base model b");

    scores.scores.col(4) = scores.scores.leftCols(4).rowwise().mean();
    expect_contains(refusal({setting_of({"a", "c"})}, scores), "E is the mean of A, B, C, D");
}

TEST(DataCheck, noise_aware_fits_take_a_constant_in_one_base_model_for_missing)
{
    auto scores = scores_of({{"a", 100}, {"b", 90}}, 5);
    auto setting = setting_of({"a", "b"});
    setting.noise = NoiseModel::aware;
    scores.scores.col(2).tail(90).setConstant(12);
    auto const warnings = check_data(std::vector{setting}, scores);
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0], "C is constant in base model b: its scores there count as missing");
    scores.scores.col(2).tail(90).setConstant(std::nan(""));
    EXPECT_EQ(check_data(std::vector{setting}, scores),
              std::vector<std::string>{
                  "C has no score in base model b: what moves it there is taken from the other base models"});

    scores.scores.col(0).tail(90).setConstant(0); // three are left, for three factors
    EXPECT_EQ(refusal({setting}, scores).substr(0, 83),
              "too few benchmarks vary within a base model: b (3 of 5 for 3 factors) (a base model");
    setting.factors = 2;
    EXPECT_EQ(refusal({setting}, scores), "");
    scores.scores.col(2).head(100).setConstant(12);
    auto const everywhere = refusal({setting}, scores);
    expect_contains(everywhere, "has no maximum");
    expect_contains(everywhere, "leave C out");
    EXPECT_EQ(everywhere.find("--domains"), std::string::npos) << "no choice of base models helps";
}

} // namespace
} // namespace exahca

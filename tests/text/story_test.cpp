#include "exahca/read/edges.hpp"
#include "exahca/read/settlement.hpp"
#include "exahca/read/summary.hpp"
#include "exahca/text/story.hpp"
#include "exahca/text/warnings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace exahca {
namespace {

std::vector<std::string> const benchmarks{"IFEval", "BBH", "MATH", "MMLU-PRO"};

/// Three factors, resampled; level j's share has the lower end low[j].
SettingSummary resampled(std::vector<double> low, double support)
{
    SettingSummary setting;
    setting.factors = 3;
    setting.domains.resize(4);
    for (auto const* name : {"IFEval", "MMLU-PRO", "MATH"}) setting.factors_found.push_back({name, "", 0.9, {}});
    setting.orders.resize(1);
    setting.orders[0].unmixing = {{0.9, -0.1, 0.05, -0.4}, {0, 1, 0, 0}, {0, 0, 1, 0}};
    setting.factor_weights = setting.orders[0].unmixing;
    BootstrapSummary bootstrap;
    bootstrap.replicates = 1000;
    bootstrap.support = support;
    bootstrap.low = support - 0.02;
    bootstrap.high = support + 0.02;
    for (double const value : low) bootstrap.level_support.push_back(std::min(1.0, value + 0.02));
    bootstrap.level_low = std::move(low);
    bootstrap.level_angle = {9.2, 44.0, 2.3};
    bootstrap.groups = {{static_cast<std::int64_t>(1000 * support), support, 0, 1, {"IFEval", "MMLU-PRO", "MATH"}, {}},
                        {430, 0.43, 0, 1, {"IFEval", "MATH", "MMLU-PRO"}, {}}};
    setting.bootstrap = std::move(bootstrap);
    return setting;
}

std::string bottom_line(SettingSummary const& setting)
{
    auto const statements = story(setting, benchmarks);
    EXPECT_EQ(statements.back().topic, Topic::bottom_line);
    return statements.back().text;
}

std::string told(SettingSummary const& setting, Topic topic)
{
    for (auto const& statement : story(setting, benchmarks))
        if (statement.topic == topic) return statement.text;
    return {};
}

bool holds(std::string const& text, std::string const& part) { return text.find(part) != text.npos; }

TEST(Story, without_resamples_nothing_can_be_quoted)
{
    auto setting = resampled({0.99, 0.99, 0.99}, 0.98);
    setting.bootstrap.reset();
    EXPECT_TRUE(holds(bottom_line(setting), "do not quote it yet"));
    EXPECT_EQ(told(setting, Topic::certainty), "");
}

TEST(Story, the_bottom_line_separates_what_is_certain_from_what_is_not)
{
    auto const text = bottom_line(resampled({0.93, 0.4, 0.97}, 0.40));
    EXPECT_TRUE(holds(text, "3 shared dimensions: certain (3°)")) << text;
    EXPECT_TRUE(holds(text, "First cause, IFEval against MMLU-PRO: certain (10°)")) << text;
    EXPECT_TRUE(holds(text, "The order of the other two: undecided")) << text;
    EXPECT_TRUE(holds(text, "not settled")) << text;
    EXPECT_TRUE(holds(text, "40 %")) << text;
}

TEST(Story, an_undecided_first_factor_is_no_cause)
{
    auto const text = bottom_line(resampled({0.5, 0.4, 0.97}, 0.40));
    EXPECT_FALSE(holds(text, "First cause")) << text;
    EXPECT_TRUE(holds(text, "The order within them: undecided")) << text;
    auto const middle = bottom_line(resampled({0.5, 0.95, 0.97}, 0.40));
    EXPECT_TRUE(holds(middle, "The first 2 together: certain")) << middle;
    EXPECT_TRUE(holds(middle, "factors 1 to 2: undecided")) << middle;
}

TEST(Story, a_likely_space_is_not_called_certain)
{
    auto few = resampled({0.5, 0.4, 0.84}, 0.40);
    few.bootstrap->level_support[2] = 1;
    few.bootstrap->replicates = 20;
    EXPECT_TRUE(holds(bottom_line(few), "likely, but not certain (100 % of 20 resamples)")) << bottom_line(few);
    few.bootstrap->replicates = 2; // of 20: the others say nothing for it
    few.bootstrap->failed = 18;
    EXPECT_TRUE(holds(bottom_line(few), "undecided by these data (100 % of 2 resamples, 18 more failed)"))
        << bottom_line(few);
    auto const none = bottom_line(resampled({0.5, 0.4, 0.3}, 0.2));
    EXPECT_TRUE(holds(none, "Even the 3 shared dimensions: undecided")) << none;
    // Said once.
    EXPECT_TRUE(holds(none, "Nothing about the order is settled: quote it only with its support, 20 %.")) << none;
    EXPECT_FALSE(holds(none, "The order above is not settled")) << none;
}

TEST(Story, a_settled_order_can_be_quoted_with_its_support)
{
    auto setting = resampled({0.99, 0.98, 0.99}, 0.96);
    setting.settled = true;
    auto const text = bottom_line(setting);
    EXPECT_TRUE(holds(text, "can be quoted together with its support, 96 %")) << text;
    EXPECT_FALSE(holds(text, "undecided")) << text;
}

TEST(Story, resamples_too_few_to_settle_anything_are_called_that)
{
    auto setting = resampled({0.84, 0.84, 0.84}, 1);
    setting.bootstrap->replicates = 20;
    setting.bootstrap->low = 0.84;
    EXPECT_EQ(fewest_resamples(), 35);
    EXPECT_TRUE(has_too_few_resamples(setting));
    std::string const said = "20 resamples are too few to tell whether the order is settled: that takes 35 or more";
    EXPECT_TRUE(holds(bottom_line(setting), said)) << bottom_line(setting);
    EXPECT_FALSE(holds(bottom_line(setting), "not settled"));
    EXPECT_FALSE(holds(bottom_line(setting), "Nothing about the order"));
    auto const warns = [](SettingSummary const& one) {
        std::string all;
        for (auto const& warning : warnings_of(one)) all += warning.text + "\n";
        return all;
    };
    EXPECT_TRUE(holds(warns(setting), said)) << warns(setting);
    EXPECT_FALSE(holds(warns(setting), "not settled"));

    setting.bootstrap->support = 0.5; // ten against ten speak, however few they are
    EXPECT_FALSE(has_too_few_resamples(setting));
    EXPECT_TRUE(holds(warns(setting), "not settled"));
    setting.bootstrap->support = 1;
    setting.bootstrap->failed = 15; // asked were enough
    EXPECT_FALSE(has_too_few_resamples(setting));
    setting.bootstrap->failed = 0;
    setting.joint.emplace(); // nor do more resamples help where the likelihood does not decide
    EXPECT_FALSE(has_too_few_resamples(setting));
}

// Resamples may agree where the likelihood of the data themselves cannot choose.
TEST(Story, an_optimum_as_likely_takes_certainty_away)
{
    auto setting = resampled({0.99, 0.98, 0.99}, 0.96);
    JointSummary joint;
    joint.optima.resize(2);
    joint.optima[0].answer = true;
    joint.optima[0].angles = {0, 0, 0};
    joint.optima[1].angles = {50, 3, 1};
    joint.optima[1].behind = 4;
    joint.optimiser_miss = 2;
    setting.joint = joint;
    EXPECT_TRUE(holds(bottom_line(setting), "First cause")) << "4 nats behind is more than what is missed";
    setting.joint->optimiser_miss = 5;
    EXPECT_FALSE(holds(bottom_line(setting), "First cause"));
    EXPECT_TRUE(holds(bottom_line(setting), "The first 2 together: certain"));
}

TEST(Story, an_order_that_more_resamples_give_is_named)
{
    auto const text = told(resampled({0.5, 0.4, 0.97}, 0.17), Topic::certainty);
    EXPECT_TRUE(holds(text, "17 % of 1,000 resamples")) << text;
    EXPECT_TRUE(holds(text, "More of them, 43 %, agree on another: IFEval → MATH → MMLU-PRO.")) << text;
}

TEST(Story, a_support_is_read_by_the_data_sets_of_its_bin)
{
    auto setting = resampled({0.5, 0.4, 0.97}, 0.70);
    setting.parametric = ParametricSummary{
        30, 0, 0.5, 0.3, 0.7, {{0, 0.6, 2, 10, 0, 1}, {0.6, 0.8, 4, 8, 0.22, 0.78}, {0.8, 1, 12, 12, 0, 1}}};
    auto const text = told(setting, Topic::calibrated);
    EXPECT_TRUE(holds(text, "Of 30 data sets drawn from this fit, 8 had a support of 60 % to 80 %")) << text;
    EXPECT_TRUE(holds(text, "right in 4 of 8: 50 % [22 %, 78 %]")) << text;
    EXPECT_EQ(setting.parametric->reading_of(1.0), &setting.parametric->calibration.back());
    setting.parametric->calibration[1].total = 0;
    EXPECT_TRUE(holds(told(setting, Topic::calibrated), "does not explain it"));
}

TEST(Story, factors_of_one_name_are_told_apart_by_their_weights)
{
    SettingSummary setting;
    setting.factors = 2;
    setting.factors_found = {{"IFEval", "", 0.9, {}}, {"IFEval", "", 0.8, {}}};
    setting.factor_weights = {{1.0, 0.1, -0.5, 0.0}, {0.9, 0.8, 0.0, 0.0}};
    setting.orders.resize(1);
    EXPECT_EQ(told(setting, Topic::names),
              "Several factors are closest to the same benchmark: z1 weighs IFEval against MATH; "
              "z2 weighs IFEval + BBH.");
    // A direction of one name twice is a riddle in the shortest telling, too.
    for (auto const& statement : story(setting, benchmarks))
        EXPECT_TRUE(statement.topic != Topic::names || statement.brief);
    setting.factors_found[1].benchmark = "BBH";
    EXPECT_EQ(told(setting, Topic::names), "");
}

// What would be left out as small is named where it alone tells two factors apart.
TEST(Story, namesakes_that_weigh_alike_are_told_apart_by_smaller_weights)
{
    SettingSummary setting;
    setting.factors = 3;
    setting.factors_found = {{"IFEval", "", 0.9, {}}, {"MATH", "", 0.9, {}}, {"MATH", "", 0.8, {}}};
    setting.factor_weights = {{1, 0, 0, 0}, {0.02, 0.01, 1.0, 0.12}, {0.02, -0.11, 0.9, 0.03}};
    setting.orders.resize(1);
    EXPECT_EQ(told(setting, Topic::names),
              "Several factors are closest to the same benchmark: z2 weighs MATH + MMLU-PRO; z3 "
              "weighs MATH against BBH.");
    setting.factor_weights[2] = {0.02, 0.01, 1.0, 0.19}; // atan .19 - atan .12 = 10.8° - 6.8°
    EXPECT_EQ(told(setting, Topic::names),
              "Several factors are closest to the same benchmark: z2 weighs MATH + MMLU-PRO; z3 "
              "weighs MATH + MMLU-PRO in other proportions (4° from z2).");
}

TEST(Story, other_directions_of_the_same_names_are_told_apart)
{
    SettingSummary setting;
    setting.factors = 2;
    setting.factors_found = {{"IFEval", "", 0.9, {}}, {"MATH", "", 0.8, {}}};
    setting.bootstrap.emplace();
    std::vector<std::string> const answer{"IFEval", "MATH"}, turned{"MATH", "IFEval"}, third{"BBH", "MATH"};
    setting.bootstrap->groups = {{5, 0.5, 0.3, 0.7, answer, {0, 0}},
                                 {2, 0.2, 0.1, 0.4, turned, {60, 20}},
                                 {2, 0.2, 0.1, 0.4, turned, {30, 45}},
                                 {1, 0.1, 0.0, 0.3, third, {70, 10}}};
    EXPECT_EQ(group_direction(setting, 0), "IFEval → MATH");
    EXPECT_NE(group_direction(setting, 1).find("MATH → IFEval ("), std::string::npos);
    EXPECT_NE(group_direction(setting, 1).find("60° from the answer's"), std::string::npos);
    EXPECT_NE(group_direction(setting, 2).find("45° from the answer's"), std::string::npos);
    EXPECT_EQ(group_direction(setting, 3), "BBH → MATH");
}

TEST(DirectionWords, name_what_weighs_most_whatever_the_sign)
{
    EXPECT_EQ(direction_words({-0.9, 0.1, 0, 0.4}, benchmarks), "IFEval against MMLU-PRO");
    EXPECT_EQ(direction_words({0.5, 0.5, 0.4, 0.5}, benchmarks), "IFEval + BBH + MMLU-PRO + MATH");
    EXPECT_EQ(direction_words({0.1, 0.9, 0.1, 0.1}, benchmarks), "BBH");
}

/// Equal groups that are left out, of which the first could be analysed and the second could not.
InfluenceSummary two_groups()
{
    InfluenceSummary influence;
    influence.models = 310;
    influence.cases = {{"group", 0, {}, 155, true, false, 1, {0, 0, 0}, {"IFEval", "MMLU-PRO", "MATH"}},
                       {"group", 1, {}, 155, false, false, 0, {}, {}}};
    return influence;
}

TEST(Story, groups_that_could_not_be_left_out_are_counted)
{
    auto setting = resampled({0.99, 0.99, 0.99}, 0.98);
    setting.influence = two_groups();
    auto const told_of = [&] {
        std::string all;
        for (auto const& statement : influence_statements(setting)) all += statement.text + "\n";
        return all;
    };
    EXPECT_TRUE(holds(told_of(), "Of 1 group (1 more could not be left out")) << told_of();
    setting.influence->cases[0].analysed = false;
    EXPECT_TRUE(holds(told_of(), "No group of equal size could be left out")) << told_of();
    setting.influence->cases.clear();
    EXPECT_FALSE(holds(told_of(), "equal size")) << told_of();
}

TEST(Story, totals_of_deciding_models_are_named_where_they_are_known)
{
    auto setting = resampled({0.99, 0.99, 0.99}, 0.98);
    setting.influence = two_groups();
    setting.influence->deciding = 0;
    double const unknown = std::nan("");
    auto const told_of = [&](std::vector<DecidingModel> models) {
        setting.influence->deciding_models = std::move(models);
        return influence_statements(setting).at(0).text;
    };
    EXPECT_TRUE(holds(told_of({{"a", "x", 0.2}, {"b", "y", unknown}, {"c", "y", 0.4}}),
                      "(1 of x, 2 of y; totals 0.20 to 0.40 of the median)"));
    EXPECT_TRUE(holds(told_of({{"a", "x", 0.2}}), "(1 of x; total 0.20 of the median)"));
    EXPECT_TRUE(holds(told_of({{"a", "x", unknown}}), "(1 of x)"));
}

/// An answer of the joint likelihood and others at 60 degrees, behind by some nats with some errors.
SettingSummary with_rivals(std::vector<std::pair<double, double>> const& rivals, bool decided)
{
    auto setting = resampled({0.99, 0.99, 0.99}, 0.98);
    JointSummary joint;
    joint.decided = decided;
    joint.optimum_count = static_cast<std::int64_t>(rivals.size()) + 1;
    OptimumSummary answer;
    answer.labels = {"IFEval", "MMLU-PRO", "MATH"};
    answer.angles = {0, 0, 0};
    answer.answer = true;
    joint.optima.push_back(answer);
    for (auto const& [behind, error] : rivals) {
        OptimumSummary rival;
        rival.labels = {"MATH", "IFEval", "MMLU-PRO"};
        rival.angles = {60, 60, 5};
        rival.behind = behind;
        rival.behind_error = error;
        joint.optima.push_back(rival);
    }
    setting.joint = std::move(joint);
    return setting;
}

bool is_warned(SettingSummary const& setting, std::string const& part)
{
    auto const all = warnings_of(setting);
    return std::any_of(all.begin(), all.end(), [&](auto const& warning) { return holds(warning.text, part); });
}

// Three nats with an error of half a nat are a difference, ten with an error of eight are none.
TEST(Story, the_rival_is_one_that_the_likelihood_cannot_tell_from_the_answer)
{
    auto const setting = with_rivals({{3, 0.5}, {10, 8}}, false);
    auto const* rival = undecided_rival(setting);
    ASSERT_NE(rival, nullptr);
    EXPECT_EQ(rival->behind, 10);
    EXPECT_TRUE(is_warned(setting, "not clearly less likely"));
    EXPECT_EQ(undecided_rival(with_rivals({{3, 0.5}, {20, 8}}, true)), nullptr);
}

TEST(Story, a_rival_comes_with_the_reason_why_it_is_one)
{
    auto setting = with_rivals({{10, 8}}, false);
    EXPECT_TRUE(
        holds(told(setting, Topic::certainty), "10.0 behind in log-likelihood, 1.25 standard errors (1.64 decide)"));
    EXPECT_TRUE(is_warned(setting, "MATH → IFEval → MMLU-PRO is 10.0 behind"));
    EXPECT_TRUE(holds(decided_text(*setting.joint), "optimum 2 is 10.0 behind")) << decided_text(*setting.joint);

    setting = with_rivals({{3, 0.5}}, false);
    setting.joint->noise.emplace();
    setting.joint->optimiser_miss = 4;
    EXPECT_TRUE(is_warned(setting, "3.0 behind in log-likelihood, no more than independent searches differ (4.0)"));

    setting = with_rivals({{0.7, 0.1}}, false);
    EXPECT_TRUE(is_warned(setting, "0.7 behind in log-likelihood, no more than 1"));

    // All that are listed can be told from the answer; one that is not listed cannot.
    setting = with_rivals({{30, 1}}, false);
    EXPECT_TRUE(holds(decided_text(*setting.joint), "further down")) << decided_text(*setting.joint);
}

TEST(Story, exact_scores_that_fit_better_and_say_otherwise_are_a_warning)
{
    auto setting = with_rivals({{50, 8}}, true);
    auto& noise = setting.joint->noise.emplace();
    noise.span_models = 100;
    noise.span_bic_difference = 282;
    noise.span_angles = {76, 20, 3};
    EXPECT_TRUE(is_warned(setting, "taken as exact, the fit is better and the answer different"));
    noise.span_angles = {14, 9, 3};
    EXPECT_FALSE(is_warned(setting, "taken as exact"));
    noise.span_angles = {76, 20, 3};
    for (double const difference : {1.0, -40.0}) {
        noise.span_bic_difference = difference;
        EXPECT_FALSE(is_warned(setting, "taken as exact")) << difference;
    }
}

TEST(Story, what_rests_on_anchors_is_told_with_them)
{
    auto setting = with_rivals({{50, 8}}, true);
    auto& anchors = setting.joint->noise.emplace().anchors.emplace();
    anchors = {"1=IFEval", 2, -100, 1.0, {5, 4, 3}};
    EXPECT_FALSE(anchors.rejected()); // p = exp(-1)
    EXPECT_NEAR(anchors.p_value(), std::exp(-1.0), 1e-12);
    EXPECT_TRUE(holds(bottom_line(setting), "All of this is given the anchors 1=IFEval (p = 0.368)"));
    EXPECT_TRUE(holds(bottom_line(setting), "certain"));
    EXPECT_TRUE(holds(told(setting, Topic::certainty), "All resamples keep the anchors 1=IFEval"));
    EXPECT_TRUE(holds(told(setting, Topic::assumptions), "The anchors 1=IFEval (p = 0.368): kept"));
    EXPECT_TRUE(is_settled(setting));
    // Resamples that agree on what the data reject make nothing certain.
    anchors.difference = 8;
    EXPECT_TRUE(anchors.rejected());
    EXPECT_TRUE(is_warned(setting, "the data reject the anchors 1=IFEval (p < 0.001)"));
    EXPECT_TRUE(holds(bottom_line(setting), "The data reject the anchors 1=IFEval (p < 0.001), on which this rests"));
    EXPECT_FALSE(holds(bottom_line(setting), "First cause, IFEval: certain"));
    EXPECT_FALSE(is_settled(setting));
}

TEST(Story, base_models_with_few_models_share_one_warning)
{
    auto setting = resampled({0.99, 0.99, 0.99}, 0.98);
    int size = 20;
    for (auto& domain : setting.domains) {
        domain.name = "m" + std::to_string(size);
        domain.models = domain.models_used = size;
        domain.ica_converged = true;
        size += 20;
    }
    EXPECT_TRUE(is_warned(setting, "fewer than 50 models, so estimates are rough: m20 (20) and m40 (40)"));
    EXPECT_FALSE(is_warned(setting, "m60"));
    setting.notes.push_back("few models for the 31 parameters of its own that a base model has: m20");
    EXPECT_FALSE(is_warned(setting, "fewer than 50 models")); // which counts the same models better
}

TEST(Story, an_order_is_the_best_only_where_the_search_has_proven_it)
{
    auto setting = resampled({0.99, 0.99, 0.99}, 0.98);
    setting.search_outcome = "optimum proven";
    EXPECT_TRUE(holds(told(setting, Topic::direction), "the order that fits"));
    setting.search_outcome = "time limit";
    EXPECT_TRUE(holds(told(setting, Topic::direction), "the best order found for"));
    EXPECT_FALSE(holds(told(setting, Topic::direction), "fits"));
    setting.joint.emplace(); // whose answer is the highest optimum: its searches for orders are for starts
    EXPECT_TRUE(holds(told(setting, Topic::direction), "the order that fits"));
}

TEST(Story, cut_off_scores_that_are_taken_as_exact_leave_nothing_decided)
{
    auto setting = with_rivals({{50, 8}}, false);
    setting.joint->cut_off_as_exact = 750;
    EXPECT_EQ(undecided_rival(setting), nullptr); // no other is as likely, but that says little
    EXPECT_TRUE(is_warned(setting, "750 scores at the end of a scale are taken as exact"));
    EXPECT_TRUE(holds(decided_text(*setting.joint), "NOT decided")) << decided_text(*setting.joint);
    EXPECT_FALSE(is_warned(setting, "not clearly less likely"));
    setting.joint->optima[1].behind = 2; // a real rival is named all the same
    EXPECT_NE(undecided_rival(setting), nullptr);
    EXPECT_TRUE(is_warned(setting, "not clearly less likely"));
}

TEST(Story, benchmarks_that_follow_from_others_leave_nothing_decided)
{
    auto setting = with_rivals({{50, 8}}, false);
    setting.joint->dependent_benchmarks = 1;
    EXPECT_EQ(undecided_rival(setting), nullptr);
    EXPECT_TRUE(is_warned(setting, "1 benchmark follows from others, so its noise is not independent"));
    EXPECT_TRUE(holds(decided_text(*setting.joint), "NOT decided")) << decided_text(*setting.joint);
}

TEST(Story, a_bound_is_never_told_as_0)
{
    SettingSummary setting;
    setting.search_outcome = "time limit";
    setting.objective = "MIC";
    setting.lower_bound = 0.0;
    EXPECT_EQ(proof_text(setting), "time limit, with no lower bound yet");
    setting.lower_bound = 3e-6;
    EXPECT_EQ(proof_text(setting), "time limit: no order has a MIC below 3.0e-06");
    setting.lower_bound = 0.25;
    EXPECT_EQ(proof_text(setting), "time limit: no order has a MIC below 0.2500");
}

TEST(Intervals, coverage_is_told_of_the_likelihood_that_it_was_measured_with_alone)
{
    SettingSummary setting;
    EXPECT_TRUE(holds(std::string(coverage_note(setting)), "not measured for this estimator"));
    setting.joint.emplace();
    EXPECT_TRUE(holds(std::string(coverage_note(setting)), "in 200 simulated leaderboards they contained"));
    setting.joint->noise.emplace();
    EXPECT_FALSE(holds(std::string(coverage_note(setting)), "in 200 simulated leaderboards"));
}

TEST(NoiseStatements, tell_what_is_maximised_beside_the_log_likelihood)
{
    JointSummary joint;
    joint.log_likelihood = -6208.57;
    joint.bic = 13254.3;
    joint.parameters = 141;
    joint.noise.emplace();
    EXPECT_EQ(likelihood_statement(joint).text,
              "-6208.6 with 141 parameters, BIC 13254.3 (noise-aware)"); // an older file
    joint.penalised = -6227.46;
    EXPECT_EQ(likelihood_statement(joint).text,
              "-6208.6 with 141 parameters, BIC 13254.3 (noise-aware); -6227.5 with the "
              "penalty on densities (the value maximised)");
}

TEST(NoiseStatements, tell_how_many_searches_found_the_answer)
{
    JointSummary joint;
    joint.noise.emplace();
    joint.noise->searches = 8;
    joint.noise->spread = 3.62;
    auto const searches = [&](int agreeing) {
        joint.noise->agreeing = agreeing;
        for (auto const& statement : noise_statements(joint, {}))
            if (statement.topic == Topic::searches) return statement.text;
        return std::string();
    };
    EXPECT_EQ(searches(3),
              "the answer was found, to within 15°, by 3 of 8 independent searches; the worst ended 3.6 below its "
              "log-likelihood");
    EXPECT_EQ(searches(0),
              "none of 8 independent searches ended at the answer: it was found by continuing from their results; "
              "the worst ended 3.6 below its "
              "log-likelihood");
}

} // namespace
} // namespace exahca

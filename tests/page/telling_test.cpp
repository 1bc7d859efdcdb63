// What show, JSON, the page and the tables tell of records that were written by hand.

#include "made_run.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace exahca {
namespace {

using Fields = MadeRun::Fields;
constexpr auto joint = Estimator::joint, published = Estimator::published;

bool holds(std::string const& text, std::string const& part) { return text.find(part) != text.npos; }

/// Line breaks of wrapped text taken out.
std::string flat(std::string text)
{
    std::string one;
    for (char const c : text)
        if (c != '\n')
            one += c;
        else if (one.back() != ' ')
            one += ' ';
    for (std::size_t i; (i = one.find("  ")) != one.npos;) one.erase(i, 1);
    return one;
}

/// Without markup.
std::string words_of(std::string const& page)
{
    std::string words;
    bool inside = false;
    for (char const c : page) {
        if (c == '<') inside = true;
        if (!inside) words += c;
        if (c == '>') inside = false;
    }
    for (std::size_t i; (i = words.find("\u00A0")) != words.npos;) words.replace(i, 2, " ");
    return words;
}

std::string told(Summary const& summary, Topic topic, std::size_t setting = 0)
{
    for (auto const& statement : story(summary.settings.at(setting), summary.benchmarks))
        if (statement.topic == topic) return statement.text;
    return {};
}

/// Comparisons of nested models as the estimate stores them.
Fields comparisons_of(double shared, double hierarchy)
{
    return {{"invariance_bic_difference", {shared}},
            {"invariance_degrees_of_freedom", {30}},
            {"hierarchy_bic_difference", {hierarchy}},
            {"hierarchy_degrees_of_freedom", {6}},
            {"decided", {1}}};
}

// --- tasks that failed ---

TEST(FailedReplicates, are_told_with_their_reasons_the_most_frequent_first)
{
    MadeRun run({MadeRun::setting(joint)}, {.bootstrap = 20, .placebo_rotation = 3});
    run.estimate(0, comparisons_of(-45, -12));
    run.replicates(13, 0, ReplicateKind::bootstrap, {0, 1, 2}, 2.5);
    run.failures(2, 0, ReplicateKind::bootstrap, "the fit has no maximum");
    run.failures(5, 0, ReplicateKind::bootstrap, "a source has no variance");
    run.replicates(3, 0, ReplicateKind::placebo_rotation, {0});
    auto const text = run.text();
    EXPECT_TRUE(holds(text, "Failed       7 tasks, by reason\n")) << text;
    auto const often = text.find("5  bootstrap of "), seldom = text.find("2  bootstrap of ");
    ASSERT_NE(often, text.npos) << text;
    ASSERT_NE(seldom, text.npos) << text;
    EXPECT_LT(often, seldom);
    EXPECT_EQ(text.substr(text.find(": ", often) + 2, 24), "a source has no variance");
    EXPECT_EQ(text.substr(text.find(": ", seldom) + 2, 22), "the fit has no maximum");
    auto const json = nlohmann::json::parse(run.json());
    EXPECT_EQ(json["failed_tasks"], 7);
    ASSERT_EQ(json["failures"].size(), 2U);
    EXPECT_EQ(json["failures"][0]["reason"], "a source has no variance");
    auto const page = words_of(run.page());
    for (auto const* reason : {"a source has no variance", "the fit has no maximum"})
        EXPECT_TRUE(holds(page, reason)) << reason;
}

// --- scores at the end of a scale, and missing ones ---

TEST(Scales, that_end_are_told_with_how_many_models_stand_there)
{
    MadeRun run({MadeRun::setting(joint)}, {.bootstrap = 20});
    run.estimate(0, comparisons_of(-45, -12));
    run.replicates(20, 0, ReplicateKind::bootstrap, {0, 1, 2}, 2.5);
    EXPECT_FALSE(holds(run.page(), "id=\"scales\""));
    for (Index i = 0; i < 300; ++i) run.scores().scores(i, 1) = static_cast<double>(i);
    run.scores().scores.col(1).head(30).setConstant(10);
    run.scores().scores.col(3).tail(60).setConstant(std::nan(""));
    run.scores().bounds = no_bounds(5);
    run.scores().bounds->floor[1] = 10;
    EXPECT_TRUE(holds(run.text(), "b2 30 at its floor of 10; b4 60 missing")) << run.text();
    auto const page = run.page();
    EXPECT_TRUE(holds(page, "id=\"scales\""));
    auto const words = words_of(page);
    for (auto const* part : {"10, 30 models (10 %)", "60 models"}) EXPECT_TRUE(holds(words, part)) << part;
}

// --- one base model, one factor ---

TEST(OneBaseModel, of_an_older_file_has_no_answer_anywhere)
{
    auto setting = MadeRun::setting(joint);
    setting.domains = {"x"};
    MadeRun run({setting}, {.bootstrap = 20});
    run.estimate(0);
    run.replicates(20, 0, ReplicateKind::bootstrap, {0, 1, 2});
    auto const told = {run.text(), run.text(TextLength::brief), run.json(), words_of(run.page())};
    for (auto const& text : told) {
        EXPECT_TRUE(holds(text, "one base model identifies no order")) << text;
        for (auto const* claim : {"b1 → b2", "certain", "First cause", "Direction ", "hierarchy (", "resamples agree"})
            EXPECT_FALSE(holds(text, claim)) << claim << "\n" << text;
    }
    for (auto const& table : run.tables()) EXPECT_TRUE(table.name == "settings") << table.name;
    EXPECT_FALSE(run.summary().settings[0].settled);
}

TEST(OneFactor, has_a_direction_and_no_order)
{
    MadeRun run({MadeRun::setting(joint, 1)}, {.bootstrap = 100, .placebo_rotation = 3});
    run.estimate(0, {{"decided", {1}}, {"hierarchy_bic_difference", {0.00014}}});
    run.replicates(97, 0, ReplicateKind::bootstrap, {0}, 3.5);
    run.replicates(3, 0, ReplicateKind::bootstrap, {1});
    run.replicates(3, 0, ReplicateKind::placebo_rotation, {0});
    auto const text = flat(run.text());
    EXPECT_TRUE(holds(text, "Factor b1. With one factor there is no order to find.")) << text;
    EXPECT_TRUE(holds(text, "97 % of 100 resamples give this direction again, to within 15°")) << text;
    EXPECT_TRUE(holds(text, "One shared direction, b1: certain (4°)")) << text;
    for (auto const& all : {text, flat(run.text(TextLength::brief)), run.json(), words_of(run.page())})
        for (auto const* claim : {"Direction ", "By level", "irst cause", "hierarchy:", "without a common order",
                                  "best order", "any hierarchy", "causal order;"})
            EXPECT_FALSE(holds(all, claim)) << claim << "\n" << all;
}

// --- the three assumptions ---

TEST(Assumptions, that_hold_leave_the_bottom_line_as_it_is)
{
    MadeRun run({MadeRun::setting(joint)}, {.bootstrap = 100});
    run.estimate(0, comparisons_of(-45, -12.3));
    run.replicates(100, 0, ReplicateKind::bootstrap, {0, 1, 2}, 2.5);
    auto const summary = run.summary();
    EXPECT_EQ(told(summary, Topic::assumptions),
              "One space of factors for all base models: kept (BIC -45.0 against one for each). The exact hierarchy: "
              "kept (BIC -12.3 against none). 3 factors: no other number was tried.");
    EXPECT_TRUE(holds(told(summary, Topic::bottom_line), "3 shared dimensions: certain (3°)"));
    EXPECT_TRUE(holds(told(summary, Topic::bottom_line), "can be quoted together with its support, 100 %."));
}

TEST(Assumptions, that_are_rejected_take_certainty_away_in_every_telling)
{
    MadeRun run({MadeRun::setting(joint)}, {.bootstrap = 100});
    run.estimate(0, comparisons_of(303, 92.8));
    run.replicates(100, 0, ReplicateKind::bootstrap, {0, 1, 2}, 2.5);
    auto const verdict = std::string("One space of factors for all base models: rejected (BIC +303.0 against one for "
                                     "each). The exact hierarchy: rejected (BIC +92.8 against none).");
    auto const caveat =
        std::string("BIC rejects assumptions that this rests on: one space of factors for all base models (BIC +303.0 "
                    "against one for each); the exact hierarchy (BIC +92.8 against none).");
    for (auto const& text : {flat(run.text()), flat(run.text(TextLength::brief)), run.json(), words_of(run.page())}) {
        EXPECT_TRUE(holds(text, verdict)) << text;
        EXPECT_TRUE(holds(text, caveat)) << text;
        EXPECT_FALSE(holds(text, ": certain")) << text;
    }
    auto const page = words_of(run.page());
    EXPECT_LT(page.find(verdict), page.find("Every analysis of this run")) << "it belongs to the top of the page";
    auto const json = nlohmann::json::parse(run.json())["settings"][0];
    EXPECT_EQ(json["assumptions"]["shared_space"], "rejected");
    EXPECT_EQ(json["assumptions"]["rejected"].size(), 2U);
}

TEST(Assumptions, a_hierarchy_alone_rejected_leaves_the_shared_space_certain)
{
    MadeRun run({MadeRun::setting(joint)}, {.bootstrap = 100});
    run.estimate(0, comparisons_of(-45, 20));
    run.replicates(100, 0, ReplicateKind::bootstrap, {0, 1, 2}, 2.5);
    auto const text = told(run.summary(), Topic::bottom_line);
    EXPECT_TRUE(holds(text, "3 shared dimensions: certain (3°)")) << text;
    EXPECT_TRUE(holds(text, "First cause, b1: resamples agree (3°)")) << text;
}

TEST(Assumptions, a_difference_below_two_is_open_and_no_degree_of_freedom_no_test)
{
    EXPECT_EQ((NestedComparison{1.9, 3}.verdict()), NestedComparison::Verdict::open);
    EXPECT_EQ((NestedComparison{-1.9, 3}.verdict()), NestedComparison::Verdict::open);
    EXPECT_EQ((NestedComparison{2.1, 3}.verdict()), NestedComparison::Verdict::rejected);
    EXPECT_EQ((NestedComparison{-2.1, 3}.verdict()), NestedComparison::Verdict::kept);
    EXPECT_EQ((NestedComparison{2.1, 0}.verdict()), NestedComparison::Verdict::not_tested);
}

TEST(Assumptions, of_published_are_said_to_be_untested)
{
    MadeRun run({MadeRun::setting(published)});
    run.estimate(0);
    EXPECT_TRUE(holds(told(run.summary(), Topic::assumptions), "Not tested: estimator joint"));
    EXPECT_TRUE(holds(run.text(TextLength::brief), "Not tested"));
}

TEST(Assumptions, the_number_of_factors_is_judged_where_several_were_tried)
{
    MadeRun run({MadeRun::setting(joint, 2), MadeRun::setting(joint, 3), MadeRun::setting(joint, 4)});
    run.estimate(0, {{"answer_bic", {1210.4}}});
    run.estimate(1, {{"answer_bic", {1100}}});
    run.estimate(2, {{"answer_bic", {1000}}});
    auto const summary = run.summary();
    EXPECT_TRUE(holds(told(summary, Topic::assumptions, 0), "2 factors: BIC prefers 4 of 2, 3, 4 (by 210.4); 4 is the "
                                                            "largest that was tried"))
        << told(summary, Topic::assumptions, 0);
    EXPECT_TRUE(holds(told(summary, Topic::assumptions, 2), "4 factors: preferred of 2, 3, 4; 4 is the largest"));
    EXPECT_TRUE(holds(told(summary, Topic::bottom_line, 0),
                      "BIC rejects assumptions that this rests on: 2 factors (4 are preferred)"));
    EXPECT_TRUE(holds(
        flat(to_text(summary)),
        "By BIC numbers of factors 2: +210.4, 3: +100.0, 4: best (residual weights released, mog3); 4 is the largest"));
    auto const factors = nlohmann::json::parse(to_json(summary))["settings"][1]["assumptions"]["factors"];
    EXPECT_EQ(factors["preferred"], 4);
    EXPECT_EQ(factors["largest_is_preferred"], true);
}

// The model with more factors holds the one with fewer: a lower likelihood says that its maximum was not found.
TEST(Assumptions, a_fit_below_that_of_fewer_factors_is_not_ranked)
{
    MadeRun run({MadeRun::setting(joint, 2), MadeRun::setting(joint, 3), MadeRun::setting(joint, 4)});
    run.estimate(0, {{"answer_bic", {1210.4}}, {"answer_log_likelihood", {-500}}});
    run.estimate(1, {{"answer_bic", {1100}}, {"answer_log_likelihood", {-400}}});
    run.estimate(2, {{"answer_bic", {1000}}, {"answer_log_likelihood", {-412.3}}});
    auto const summary = run.summary();
    EXPECT_TRUE(holds(told(summary, Topic::assumptions, 0), "2 factors: BIC prefers 3 of 2, 3, 4 (by 110.4); 3 is the "
                                                            "largest that can be compared, more may fit better"))
        << told(summary, Topic::assumptions, 0);
    EXPECT_TRUE(
        holds(told(summary, Topic::assumptions, 2), "4 factors: not compared, because its fit is 12.3 below that of 3"))
        << told(summary, Topic::assumptions, 2);
    EXPECT_FALSE(holds(told(summary, Topic::bottom_line, 2), "BIC rejects assumptions that this rests on: 4 factors"));
    auto const text = flat(to_text(summary));
    EXPECT_TRUE(holds(text, "By BIC numbers of factors 2: +110.4, 3: best, 4: not at its maximum, 12.3 below 3"))
        << text;
    for (auto const length : {TextLength::full, TextLength::brief})
        EXPECT_TRUE(
            holds(flat(to_text(summary, length)), "the fit of 4 factors is 12.3 in log-likelihood below that of 3"));
    auto const factors = nlohmann::json::parse(to_json(summary))["settings"][2]["assumptions"]["factors"];
    EXPECT_EQ(factors["preferred"], 3);
    EXPECT_NEAR(factors["below_fewer"][2].get<double>(), 12.3, 1e-9);
}

// --- directions and their names ---

TEST(Directions, that_bear_the_answers_names_say_what_sets_them_apart)
{
    MadeRun run({MadeRun::setting(published)}, {.bootstrap = 100});
    run.estimate(0);
    // The answer's own resamples would name its factors otherwise: the list names it as the line Direction does.
    run.replicates(55, 0, ReplicateKind::bootstrap, {0, 1, 2}, 5, {{"fresh_label", {3, 1, 2}}});
    run.replicates(45, 0, ReplicateKind::bootstrap, {0, 1, 2}, 40);
    auto const text = flat(run.text());
    EXPECT_TRUE(holds(text, "45 % agree on another: b1 → b2 → b3 (the same names; the first factor is 40° away)."))
        << text;
    EXPECT_TRUE(holds(text, "55.0 % b1 → b2 → b3 (the answer)")) << text;
    EXPECT_FALSE(holds(text, "b4 → b2 → b3")) << text;
    EXPECT_EQ(run.summary().settings[0].bootstrap->groups[0].labels, (std::vector<std::string>{"b1", "b2", "b3"}));
    EXPECT_TRUE(holds(words_of(run.page()), "the first factor is 40° away"));
}

TEST(Directions, given_more_often_than_the_answer_are_said_to_be)
{
    MadeRun run({MadeRun::setting(published)}, {.bootstrap = 100});
    run.estimate(0);
    run.replicates(30, 0, ReplicateKind::bootstrap, {0, 1, 2});
    run.replicates(70, 0, ReplicateKind::bootstrap, {1, 0, 2});
    EXPECT_TRUE(holds(told(run.summary(), Topic::certainty), "More of them, 70 %, agree on another: b2 → b1 → b3."))
        << told(run.summary(), Topic::certainty);
}

TEST(Directions, an_undecided_likelihood_names_its_nearest_rival)
{
    MadeRun run({MadeRun::setting(joint)}, {.bootstrap = 20});
    Fields fields = comparisons_of(-45, -12);
    fields["decided"] = {0};
    fields["optimum_count"] = {3};
    fields["optimum_behind"] = {0, 5, 0.25};
    fields["optimum_label"] = {0, 1, 2, 3, 1, 2, 0, 1, 2};
    fields["optimum_angle"] = {0, 0, 0, 90, 90, 90, 54, 3, 3};
    run.estimate(0, fields);
    run.replicates(20, 0, ReplicateKind::bootstrap, {0, 1, 2});
    auto const rival = std::string("b1 → b2 → b3 (the same names; the first factor is 54° away)");
    EXPECT_TRUE(holds(told(run.summary(), Topic::certainty), "the likelihood cannot distinguish it from " + rival));
    EXPECT_TRUE(holds(words_of(run.page()), "The likelihood cannot distinguish it from " + rival));
    EXPECT_FALSE(run.summary().settings[0].settled);
}

// --- several settings ---

TEST(TwoSettings, that_differ_are_not_measured_by_a_majority)
{
    auto cubed = MadeRun::setting(published);
    cubed.contrast = Contrast::cube;
    MadeRun run({MadeRun::setting(published), cubed});
    run.estimate(0);
    Fields other;
    auto const flag = MadeRun::flag({1, 0, 2});
    for (Index i = 0; i < flag.rows(); ++i)
        for (Index j = 0; j < flag.cols(); ++j) other["unmixing"].push_back(flag(i, j));
    other["alignment_benchmark"] = {1, 0, 2};
    run.estimate(1, other);
    auto const text = flat(run.text());
    EXPECT_FALSE(holds(text, "OTHER") || holds(text, "as most")) << text;
    EXPECT_TRUE(holds(text, "differ same same differ b1 → b2 → b3")) << text;
    EXPECT_TRUE(holds(text, "differ same same differ b2 → b1 → b3")) << text;
    EXPECT_TRUE(holds(text, "The two settings give different orders")) << text;
    EXPECT_TRUE(holds(text, "Different in the two settings: the first factor (90.0° apart)")) << text;
    auto const json = nlohmann::json::parse(run.json())["across_settings"];
    EXPECT_EQ(json["settings"][0]["level_agrees"], (std::vector<int>{0, 1, 1}));
    for (auto const& table : run.tables())
        if (table.name == "across_settings") {
            EXPECT_FALSE(holds(table.csv, ",0,true,true")) << table.csv;
            EXPECT_TRUE(holds(table.csv, ",2,true,true,2,2")) << table.csv;
        }
    EXPECT_FALSE(holds(words_of(run.page()), "largest group of settings"));
}

// --- what must not be left out ---

TEST(Brief, tells_what_bears_on_the_answer)
{
    MadeRun run({MadeRun::setting(joint)}, {.bootstrap = 20});
    Fields fields = comparisons_of(-45, -12);
    fields["search_outcome"] = {2};
    fields["unscreened_angle"] = {70.2, 3, 1};
    run.estimate(0, fields, "all components of y look Gaussian: nothing identifies them; a benchmark is constant");
    run.replicates(20, 0, ReplicateKind::bootstrap, {0, 1, 2});
    for (auto const& text : {flat(run.text()), flat(run.text(TextLength::brief)), words_of(run.page())}) {
        EXPECT_TRUE(holds(text, "the search ended early (time limit)")) << text;
        EXPECT_TRUE(holds(text, "without screening the answer is DIFFERENT (angles: the first factor 70.2°")) << text;
        EXPECT_TRUE(holds(text, "all components of y look Gaussian: nothing identifies them")) << text;
        EXPECT_TRUE(holds(text, "a benchmark is constant")) << text;
    }
    EXPECT_EQ(run.summary().settings[0].notes.size(), 2U);
}

TEST(Brief, leaves_out_warnings_that_its_own_lines_hold)
{
    MadeRun run({MadeRun::setting(published)});
    run.estimate(0);
    EXPECT_TRUE(holds(run.text(), "Warning"));
    EXPECT_FALSE(holds(run.text(TextLength::brief), "Warning")) << "no resamples: the bottom line says it";
}

TEST(Failures, are_listed_with_their_reasons_everywhere)
{
    MadeRun run({MadeRun::setting(published), MadeRun::setting(published, 2)}, {.bootstrap = 10});
    run.estimate(0);
    run.replicates(2, 0, ReplicateKind::bootstrap, {0, 1, 2});
    run.failures(5, 0, ReplicateKind::bootstrap, "ICA did not converge in x");
    run.failures(3, 0, ReplicateKind::bootstrap, "domain y has rank 2");
    run.failures(1, 1, ReplicateKind::estimate, "domain z has 2 models");
    auto const name = run.summary().settings[0].name;
    auto const text = flat(run.text());
    EXPECT_TRUE(holds(text, "5 bootstrap of " + name + ": ICA did not converge in x")) << text;
    EXPECT_TRUE(holds(text, "3 bootstrap of " + name + ": domain y has rank 2")) << text;
    EXPECT_TRUE(holds(text, "No estimate domain z has 2 models.")) << text;
    EXPECT_TRUE(holds(flat(run.text(TextLength::brief)), "No estimate domain z has 2 models.")) << text;
    EXPECT_TRUE(holds(flat(run.text(TextLength::brief)), "8 of 10 resamples failed"));
    EXPECT_TRUE(holds(text, "2 resamples (8 more failed)")) << text;
    auto const json = nlohmann::json::parse(run.json());
    EXPECT_EQ(json["failed_tasks"], 9);
    EXPECT_EQ(json["failures"][0]["tasks"], 5);
    EXPECT_EQ(json["failures"][0]["reason"], "ICA did not converge in x");
    EXPECT_EQ(json["settings"][1]["failure"], "domain z has 2 models");
    EXPECT_TRUE(holds(words_of(run.page()), "domain y has rank 2"));
    EXPECT_TRUE(holds(words_of(run.page()), "There is no answer for this setting: domain z has 2 models."));
}

TEST(Failures, that_could_turn_the_answer_keep_it_from_being_settled)
{
    // Wilson's lower end of 200 of 200 is 0.98, of 200 of 220 0.864 (E. B. Wilson, 1927).
    for (int const failed : {0, 20}) {
        MadeRun run({MadeRun::setting(published)}, {.bootstrap = 200 + failed});
        run.estimate(0);
        run.replicates(200, 0, ReplicateKind::bootstrap, {0, 1, 2});
        run.failures(failed, 0, ReplicateKind::bootstrap, "no");
        EXPECT_EQ(run.summary().settings[0].settled, failed == 0);
        EXPECT_EQ(holds(told(run.summary(), Topic::bottom_line), ": certain ("), failed == 0);
    }
}

TEST(Placebo, p_values_are_bounded_by_what_failed_replicates_might_have_given)
{
    // 1 of 38 is as low as the observed, 2 failed: 2/39, between 2/41 and 4/41.
    MadeRun run({MadeRun::setting(published)}, {.placebo_rotation = 40});
    run.estimate(0, {{"mic", {0.1}}});
    run.replicate(0, ReplicateKind::placebo_rotation, {0, 1, 2}, 0, {{"mic", {0.05}}});
    run.replicates(37, 0, ReplicateKind::placebo_rotation, {0, 1, 2}, 0, {{"mic", {0.2}}});
    run.failures(2, 0, ReplicateKind::placebo_rotation, "no");
    auto const summary = run.summary();
    auto const& placebo = summary.settings[0].placebos.at(0);
    EXPECT_DOUBLE_EQ(placebo.p_value, 2.0 / 39);
    EXPECT_DOUBLE_EQ(placebo.p_low, 2.0 / 41);
    EXPECT_DOUBLE_EQ(placebo.p_high, 4.0 / 41);
    EXPECT_EQ(told(summary, Topic::placebo),
              "rotated sources: p = 0.0513 from 38 data sets (median MIC 0.2000; 2 more failed: p is 0.0488 to 0.0976 "
              "whatever they would have given): too many failed to tell how often data without a common order "
              "fit as well.");
    EXPECT_DOUBLE_EQ(nlohmann::json::parse(run.json())["settings"][0]["placebo"][0]["p_value_high"], 4.0 / 41);
    EXPECT_TRUE(holds(words_of(run.page()), "0.0488 to 0.0976"));
}

TEST(Placebo, so_few_that_p_cannot_be_small_are_said_to_be_too_few)
{
    // 1 / (10 + 1) is the least that ten can give, and above 5 %, although none of them fits as well.
    MadeRun run({MadeRun::setting(published)}, {.placebo_rotation = 10});
    run.estimate(0, {{"mic", {0.1}}});
    run.replicates(10, 0, ReplicateKind::placebo_rotation, {0, 1, 2}, 0, {{"mic", {0.2}}});
    EXPECT_EQ(told(run.summary(), Topic::placebo), "rotated sources: p = 0.0909 from 10 data sets (median MIC 0.2000): "
                                                   "none of them fits as well, but with so few p "
                                                   "cannot fall below 0.091: use 100 or more.");
}

TEST(Placebo, all_replicates_failed_says_nothing)
{
    MadeRun run({MadeRun::setting(published)}, {.placebo_gaussian = 19});
    run.estimate(0);
    run.failures(19, 0, ReplicateKind::placebo_gaussian, "no");
    auto const& placebo = run.summary().settings[0].placebos.at(0);
    EXPECT_EQ(placebo.p_low, 1.0 / 20);
    EXPECT_EQ(placebo.p_high, 1);
    EXPECT_TRUE(holds(told(run.summary(), Topic::placebo), "too many failed to tell"));
}

// --- numbers ---

TEST(Numbers, never_carry_the_sign_of_a_rounded_zero)
{
    MadeRun run({MadeRun::setting(published), MadeRun::setting(joint)}, {.bootstrap = 40});
    Fields fields{{"mic", {-1e-18}},
                  {"mean_inexactness", {-1e-18}},
                  {"coefficients", {-1e-9}},
                  {"alignment_r2", {-1e-9}},
                  {"order_count", {2}},
                  {"angle_to_best", {0, 0, 0, 90, 90, 90}},
                  {"optimum_behind", {-1e-9}},
                  {"optimiser_miss", {-1e-9}},
                  {"remaining_miss", {-1e-9}},
                  {"loadings", {-1e-9}},
                  {"factor_weights", {-1e-9}},
                  {"total_effects", {-1e-9}},
                  {"benchmark_effects", {-1e-9}}};
    run.estimate(0, fields);
    run.estimate(1, fields);
    for (int s = 0; s < 2; ++s)
        run.replicates(40, s, ReplicateKind::bootstrap, {0, 1, 2}, 0, {{"coefficients", {-1e-9}}, {"mic", {-1e-18}}});
    for (auto const& text : {run.text(), run.text(TextLength::brief), words_of(run.page())})
        for (auto const* zero : {"-0.0 ", "-0.00", "-0.0,", "-0.0°", "+0.00"}) EXPECT_FALSE(holds(text, zero)) << text;
}

// --- JSON and tables ---

TEST(Json, has_every_statement_and_warning_that_show_prints)
{
    MadeRun run({MadeRun::setting(joint), MadeRun::setting(published, 2)}, {.bootstrap = 20});
    run.estimate(0, comparisons_of(10, -12), "a benchmark is constant");
    run.estimate(1);
    run.replicates(20, 0, ReplicateKind::bootstrap, {0, 1, 2});
    run.replicates(15, 1, ReplicateKind::bootstrap, {0, 1});
    run.failures(5, 1, ReplicateKind::bootstrap, "no");
    auto const json = nlohmann::json::parse(run.json());
    auto const text = flat(run.text());
    for (auto const& setting : json["settings"]) {
        EXPECT_GE(setting["story"].size(), 4U);
        for (auto const& statement : setting["story"])
            EXPECT_TRUE(holds(text, statement["text"].get<std::string>())) << statement << text;
        for (auto const& warning : setting["warnings"])
            EXPECT_TRUE(holds(text, "Warning " + warning.get<std::string>())) << warning;
    }
    EXPECT_EQ(json["complete"], true);
    EXPECT_EQ(json["settings"][0]["support"]["groups"][0]["angle_degrees"], (std::vector<double>{0, 0, 0}));
}

/// Cells of a line of CSV without quotes.
std::size_t cells(std::string const& line)
{
    return static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1;
}

TEST(Tables, have_the_columns_that_they_name_and_the_numbers_of_the_records)
{
    MadeRun run({MadeRun::setting(joint), MadeRun::setting(published, 2)}, {.bootstrap = 20, .placebo_rotation = 4});
    Fields fields = comparisons_of(303, -12);
    fields["mic"] = {0.125};
    run.estimate(0, fields, "a benchmark is constant");
    run.estimate(1);
    run.replicates(20, 0, ReplicateKind::bootstrap, {0, 1, 2});
    run.replicates(20, 1, ReplicateKind::bootstrap, {0, 1});
    run.replicates(4, 0, ReplicateKind::placebo_rotation, {0, 1, 2}, 0, {{"mic", {0.5}}});
    run.replicates(4, 1, ReplicateKind::placebo_rotation, {0, 1}, 0, {{"mic", {0.5}}});
    std::map<std::string, std::string> tables;
    for (auto const& table : run.tables()) {
        tables[table.name] = table.csv;
        std::istringstream lines(table.csv);
        std::string line, head;
        std::getline(lines, head);
        std::size_t rows = 0;
        for (; std::getline(lines, line); ++rows)
            if (!holds(line, "\"")) {
                EXPECT_EQ(cells(line), cells(head)) << table.name << "\n" << head << "\n" << line;
            }
        EXPECT_EQ(rows, table.rows) << table.name;
        EXPECT_TRUE(head.starts_with("setting,")) << table.name;
    }
    auto const name = run.summary().settings[0].name;
    EXPECT_TRUE(holds(tables["settings"], name + ",joint,3,mog3,0,0.125,")) << tables["settings"];
    EXPECT_TRUE(holds(tables["assumptions"], name + ",shared space,303,30,rejected"));
    EXPECT_TRUE(holds(tables["assumptions"], name + ",exact hierarchy,-12,6,kept"));
    EXPECT_TRUE(holds(tables["warnings"], name + ",a benchmark is constant"));
    EXPECT_TRUE(holds(tables["placebo"], name + ",rotated sources,4,0,0.2,0.2,0.2,0.5")) << tables["placebo"];
    EXPECT_TRUE(holds(tables["support_groups"], name + ",1,b1 > b2 > b3,20,1,")) << tables["support_groups"];
    EXPECT_EQ(tables.count("failures"), 0U) << "tables without lines are left out";
    // 3 base models, 3 pairs of factors; 3 base models, 1 pair.
    EXPECT_EQ(std::count(tables["effects"].begin(), tables["effects"].end(), '\n'), 1 + 9 + 3);
}

} // namespace
} // namespace exahca

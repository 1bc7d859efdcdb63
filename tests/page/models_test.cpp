// Profiles of single models: in the results' tree, in tables, and on the page.

#include "exahca/core/error.hpp"
#include "exahca/figure/figures.hpp"
#include "made_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>

namespace exahca {
namespace {

Setting aware(int factors)
{
    auto setting = MadeRun::setting(Estimator::joint, factors);
    setting.noise = NoiseModel::aware;
    setting.density = DensityFamily::mog2;
    return setting;
}

/// A fit that is consistent: no loadings, noise of one point, sources of one component twice.
MadeRun::Fields fitted(double mean = 50)
{
    return {{"fitted_noise", {1}},    {"noise_scale", {1}},    {"source_deviation", {1}},
            {"source_weight", {0.5}}, {"fitted_mean", {mean}}, {"item_noise", {0}}};
}

/// A run whose two settings, of two and of three factors, have a fitted model.
struct FittedRun
{
    explicit FittedRun(double mean = 50) : run({aware(2), aware(3)})
    {
        run.estimate(0, fitted());
        run.estimate(1, fitted(mean));
    }
    MadeRun run;
};

/// Models of which every number is another one.
std::vector<ProfiledModel> made_models(std::size_t count, std::size_t factors, std::size_t benchmarks = 5)
{
    std::vector<ProfiledModel> models;
    double next = 0.1;
    auto const number = [&] { return next += 0.37; };
    for (std::size_t i = 0; i < count; ++i) {
        ProfiledModel model{fmt::format("org/model-{:04}", i), i % 3, i % 7 != 0, {}, {}, static_cast<Index>(3 * i)};
        model.profile.known = static_cast<Index>(i % 6);
        for (std::size_t f = 0; f < factors; ++f) {
            double const mean = std::fmod(number() * 17, 60) - 30;
            model.profile.factors.push_back({mean, mean - number(), mean + number(), 50, 40, 60});
        }
        for (std::size_t j = 0; j < benchmarks; ++j) {
            bool const missing = (i + j) % 4 == 0;
            model.scores.push_back(missing ? std::nan("") : number());
            model.profile.surprises.push_back(
                {missing ? std::nan("") : number(), missing ? std::nan("") : std::fmod(number() * 13, 6) - 3});
        }
        models.push_back(std::move(model));
    }
    return models;
}

ProfileReport made_report(std::size_t models, std::size_t factors)
{
    ProfileReport report;
    report.fit.setting = "made";
    report.fit.decided = true;
    report.fit.benchmarks = {"b1", "b2", "b3", "b4", "b5"};
    report.fit.domains = {"x", "y", "z"};
    for (std::size_t i = 0; i < factors; ++i) {
        FactorSummary factor;
        factor.benchmark = report.fit.benchmarks[i];
        report.fit.factors.push_back(factor);
    }
    report.factor_means = Matrix::Constant(3, static_cast<Index>(factors), 40);
    report.models = made_models(models, factors);
    return report;
}

void expect_same(double a, double b)
{
    if (std::isnan(a))
        EXPECT_TRUE(std::isnan(b));
    else
        EXPECT_EQ(a, b);
}

void expect_same(ProfiledModel const& a, ProfiledModel const& b)
{
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.domain, b.domain);
    EXPECT_EQ(a.fitted, b.fitted);
    EXPECT_EQ(a.row, b.row);
    EXPECT_EQ(a.profile.known, b.profile.known);
    ASSERT_EQ(a.profile.factors.size(), b.profile.factors.size());
    for (std::size_t i = 0; i < a.profile.factors.size(); ++i)
        for (auto const member :
             {&FactorPosition::mean, &FactorPosition::low, &FactorPosition::high, &FactorPosition::percentile,
              &FactorPosition::percentile_low, &FactorPosition::percentile_high})
            EXPECT_EQ(a.profile.factors[i].*member, b.profile.factors[i].*member);
    ASSERT_EQ(a.scores.size(), b.scores.size());
    for (std::size_t j = 0; j < a.scores.size(); ++j) {
        expect_same(a.scores[j], b.scores[j]);
        expect_same(a.profile.surprises[j].expected, b.profile.surprises[j].expected);
        expect_same(a.profile.surprises[j].deviations, b.profile.surprises[j].deviations);
    }
}

/// Results that hold profiles of both settings, stored in this order.
DataGroup with_profiles(DataGroup results, std::vector<std::size_t> const& order = {0, 1})
{
    for (auto const s : order) {
        auto const model = read_stored_model(results, stored_setting_names(results)[s]);
        store_profiles(results, model, made_models(30, static_cast<std::size_t>(model.factors())));
    }
    return results;
}

TEST(ModelsGroup, gives_back_what_was_stored)
{
    FittedRun const made;
    auto const results = with_profiles(made.run.results());
    auto const reports = stored_profiles(results, {});
    ASSERT_EQ(reports.size(), 2u);
    for (std::size_t s = 0; s < 2; ++s) {
        EXPECT_EQ(reports[s].fit.setting, stored_setting_names(results)[s]);
        auto const wanted = made_models(30, 2 + s);
        ASSERT_EQ(reports[s].models.size(), wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) expect_same(reports[s].models[i], wanted[i]);
    }
}

TEST(ModelsGroup, does_not_tell_in_which_order_settings_were_stored)
{
    FittedRun const made;
    auto const one = with_profiles(made.run.results(), {0, 1}), other = with_profiles(made.run.results(), {1, 0, 1});
    auto const& a = one.find_group("models")->groups;
    auto const& b = other.find_group("models")->groups;
    ASSERT_EQ(a.size(), 2u);
    ASSERT_EQ(b.size(), 2u);
    for (std::size_t s = 0; s < 2; ++s) EXPECT_EQ(a[s].name, b[s].name);
}

TEST(ModelsGroup, is_kept_as_long_as_the_fit_is_the_same)
{
    FittedRun const made, changed(51);
    auto const stored = with_profiles(made.run.results());
    auto const& profiles = *stored.find_group("models");
    auto const names = stored_setting_names(stored);

    auto same = made.run.results();
    EXPECT_TRUE(keep_profiles(profiles, same).empty());
    EXPECT_EQ(settings_with_profiles(same), names);

    auto other = changed.run.results();
    EXPECT_EQ(keep_profiles(profiles, other), std::vector{names[1]});
    EXPECT_EQ(settings_with_profiles(other), std::vector{names[0]});

    MadeRun fewer({aware(3)});
    fewer.estimate(0, fitted());
    auto rest = fewer.results();
    EXPECT_EQ(keep_profiles(profiles, rest), std::vector{names[0]});
    EXPECT_EQ(settings_with_profiles(rest), std::vector{names[1]});
}

TEST(ModelsGroup, is_left_out_where_the_fit_cannot_be_asked)
{
    FittedRun const made;
    auto const stored = with_profiles(made.run.results());
    MadeRun broken({aware(2), aware(3)});
    broken.estimate(0, fitted());
    broken.estimate(1); // a fit without noise, as of a damaged file
    auto results = broken.results();
    EXPECT_EQ(keep_profiles(*stored.find_group("models"), results), std::vector{stored_setting_names(stored)[1]});
}

TEST(ModelsGroup, of_other_scores_is_not_kept)
{
    FittedRun const made;
    auto const stored = with_profiles(made.run.results());
    auto other = made.run.results();
    for (auto& [name, value] : other.group("input").attributes)
        if (name == "fingerprint") value = std::string("another");
    EXPECT_EQ(keep_profiles(*stored.find_group("models"), other), stored_setting_names(stored));
}

TEST(ModelsGroup, what_is_missing_or_too_short_is_named)
{
    FittedRun const made;
    auto const whole = with_profiles(made.run.results(), {0});
    auto const& group = whole.find_group("models")->groups[0].group;
    int refused = 0;
    for (std::size_t i = 0; i < group.variables.size(); ++i)
        for (bool const missing : {true, false}) {
            auto damaged = whole;
            auto& variables = damaged.group("models").groups[0].group.variables;
            auto const name = variables[i].name;
            if (missing)
                variables.erase(variables.begin() + static_cast<std::ptrdiff_t>(i));
            else
                std::visit([](auto& values) { values.pop_back(); }, variables[i].values);
            try {
                (void)stored_profiles(damaged, {});
            } catch (InvalidInput const& error) {
                ++refused;
                // Where names are too few, everything else has too many.
                bool const named = std::string(error.what()).find(name) != std::string::npos;
                EXPECT_TRUE(named || name == "model") << name << ": " << error.what();
            }
        }
    // Coordinates but for the names, what names factors and means of base models are for others to read.
    EXPECT_EQ(refused, 2 * static_cast<int>(group.variables.size() - 5));
}

TEST(ModelsGroup, every_number_is_in_the_tables)
{
    FittedRun const made;
    auto const results = with_profiles(made.run.results());
    auto const told = summarize(results, {});
    auto const tables = tidy_tables(told, read_details(results, told), stored_profiles(results, {}));
    auto const rows = [&](std::string const& name) {
        auto const found = std::find_if(tables.begin(), tables.end(), [&](auto const& t) { return t.name == name; });
        return found == tables.end() ? 0 : found->rows;
    };
    EXPECT_EQ(rows("model_capabilities"), 30u * (2 + 3));
    EXPECT_EQ(rows("model_scores"), 30u * 5 * 2);
}

/// Occurrences of a text.
std::size_t count(std::string const& text, std::string const& part)
{
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
    return found;
}

std::string page_of(ProfileReport report)
{
    FittedRun const made;
    auto const told = made.run.summary();
    auto const details = read_details(made.run.results(), told);
    return html_report(told, details, {}, {{std::move(report)}, {}, "r.h5"}).page;
}

TEST(ModelsOnPage, are_all_drawn_up_to_a_readable_number)
{
    auto const page = page_of(made_report(most_drawn_models, 3));
    EXPECT_EQ(count(page, "<title>org/model-"), most_drawn_models);
    EXPECT_EQ(page.find("an even selection"), page.npos);
    EXPECT_LT(page.size(), 400'000u);
}

TEST(ModelsOnPage, are_thinned_beyond_it_but_for_those_in_tables)
{
    auto const report = made_report(5 * most_drawn_models, 2);
    auto const page = page_of(report);
    EXPECT_EQ(count(page, "<title>org/model-"), most_drawn_models);
    EXPECT_NE(page.find("2,000 of 10,000 models are drawn"), page.npos);
    EXPECT_LT(page.size(), 400'000u);
    for (auto at = page.find("<td class=\"long\"><span>org/"); at != page.npos;
         at = page.find("<td class=\"long\"><span>org/", at + 1)) {
        auto const begin = page.find("org/", at);
        auto const name = page.substr(begin, page.find('<', begin) - begin);
        EXPECT_NE(page.find("<title>" + name + " "), page.npos) << name;
    }
}

TEST(ModelsOnPage, lists_the_extremes_of_every_capability)
{
    auto const report = made_report(200, 3);
    auto const page = page_of(report);
    for (std::size_t f = 0; f < 3; ++f) {
        auto models = report.models;
        std::sort(models.begin(), models.end(),
                  [&](auto const& a, auto const& b) { return a.profile.factors[f].mean > b.profile.factors[f].mean; });
        auto const table = page.find(fmt::format("<p class=\"caption\">z{}", f + 1));
        ASSERT_NE(table, page.npos);
        auto const text = page.substr(table, page.find("</table>", table) - table);
        for (std::size_t i = 0; i < models.size(); ++i)
            EXPECT_EQ(text.find(models[i].name) != text.npos, i < 5 || i >= models.size() - 5) << i;
    }
}

TEST(ModelsOnPage, names_the_models_that_fit_worst)
{
    auto report = made_report(200, 2);
    report.models[17].profile.surprises[1] = {10, -9.25};
    report.models[17].profile.surprises[2] = {10, 8.5};
    auto const page = page_of(report);
    auto const table = page.find("Models that fit worst");
    ASSERT_NE(table, page.npos);
    auto const text = page.substr(table, page.find("</table>", table) - table);
    EXPECT_EQ(count(text, "<tr>"), 1u + 10u);
    EXPECT_EQ(count(text, report.models[17].name), 1u);
    EXPECT_NE(text.find("-9.2"), text.npos);
    EXPECT_EQ(text.find("+8.5"), text.npos);
}

TEST(ModelsOnPage, of_a_base_model_without_a_mean_are_not_drawn)
{
    auto report = made_report(90, 2);
    report.factor_means.row(1).setConstant(std::nan(""));
    auto const page = page_of(report);
    EXPECT_EQ(count(page, "<title>org/model-"), 60u);
    EXPECT_NE(page.find("Models of y are not drawn"), page.npos);
}

TEST(ModelsOnPage, of_one_capability_stand_in_tables_alone)
{
    auto const page = page_of(made_report(50, 1));
    EXPECT_EQ(count(page, "<title>org/model-"), 0u);
    EXPECT_NE(page.find("z1 b1: highest and lowest"), page.npos);
}

TEST(ModelsOnPage, keep_their_looks_apart_for_many_base_models)
{
    auto report = made_report(120, 2);
    report.fit.domains.clear();
    for (int k = 0; k < 12; ++k) report.fit.domains.push_back(fmt::format("base-{}", k));
    report.factor_means = Matrix::Constant(12, 2, 40);
    for (std::size_t i = 0; i < report.models.size(); ++i) report.models[i].domain = i % 12;
    auto const page = page_of(report);
    EXPECT_EQ(count(page, "<g class=\"marks"), 9u);
    EXPECT_NE(page.find("4 others"), page.npos);
    EXPECT_EQ(count(page, "<title>org/model-"), 120u);
}

TEST(ModelsOnPage, names_are_text)
{
    auto report = made_report(20, 2);
    report.models[3].name = "</title></svg><script>alert(1)</script>";
    EXPECT_EQ(page_of(report).find("<script"), std::string::npos);
}

TEST(ModelsOnPage, that_are_not_stored_are_told_of)
{
    FittedRun const made;
    auto const told = made.run.summary();
    auto const details = read_details(made.run.results(), told);
    auto const words = [&](std::vector<std::string> without) {
        auto const page = html_report(told, details, {}, {{}, std::move(without), "my results.h5"}).page;
        EXPECT_EQ(page.find("<title>org"), page.npos);
        return page;
    };
    EXPECT_NE(words({"one"}).find("id=\"models\""), std::string::npos);
    EXPECT_NE(words({"one"}).find("--store"), std::string::npos);
    EXPECT_NE(words({"one", "two"}).find("Name one of the settings: one, two"), std::string::npos);
    EXPECT_EQ(words({}).find("id=\"models\""), std::string::npos);
}

} // namespace
} // namespace exahca

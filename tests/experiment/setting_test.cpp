#include "exahca/core/error.hpp"
#include "exahca/experiment/setting.hpp"

#include <gtest/gtest.h>

#include <set>

namespace exahca {
namespace {

Setting sample() { return {.domains = {"a", "b"}, .factors = 2, .estimator = Estimator::published}; }

TEST(Setting, names_are_read_back)
{
    for (auto const value : {Estimator::published, Estimator::joint})
        EXPECT_EQ(parse_estimator(to_string(value)), value);
    EXPECT_THROW((void)parse_estimator("publshed"), UsageError);
    EXPECT_THROW((void)parse_objective("max"), UsageError);
    EXPECT_THROW((void)parse_density("gauss"), UsageError);
}

TEST(Setting, the_name_tells_analyses_apart_and_nothing_else)
{
    auto const base = sample();
    std::set<std::string> names{setting_name(base)};
    auto const differs = [&](auto change) {
        auto setting = base;
        change(setting);
        return names.insert(setting_name(setting)).second;
    };
    EXPECT_TRUE(differs([](Setting& s) { s.domains = {"b", "a"}; }));
    EXPECT_TRUE(differs([](Setting& s) { s.factors = 3; }));
    EXPECT_TRUE(differs([](Setting& s) { s.estimator = Estimator::joint; }));
    EXPECT_TRUE(differs([](Setting& s) { s.screen = 0.6; }));
    EXPECT_TRUE(differs([](Setting& s) { s.screen = 0.5; }));
    EXPECT_TRUE(differs([](Setting& s) { s.tolerance = 1e-4; }));
    EXPECT_TRUE(differs([](Setting& s) { s.restarts = 5; }));
    EXPECT_TRUE(differs([](Setting& s) { s.best = 100; }));
    auto unused = base;
    unused.starts = 99; // of the other estimator
    EXPECT_EQ(setting_name(unused), setting_name(base));
}

TEST(Setting, long_domain_lists_are_told_apart)
{
    auto first = sample(), second = sample();
    for (int i = 0; i < 40; ++i) first.domains.push_back("domain-number-" + std::to_string(i));
    second.domains = first.domains;
    second.domains.back() = "another";
    EXPECT_NE(setting_name(first), setting_name(second));
    EXPECT_LT(setting_name(first).size(), 120U);
}

TEST(Setting, values_outside_their_range_are_refused)
{
    auto const refused = [](auto change) {
        auto setting = sample();
        change(setting);
        EXPECT_THROW(validate(setting, 6), UsageError);
    };
    EXPECT_NO_THROW(validate(sample(), 6));
    refused([](Setting& s) { s.factors = 7; });
    refused([](Setting& s) { s.factors = 0; });
    refused([](Setting& s) { s.domains.clear(); });
    refused([](Setting& s) { s.screen = 1; });
    refused([](Setting& s) { s.tolerance = 0; });
    refused([](Setting& s) { s.restarts = 0; });
    refused([](Setting& s) { s.best = 0; });
}

TEST(Setting, grid_makes_every_combination_once)
{
    SettingGrid grid;
    grid.domain_sets = {{"a", "b"}, {"a", "c"}};
    grid.factors = {2, 3};
    grid.estimators = {Estimator::published, Estimator::joint};
    grid.contrasts = {Contrast::logcosh, Contrast::cube};
    grid.densities = {DensityFamily::sas, DensityFamily::mog2, DensityFamily::mog3};
    auto const settings = expand(grid);
    // 2 sets x 2 numbers of factors x (2 contrasts + 3 densities)
    EXPECT_EQ(settings.size(), 20U);
    for (auto const& setting : settings) EXPECT_EQ(setting.screen, setting.estimator == Estimator::joint ? 0.6 : 0.0);
    grid.contrasts.push_back(Contrast::cube);
    EXPECT_EQ(expand(grid).size(), 20U);
}

} // namespace
} // namespace exahca

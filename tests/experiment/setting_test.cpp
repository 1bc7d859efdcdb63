#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/estimate/setting_fields.hpp"
#include "exahca/experiment/experiment.hpp"
#include "support/settings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>
#include <type_traits>

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

// That the list is complete is checked by the build, from the number of members.
struct Four
{
    std::vector<std::string> names;
    int number = 1;
    Estimator choice;
    bool flag = false;
};
static_assert(member_count<Four>() == 4);

TEST(Setting, every_member_is_listed_once)
{
    Setting const usual;
    std::set<std::string> names;
    for_each_setting_field([&](auto const& field) {
        EXPECT_TRUE(names.insert(field.name).second) << field.name;
        auto changed = usual;
        changed.*field.member = testing::another(usual.*field.member);
        int different = 0;
        for_each_setting_field([&](auto const& other) { different += changed.*other.member != usual.*other.member; });
        EXPECT_EQ(different, 1) << field.name;
    });
}

TEST(Setting, content_is_every_field_that_the_estimator_uses_and_no_limit)
{
    for (auto const estimator : {Estimator::published, Estimator::joint, Estimator::given}) {
        Setting const base{.domains = {"a", "b"}, .factors = 2, .estimator = estimator};
        for_each_setting_field([&]<class T>(SettingField<T> const& field) {
            if constexpr (!std::is_same_v<T, Estimator>) {
                auto changed = base;
                changed.*field.member = testing::another(base.*field.member);
                bool const matters = field.used(estimator) && field.is_content();
                EXPECT_EQ(compare_content(base, changed) != 0, matters) << field.name;
                EXPECT_TRUE(compare_content(base, changed) == 0 ||
                            (compare_content(base, changed) < 0) == (compare_content(changed, base) > 0));
                EXPECT_EQ(setting_name(base) != setting_name(changed), matters) << field.name;
                EXPECT_EQ(same_limits(base, changed), !field.used(estimator) || field.is_content()) << field.name;
                EXPECT_EQ(without_unused(changed).*field.member != base.*field.member, field.used(estimator));
            }
        });
    }
    auto other = sample();
    other.estimator = Estimator::given;
    EXPECT_TRUE(compare_content(sample(), other) != 0);
}

// Names of format 1 with letters, digits, '.', '-' and '+' stay: scripts hold them.
TEST(Setting, ordinary_names_are_readable)
{
    EXPECT_EQ(setting_name(sample()), "published_a+b_f2");
    EXPECT_EQ(setting_name({.domains = {"llama-3.1-8b"}, .factors = 1, .screen = 0.6}),
              "joint_llama-3.1-8b_f1_screen0.6");
    EXPECT_EQ(setting_name({.domains = {"a"}, .screening = Screening::fit}), "joint_a_f3_screen-fit");
    auto setting = sample();
    setting.contrast = Contrast::cube;
    setting.tolerance = 1e-4;
    setting.restarts = 5;
    setting.objective = Objective::mean;
    setting.best = 100;
    EXPECT_EQ(setting_name(setting), "published_a+b_f2_cube_tol0.0001_restarts5_mean_best100");
    EXPECT_EQ(setting_name({.domains = {"a"}, .density = DensityFamily::sas, .starts = 3, .all_orders = true}),
              "joint_a_f3_sas_starts3_all-orders");
}

TEST(Setting, names_of_domains_are_escaped_and_not_confused)
{
    std::set<std::string> names;
    std::vector<std::vector<std::string>> const lists{{"a/b"},     {"a_b"},     {"a%2Fb"}, {"a+b"},  {"a", "b"},
                                                      {"b", "a"},  {"a%2Bb"},   {"a\tb"},  {"a_f2"}, {"a", "+"},
                                                      {"a+", "b"}, {"a", "+b"}, {"é"},     {"a b"}};
    for (auto const& list : lists) {
        auto const name = setting_name({.domains = list});
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_EQ(name.find('/'), name.npos) << name;
        EXPECT_EQ(name.find('\t'), name.npos) << name;
    }
    EXPECT_EQ(setting_name({.domains = {"org/model", "é"}}), "joint_org%2Fmodel+é_f3");
}

/// Thirty names, long enough to be abbreviated, the last one numbered.
std::vector<std::string> long_list(int number)
{
    std::vector<std::string> names;
    for (int i = 0; i < 29; ++i) names.push_back("base-model-" + std::to_string(i));
    names.push_back("variant-" + std::to_string(number));
    return names;
}

// Format 1 abbreviated lists to 32 bits of a digest of the joined names, and kept one setting of each name.
TEST(Setting, lists_that_32_bits_of_a_digest_confuse_are_told_apart)
{
    std::map<std::uint32_t, int> first_of;
    int confused = 0;
    for (int number = 0; number < 200000 && confused < 2; ++number) {
        auto const list = long_list(number);
        auto const digest = static_cast<std::uint32_t>(hash64(fmt::format("{}", fmt::join(list, "+"))) & 0xffffffffU);
        auto const [other, added] = first_of.emplace(digest, number);
        if (added) continue;
        ++confused;
        SettingGrid grid;
        grid.domain_sets = {long_list(other->second), list, list};
        auto const settings = expand(grid);
        ASSERT_EQ(settings.size(), 2U);
        EXPECT_NE(setting_name(settings[0]), setting_name(settings[1]));
        EXPECT_LT(setting_name(settings[0]).size(), 100U);
        EXPECT_NO_THROW((void)Experiment(settings, {}, 1, {"x", "y", "z"}));
    }
    // Expected of 200,000 lists: n^2 / 2^33, almost five pairs.
    EXPECT_GE(confused, 1);
}

TEST(Setting, two_settings_of_one_name_are_an_error)
{
    Setting const abbreviated{.domains = long_list(1)};
    auto const name = setting_name(abbreviated);
    ASSERT_TRUE(name.starts_with("joint_30-domains-")) << name;
    // A base model that somebody named like the abbreviation.
    Setting const impostor{.domains = {name.substr(6, name.size() - 6 - 3)}};
    ASSERT_EQ(setting_name(impostor), name);
    try {
        Experiment({abbreviated, impostor}, {}, 1, {"x", "y", "z"});
        FAIL() << "a name was given twice";
    } catch (UsageError const& error) {
        EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("rename a base model"), std::string::npos) << error.what();
    }
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
    refused([](Setting& s) { s.domains = {"a", ""}; });
    refused([](Setting& s) { s.screen = std::nan(""); });
    refused([](Setting& s) { s.screen = 1; });
    refused([](Setting& s) {
        s.screen = 0.6;
        s.screening = Screening::fit;
    });
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
    for (auto const& setting : settings) {
        EXPECT_EQ(setting.screen, 0);
        EXPECT_EQ(is_screening(setting), setting.estimator == Estimator::joint);
        EXPECT_FALSE(is_screening(without_screening(setting)));
    }
    grid.contrasts.push_back(Contrast::cube);
    EXPECT_EQ(expand(grid).size(), 20U);
}

TEST(Setting, grid_drops_nothing_but_equals)
{
    SettingGrid grid;
    grid.domain_sets = {{"a/b", "c"}, {"a_b", "c"}, {"a", "b+c"}, {"a+b", "c"}, {"c", "a_b"}};
    auto const share = [](double value) { return ScreenChoice{Screening::share, value}; };
    grid.screens = {share(0), share(-0.0), share(std::nan("")), share(0.5), share(std::nan(""))};
    auto const settings = expand(grid);
    EXPECT_EQ(settings.size(), 5U * 3U); // validate refuses the NaN by name; here it must not swallow others
    // What its estimator does not use is no part of a setting.
    grid.common.restarts = 3;
    EXPECT_EQ(expand(grid)[0].restarts, Setting{}.restarts);
}

} // namespace
} // namespace exahca

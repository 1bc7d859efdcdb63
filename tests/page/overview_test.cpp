// What is told of more settings than one can read one by one.

#include "made_run.hpp"

#include "exahca/core/error.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace exahca {
namespace {

constexpr int pool = 8; ///< base models m0 .. m7

bool holds(std::string const& text, std::string const& part) { return text.find(part) != text.npos; }

std::string model(int number) { return "m" + std::to_string(number); }

/// Every pair of the pool, 28 settings of 2 factors.
std::vector<Setting> pairs()
{
    std::vector<Setting> settings;
    for (int a = 0; a < pool; ++a)
        for (int b = a + 1; b < pool; ++b) {
            auto setting = MadeRun::setting(Estimator::published, 2);
            setting.domains = {model(a), model(b)};
            settings.push_back(setting);
        }
    return settings;
}

/// The MIC of a pair falls with the numbers of its base models: those of m7, then m6, are best. The answer is b1 → b2,
/// in the seven pairs with m0 b2 → b1.
class Pairs
{
public:
    explicit Pairs(std::int64_t kept_details = default_kept_details) : run(pairs(), {}, kept_details)
    {
        std::int64_t s = 0;
        for (int a = 0; a < pool; ++a)
            for (int b = a + 1; b < pool; ++b) {
                MadeRun::Fields fields{{"mic", {0.5 - 0.02 * a - 0.03 * b}}};
                if (a == 0) {
                    fields["unmixing"] = {1, 0, 0, 0, 0, 0, 1, 0, 0, 0}; // level 2, the first factor, is b2
                    fields["alignment_benchmark"] = {1, 0};
                }
                run.estimate(s++, fields);
            }
    }

    MadeRun run;
};

TEST(Overview, twelve_settings_are_told_one_by_one_and_thirteen_together)
{
    auto settings = pairs();
    for (std::size_t const count : {12u, 13u}) {
        settings = pairs();
        settings.resize(count);
        MadeRun run(settings);
        for (std::size_t s = 0; s < count; ++s) run.estimate(static_cast<std::int64_t>(s));
        EXPECT_EQ(run.summary().overview.has_value(), count > most_told_settings);
    }
}

TEST(Overview, settings_are_ranked_by_mic)
{
    Pairs const made;
    auto const summary = made.run.summary();
    ASSERT_TRUE(summary.overview);
    auto const& overview = *summary.overview;
    EXPECT_EQ(overview.answered, 28);
    ASSERT_EQ(overview.families.size(), 1u);
    auto const& family = overview.families[0];
    EXPECT_EQ(family.base_models, 2);
    EXPECT_EQ(family.good, least_good); // more than 5 % of 28
    double last = 0;
    for (auto const s : overview.ranked) {
        EXPECT_GE(summary.settings[s].orders[0].mic, last);
        last = summary.settings[s].orders[0].mic;
    }
    EXPECT_EQ(overview.ranked[0], 27u); // m6 with m7
    EXPECT_NEAR(family.quantiles[0], 0.5 - 0.02 * 6 - 0.03 * 7, 1e-12);
    EXPECT_NEAR(family.quantiles[6], 0.5 - 0.03, 1e-12); // m0 with m1
}

TEST(Overview, what_holds_in_most_settings_is_counted_among_all_and_among_the_good)
{
    Pairs const made;
    auto const overview = *made.run.summary().overview;
    EXPECT_EQ(overview.order.agreeing, 21);
    EXPECT_EQ(overview.order.compared, 28);
    // The ten lowest MICs by hand: 67 57 47 56 37 46 27 36 17 and 45; none holds m0.
    EXPECT_EQ(overview.order.good_agreeing, 10);
    EXPECT_EQ(overview.order.good_compared, 10);
    // Levels: the first factor differs with the order, the space of both does not.
    EXPECT_EQ(overview.levels.at(0).agreeing, 21);
    EXPECT_EQ(overview.levels.at(1).agreeing, 28);
    ASSERT_EQ(overview.named_orders.size(), 2u);
    EXPECT_EQ(overview.named_orders[0].settings, 21);
    EXPECT_EQ(overview.named_orders[0].good, 10);
    EXPECT_EQ(overview.named_orders[1].labels, (std::vector<std::string>{"b2", "b1"}));
}

TEST(Overview, base_models_of_the_good_settings_are_held_against_all)
{
    Pairs const made;
    auto const overview = *made.run.summary().overview;
    ASSERT_EQ(overview.maps.size(), 1u);
    auto const& map = overview.maps[0];
    std::size_t const first = 0, sixth = 6, seventh = 7;
    EXPECT_EQ(map.held[seventh], 7);      // with each other one
    EXPECT_EQ(map.good_held[seventh], 6); // 67 57 47 37 27 17
    EXPECT_EQ(map.good_held[first], 0);
    EXPECT_NEAR(map.lift(seventh, seventh), (6.0 / 10) / (7.0 / 28), 1e-12);
    EXPECT_NEAR(map.lift(sixth, seventh), (1.0 / 10) / (1.0 / 28), 1e-12);
    EXPECT_EQ(map.lift(first, first), 0);
}

TEST(Overview, the_text_tells_all_settings_and_the_best_in_full)
{
    Pairs const made;
    auto const text = made.run.text();
    EXPECT_TRUE(holds(text, "28 settings, each with an answer")) << text;
    EXPECT_TRUE(holds(text, "m6, m7")) << text;
    EXPECT_TRUE(holds(text, "Details of setting 28, the first of the ranking")) << text;
    EXPECT_TRUE(holds(text, "by selection alone")) << text;
    EXPECT_FALSE(holds(text, "m0, m1\n")) << text; // the last of the ranking
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 90) << text;
    auto const brief = made.run.text(TextLength::brief);
    EXPECT_LT(std::count(brief.begin(), brief.end(), '\n'), 24) << brief;
}

TEST(Overview, a_setting_is_found_by_number_and_name_and_told_alone)
{
    Pairs const made;
    auto const summary = made.run.summary();
    EXPECT_EQ(find_setting(summary, "28"), 27u);
    EXPECT_EQ(find_setting(summary, summary.settings[3].name), 3u);
    for (auto const* wrong : {"0", "29", "3x", "", "-1"}) EXPECT_THROW((void)find_setting(summary, wrong), UsageError);
    auto const one = only(summary, 3);
    EXPECT_EQ(one.settings.size(), 1u);
    EXPECT_FALSE(one.overview);
    EXPECT_TRUE(holds(to_text(one), summary.settings[3].name));
}

TEST(Overview, settings_without_details_are_ranked_and_told_as_far_as_they_are_kept)
{
    Pairs const whole, cut(2);
    auto const all = whole.run.summary(), few = cut.run.summary();
    ASSERT_TRUE(few.overview);
    EXPECT_EQ(few.overview->ranked, all.overview->ranked);
    EXPECT_EQ(few.overview->order.agreeing, all.overview->order.agreeing);
    EXPECT_EQ(std::count_if(few.settings.begin(), few.settings.end(), [](auto const& s) { return s.detailed; }), 2);
    EXPECT_TRUE(few.settings[27].detailed);
    EXPECT_FALSE(few.settings[0].detailed);
    EXPECT_EQ(few.settings[0].orders.at(0).unmixing, all.settings[0].orders.at(0).unmixing);
    EXPECT_EQ(few.settings[0].domains.at(1).coefficients, all.settings[0].domains.at(1).coefficients);
    auto const text = to_text(only(few, 0));
    EXPECT_TRUE(holds(text, "b2 → b1")) << text;
    EXPECT_TRUE(holds(text, "keeps no details")) << text;
    auto const json = nlohmann::json::parse(cut.run.json());
    EXPECT_EQ(json["settings"][0]["detailed"], false);
    EXPECT_EQ(json["settings"][0]["orders"][0]["mic"], all.settings[0].orders[0].mic);
    EXPECT_EQ(json["settings"][27]["detailed"], true);
    EXPECT_EQ(json["overview"]["kinds"][0]["ranked"][0], few.settings[27].name);
    auto const tables = cut.run.tables();
    auto const settings =
        std::find_if(tables.begin(), tables.end(), [](auto const& table) { return table.name == "settings"; });
    ASSERT_NE(settings, tables.end());
    EXPECT_EQ(settings->rows, 28u);
}

TEST(Overview, the_page_ranks_all_and_tells_the_best)
{
    Pairs const made;
    auto const told = made.run.summary();
    auto const details = read_details(made.run.results(), told);
    auto const count = [](std::string const& page, std::string const& part) {
        int found = 0;
        for (auto place = page.find(part); place != page.npos; place = page.find(part, place + 1)) ++found;
        return found;
    };
    auto const page = html_report(told, details).page;
    EXPECT_EQ(count(page, "<h2 id=\"setting-"), 5);
    EXPECT_TRUE(holds(page, "Which base models go together"));
    EXPECT_TRUE(holds(page, "<h2 id=\"setting-28\""));
    EXPECT_FALSE(holds(page, "<script"));
    EXPECT_EQ(count(html_report(told, details, {2}).page, "<h2 id=\"setting-"), 2);
    Pairs const cut(2);
    auto const few = cut.run.summary();
    auto const small = html_report(few, read_details(cut.run.results(), few)).page;
    EXPECT_EQ(count(small, "<h2 id=\"setting-"), 2); // the others have nothing to tell
}

} // namespace
} // namespace exahca

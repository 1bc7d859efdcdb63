// A setting's way through a results file, field by field.

#include "exahca/core/error.hpp"
#include "exahca/estimate/setting_fields.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/results/results.hpp"
#include "io/temporary_directory.hpp"
#include "support/settings.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace exahca {
namespace {

std::vector<std::string> const benchmarks{"b1", "b2", "b3", "b4", "b5"};

/// Every field has another value than its default in one of them.
std::vector<Setting> settings()
{
    auto joint = testing::unusual_setting(), given = joint;
    joint.estimator = Estimator::joint;
    given.estimator = Estimator::given;
    joint.domains = {"a/b", "a_b"}; // every order of three would be many
    given.domains = {"alone"};
    return {testing::unusual_setting(), joint, given, {.domains = {"x", "y"}, .screening = Screening::fit}};
}

DataGroup results_of(Experiment const& experiment)
{
    ScoreMatrix scores;
    scores.benchmarks = benchmarks;
    scores.scores.resize(0, static_cast<Index>(benchmarks.size()));
    return build_results(experiment, RecordStore(experiment), scores, {"s.h5", "print"});
}

TEST(SettingsFile, every_field_comes_back_as_it_was)
{
    Setting const usual;
    for_each_setting_field([&](auto const& field) {
        auto const all = settings();
        EXPECT_TRUE(std::any_of(all.begin(), all.end(),
                                [&](Setting const& setting) { return setting.*field.member != usual.*field.member; }))
            << field.name << ": tried with its default only";
    });
    TemporaryDirectory const directory;
    Experiment const written(settings(), {.bootstrap = 2, .nested = 3}, 9, benchmarks);
    write_tree(directory.file("r.h5"), results_of(written));
    auto const tree = read_tree(directory.file("r.h5"));
    auto const read = read_experiment(tree);
    ASSERT_EQ(read.settings().size(), written.settings().size());
    for (std::size_t s = 0; s < read.settings().size(); ++s) {
        for_each_setting_field([&](auto const& field) {
            EXPECT_EQ(read.settings()[s].*field.member, written.settings()[s].*field.member) << field.name;
        });
        EXPECT_EQ(stored_setting_names(tree)[s], setting_name(written.settings()[s]));
    }
    EXPECT_EQ(read.counts().bootstrap, 2);
    EXPECT_EQ(read.counts().nested, 3);
}

/// The tree without one dataset of /settings.
DataGroup without(DataGroup tree, std::string const& column)
{
    auto& variables = tree.group("settings").variables;
    variables.erase(std::remove_if(variables.begin(), variables.end(), [&](auto const& v) { return v.name == column; }),
                    variables.end());
    return tree;
}

TEST(SettingsFile, a_column_may_be_missing_only_from_versions_before_it)
{
    Experiment const written(settings(), {}, 9, benchmarks);
    auto const tree = results_of(written);
    for_each_setting_field([&](auto const& field) {
        auto cut = without(tree, field.name);
        EXPECT_THROW((void)read_experiment(cut), InvalidInput) << field.name;
        for (auto& [name, value] : cut.attributes)
            if (name == "format_version") value = std::vector<std::int64_t>{1, 0};
        if (field.since > FormatVersion{1, 0})
            EXPECT_EQ(read_experiment(cut).settings()[0].*field.member, Setting{}.*field.member) << field.name;
        else
            EXPECT_THROW((void)read_experiment(cut), InvalidInput) << field.name;
    });
}

TEST(SettingsFile, columns_that_do_not_fit_are_refused_by_name)
{
    Experiment const written({{.domains = {"x", "y"}}}, {}, 9, benchmarks);
    auto tree = results_of(written);
    for (auto& variable : tree.group("settings").variables)
        if (variable.name == "estimator") variable.values = std::vector<std::string>{"oracle"};
    auto const message = message_of<InvalidInput>([&] { (void)read_experiment(tree); });
    EXPECT_NE(message.find("column estimator"), std::string::npos) << message;
    EXPECT_NE(message.find("oracle"), std::string::npos) << message;
}

} // namespace
} // namespace exahca

// Every dataset of a results file in turn is missing, empty or too short: whoever reads it says so, and names it.

#include "exahca/core/error.hpp"
#include "made_run.hpp"
#include "read/stored_shape.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace exahca {
namespace {

/// Calls `visit` for every variable, with the group that holds it and its path.
void for_each_variable(DataGroup& group, std::string const& path,
                       std::function<void(DataGroup&, std::size_t, std::string const&)> const& visit)
{
    for (std::size_t i = 0; i < group.variables.size(); ++i) visit(group, i, path + "/" + group.variables[i].name);
    for (auto& [name, subgroup] : group.groups) for_each_variable(subgroup, path + "/" + name, visit);
}

/// Keeps so many of the first values, along a dimension of its own.
void shorten(Variable& variable, std::size_t count)
{
    std::visit([&](auto& values) { values.resize(std::min(count, values.size())); }, variable.values);
    variable.dims = {"cut"};
    variable.shape = {static_cast<std::int64_t>(std::visit([](auto const& v) { return v.size(); }, variable.values))};
}

/// Everything that is made of results.
void read_everything(DataGroup const& results)
{
    auto const summary = summarize(results, {});
    (void)to_text(summary);
    (void)to_json(summary);
    auto const details = read_details(results, summary);
    (void)html_report(summary, details);
    (void)tidy_tables(summary, details);
}

/// \returns how many of the damages were refused
int expect_only_errors_of_the_file(DataGroup const& whole, std::function<void(DataGroup&, std::size_t)> const& damage)
{
    int refused = 0;
    auto copy = whole;
    std::vector<std::string> paths;
    for_each_variable(copy, "", [&](auto&, auto, std::string const& path) { paths.push_back(path); });
    for (std::size_t target = 0; target < paths.size(); ++target) {
        auto results = whole;
        std::size_t number = 0;
        DataGroup* owner = nullptr;
        std::size_t place = 0;
        for_each_variable(results, "", [&](DataGroup& group, std::size_t i, std::string const&) {
            if (number++ == target) {
                owner = &group;
                place = i;
            }
        });
        damage(*owner, place);
        try {
            read_everything(results);
        } catch (InvalidInput const& error) {
            ++refused;
        } catch (std::exception const& error) {
            ADD_FAILURE() << paths[target] << ": " << error.what();
        }
    }
    return refused;
}

class DamagedResults : public ::testing::Test
{
protected:
    DamagedResults()
        : run_({MadeRun::setting(Estimator::joint), MadeRun::setting(Estimator::published, 2)},
               {.bootstrap = 4, .parametric = 3, .placebo_rotation = 3})
    {
        for (std::int64_t s = 0; s < 2; ++s) {
            run_.estimate(s);
            std::vector<int> const order = s == 0 ? std::vector{0, 1, 2} : std::vector{0, 1};
            run_.replicates(4, s, ReplicateKind::bootstrap, order);
            run_.replicates(3, s, ReplicateKind::parametric, order);
            run_.replicates(3, s, ReplicateKind::placebo_rotation, order);
        }
        results_ = run_.results();
    }

    MadeRun run_;
    DataGroup results_;
};

TEST_F(DamagedResults, whole_they_are_read) { EXPECT_NO_THROW(read_everything(results_)); }

TEST_F(DamagedResults, a_missing_dataset_is_an_error_of_the_file_or_none)
{
    EXPECT_GT(expect_only_errors_of_the_file(results_,
                                             [](DataGroup& group, std::size_t i) {
                                                 group.variables.erase(group.variables.begin() +
                                                                       static_cast<std::ptrdiff_t>(i));
                                             }),
              50);
}

TEST_F(DamagedResults, an_empty_or_short_dataset_is_an_error_of_the_file_or_none)
{
    for (std::size_t const count : {0U, 1U}) {
        auto const cut = [&](DataGroup& group, std::size_t i) { shorten(group.variables[i], count); };
        EXPECT_GT(expect_only_errors_of_the_file(results_, cut), 50);
    }
}

TEST_F(DamagedResults, the_error_names_the_dataset)
{
    auto const message = [&](std::string const& name, std::size_t count) {
        auto results = results_;
        for_each_variable(results, "", [&](DataGroup& group, std::size_t i, std::string const& path) {
            if (path.ends_with("/" + name)) shorten(group.variables[i], count);
        });
        try {
            read_everything(results);
        } catch (InvalidInput const& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    for (auto const* name : {"support_low", "level_support", "p_value", "alignment_r2", "order_agreeing"})
        EXPECT_NE(message(name, 0).find(std::string("\"") + name + "\""), std::string::npos)
            << name << ": " << message(name, 0);
}

TEST(StoredShape, of_an_estimate_is_that_of_its_setting)
{
    RecordLayout layout;
    layout.add("angle", FieldKind::real, {{"order", 3}, {"factor", 2}}, "degree", "");
    DataGroup group;
    EXPECT_NO_THROW(check_shapes(group, layout));
    group.add({"angle", {"order", "factor"}, {1, 2}, std::vector<double>(2), "", ""}); // another number of orders
    EXPECT_NO_THROW(check_shapes(group, layout));
    group.variables.clear();
    group.add({"angle", {"order", "factor"}, {3, 1}, std::vector<double>(3), "", ""});
    EXPECT_THROW(check_shapes(group, layout), InvalidInput);
    EXPECT_THROW((void)benchmark_at({"a", "b"}, 2), InvalidInput);
    EXPECT_THROW((void)benchmark_at({"a", "b"}, -1), InvalidInput);
}

} // namespace
} // namespace exahca

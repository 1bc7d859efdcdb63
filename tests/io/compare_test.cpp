#include "exahca/io/compare.hpp"
#include "io/sample_tree.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>

namespace exahca {
namespace {

TEST(Compare, equal_trees_have_no_differences_whatever_their_provenance)
{
    auto a = sample_tree(), b = sample_tree();
    a.group("provenance").add({"host", {}, {}, std::vector<std::string>{"one"}, "", ""});
    b.group("provenance").attributes.emplace_back("ranks", std::int64_t{4});
    EXPECT_TRUE(compare_trees(a, b).empty());
    EXPECT_FALSE(compare_trees(a, b, {{}, 100}).empty());
    // Only the group below the root is exempt.
    a.group("estimate").group("provenance").attributes.emplace_back("x", std::int64_t{1});
    EXPECT_EQ(compare_trees(a, b), (std::vector<std::string>{"/estimate/provenance: group only in the first file"}));
}

TEST(Compare, every_kind_of_difference_is_found_from_both_sides)
{
    using Change = std::function<void(DataGroup&)>;
    auto const published = [](DataGroup& tree) -> DataGroup& { return tree.group("estimate").group("published"); };
    std::pair<Change, std::string> const cases[] = {
        {[](DataGroup& t) { t.attributes[0].second = std::string("other"); },
         "/: attribute filetype is \"sample\" against \"other\""},
        {[](DataGroup& t) { t.attributes[4].second = 1.0; }, "/: attribute complete is 1 against 1"},
        {[](DataGroup& t) { t.attributes.pop_back(); }, "/: attribute a comment only in the first file"},
        {[](DataGroup& t) { t.variables.pop_back(); }, "/title: dataset only in the first file"},
        {[](DataGroup& t) { std::swap(t.variables[1], t.variables[2]); }, "/: the order of datasets"},
        {[](DataGroup& t) { t.group("more"); }, "/more: group only in the second file"},
        {[](DataGroup& t) { t.variables[1].values = std::vector<std::int32_t>{5}; }, "/seed: type int64 against int32"},
        {[](DataGroup& t) { t.variables[1].units = "s"; }, "/seed: units \"1\" against \"s\""},
        {[](DataGroup& t) { t.variables[1].description = ""; }, "/seed: description \"a scalar integer\" against \"\""},
        {[&](DataGroup& t) { published(t).variables[2].dims[1] = "row"; },
         "/estimate/published/unmixing: dimensions order x level x benchmark against order x row x benchmark"},
        {[&](DataGroup& t) {
             published(t).variables[2].shape = {2, 3, 2};
         },
         "/estimate/published/unmixing: shape 2 x 2 x 3 against 2 x 3 x 2"},
        {[&](DataGroup& t) { std::get<std::vector<double>>(published(t).variables[2].values)[9] = 10.5; },
         "/estimate/published/unmixing: 1 of 12 values differ, the first at [1, 1, 0]: 10 against 10.5"},
        {[](DataGroup& t) { std::get<std::vector<std::string>>(t.variables[0].values)[2] = "x"; },
         "/benchmark: 1 of 3 values differ, the first at [2]: \"\" against \"x\""},
    };
    for (auto const& [change, wanted] : cases) {
        auto const original = sample_tree();
        auto changed = original;
        change(changed);
        EXPECT_EQ(compare_trees(original, changed), std::vector<std::string>{wanted});
        EXPECT_EQ(compare_trees(changed, original).size(), 1U) << wanted;
    }
}

TEST(Compare, values_are_compared_by_their_bits)
{
    auto const tree_of = [](double value) {
        DataGroup tree;
        tree.add({"x", {}, {}, std::vector<double>{value}, "1", ""});
        return tree;
    };
    double const nan = std::bit_cast<double>(0x7ff8000000000001ULL),
                 other_nan = std::bit_cast<double>(0x7ff8000000000002ULL);
    EXPECT_TRUE(compare_trees(tree_of(nan), tree_of(nan)).empty());
    EXPECT_EQ(compare_trees(tree_of(nan), tree_of(other_nan)).size(), 1U);
    EXPECT_EQ(compare_trees(tree_of(0.0), tree_of(-0.0)).size(), 1U);
    EXPECT_EQ(compare_trees(tree_of(0.1), tree_of(std::nextafter(0.1, 1.0))).size(), 1U);
}

TEST(Compare, long_lists_are_cut_with_a_count)
{
    DataGroup a, b;
    for (int i = 0; i < 10; ++i) a.group("g" + std::to_string(i));
    auto const lines = compare_trees(a, b, {{}, 3});
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines.back(), "... and 7 more differences");
}

} // namespace
} // namespace exahca

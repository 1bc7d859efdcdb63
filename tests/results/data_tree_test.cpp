#include "exahca/core/error.hpp"
#include "exahca/results/data_tree.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

DataGroup sample()
{
    DataGroup root;
    root.attributes.emplace_back("filetype", std::string("sample"));
    auto& inner = root.group("estimate").group("published");
    inner.add({"mic", {"order"}, {2}, std::vector{0.1, 0.2}, "1", "values"});
    inner.add({"count", {}, {}, std::vector<std::int32_t>{7}, "1", "a scalar"});
    return root;
}

TEST(DataTree, paths_lead_through_groups)
{
    auto const root = sample();
    EXPECT_EQ(root.doubles("estimate/published/mic"), (std::vector{0.1, 0.2}));
    EXPECT_EQ(root.integers("estimate/published/count"), std::vector<std::int64_t>{7});
    EXPECT_EQ(root.find("estimate/absent/mic"), nullptr);
    EXPECT_EQ(root.find_group("estimate/published/absent"), nullptr);
    EXPECT_EQ(root.text_attribute("filetype"), "sample");
}

TEST(DataTree, missing_or_wrong_type_is_bad_input)
{
    auto const root = sample();
    EXPECT_THROW((void)root.doubles("estimate/published/count"), InvalidInput);
    EXPECT_THROW((void)root.integers("estimate/published/mic"), InvalidInput);
    EXPECT_THROW((void)root.strings("estimate/published/absent"), InvalidInput);
    EXPECT_THROW((void)root.text_attribute("absent"), InvalidInput);
}

TEST(DataTree, variables_that_contradict_themselves_are_bugs)
{
    DataGroup group;
    EXPECT_THROW(group.add({"a", {"x"}, {3}, std::vector{1.0}, "", ""}), std::logic_error);
    EXPECT_THROW(group.add({"a", {"x", "x"}, {1, 1}, std::vector{1.0}, "", ""}), std::logic_error);
    EXPECT_THROW(group.add({"a", {"x", "y"}, {1}, std::vector{1.0}, "", ""}), std::logic_error);
    group.add({"a", {"x"}, {1}, std::vector{1.0}, "", ""});
    EXPECT_THROW(group.add({"a", {"x"}, {1}, std::vector{1.0}, "", ""}), std::logic_error);
}

} // namespace
} // namespace exahca

#include "exahca/estimate/anchors.hpp"

#include "exahca/core/error.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

std::vector<std::string> const benchmarks{"IFEval", "BBH", "MATH", "GPQA", "MUSR"};

std::string problem_of(std::string const& anchors, int factors)
{
    Setting setting;
    setting.anchors = anchors;
    setting.factors = factors;
    try {
        (void)anchors_of(setting, benchmarks);
    } catch (UsageError const& error) {
        return error.what();
    }
    return {};
}

TEST(Anchors, have_one_text_whatever_their_order)
{
    auto const text = anchors_text({{2, "BBH"}, {1, "IFEval"}, {2, "BBH"}});
    EXPECT_EQ(text, "1=IFEval; 2=BBH");
    EXPECT_EQ(anchors_text(parse_anchors(text)), text);
    EXPECT_EQ(anchors_text({}), "");
    EXPECT_TRUE(parse_anchors("").empty());
    EXPECT_EQ(parse_anchor("1=a=b"), (NamedAnchor{1, "a=b"}));
    EXPECT_EQ(parse_anchor("1=\"MATH Lvl 5\""), (NamedAnchor{1, "MATH Lvl 5"})); // quoted for a shell within quotes
}

TEST(Anchors, are_found_among_the_benchmarks)
{
    Setting setting;
    setting.anchors = "1=IFEval; 2=MATH";
    auto const found = anchors_of(setting, benchmarks);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].benchmark, 0);
    EXPECT_EQ(found[0].levels, 1);
    EXPECT_EQ(found[1].benchmark, 2);
    EXPECT_EQ(found[1].levels, 2);
}

TEST(Anchors, that_say_nothing_are_refused)
{
    for (auto const* text : {"IFEval", "=IFEval", "0=IFEval", "-1=IFEval", "1=", "one=IFEval", "1.5=IFEval", ""})
        EXPECT_THROW((void)parse_anchor(text), UsageError) << text;
    EXPECT_THROW((void)anchors_text({{1, "BBH"}, {2, "BBH"}}), UsageError);
    EXPECT_THROW((void)anchors_text({{1, "a; b"}}), UsageError);
    EXPECT_NE(problem_of("1=IFEvl", 3).find("perhaps IFEval"), std::string::npos) << problem_of("1=IFEvl", 3);
}

TEST(Anchors, that_leave_later_factors_too_few_benchmarks_are_refused)
{
    EXPECT_EQ(problem_of("1=IFEval; 1=BBH; 1=MATH", 3), "");
    auto const problem = problem_of("1=IFEval; 1=BBH; 1=MATH; 1=GPQA", 3);
    EXPECT_NE(problem.find("2 factors would move 1 benchmark only"), std::string::npos) << problem;
    EXPECT_NE(problem_of("1=IFEval; 2=BBH; 2=MATH; 2=GPQA; 2=MUSR", 3), "");
}

} // namespace
} // namespace exahca

#include "exahca/model/base_rows.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

using Rows = std::vector<std::size_t>;

TEST(BaseRows, are_told_by_names)
{
    std::vector<std::string> const models{"meta-llama/Meta-Llama-3-8B-Instruct", "meta-llama/Meta-Llama-3-8B",
                                          "someone/Bio-Llama-3-8B", "org/unrelated", "meta-llama/Meta-Llama-3-8B"};
    EXPECT_EQ(base_rows("llama-3-8b", models), (Rows{1, 4})); // the same name twice
    EXPECT_EQ(base_rows("gemma-2-9b", models), Rows{});
    EXPECT_EQ(base_rows("org/unrelated", models), Rows{3}); // names that hold owners
}

TEST(BaseRows, of_owners_come_before_copies)
{
    std::vector<std::string> const models{"braindao/Qwen2.5-14B", "Qwen/Qwen2.5-14B", "Qwen/Qwen2.5-14B-Instruct"};
    EXPECT_EQ(base_rows("qwen2.5-14b", models), Rows{1});
    std::vector<std::string> const copies{"a/Qwen2.5 14B", "b/qwen2.5_14b"};
    EXPECT_EQ(base_rows("qwen2.5-14b", copies), (Rows{0, 1})); // nobody can tell
    std::vector<std::string> const plain{"base", "Base-tuned", "hub/x/base", "/base"};
    EXPECT_EQ(base_rows("BASE", plain), (Rows{0, 2, 3}));
}

} // namespace
} // namespace exahca

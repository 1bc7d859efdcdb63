#include "exahca/core/random.hpp"

#include <gtest/gtest.h>

#include <Random123/philox.h>
#include <algorithm>
#include <cmath>
#include <set>

namespace exahca {
namespace {

TEST(RandomStream, same_key_gives_same_numbers_and_any_difference_in_the_key_gives_others)
{
    RandomKey const key{7, "bootstrap", 3, "llama-3-8b", 0};
    RandomStream first(key), second(key);
    EXPECT_EQ(first.bits(), second.bits());

    std::set<std::uint64_t> seen{RandomStream(key).bits()};
    for (RandomKey const& other :
         {RandomKey{8, "bootstrap", 3, "llama-3-8b", 0}, RandomKey{7, "placebo", 3, "llama-3-8b", 0},
          RandomKey{7, "bootstrap", 4, "llama-3-8b", 0}, RandomKey{7, "bootstrap", 3, "qwen2-7b", 0},
          RandomKey{7, "bootstrap", 3, "llama-3-8b", 1}})
        EXPECT_TRUE(seen.insert(RandomStream(other).bits()).second);
}

// Known answer of Random123's own test vectors (kat_vectors, philox4x64 10 rounds, zero counter and key).
TEST(RandomStream, generator_is_philox_4x64_10)
{
    auto const drawn = r123::Philox4x64{}({{0, 0, 0, 0}}, {{0, 0}});
    EXPECT_EQ(drawn[0], 0x16554d9eca36314cULL);
}

TEST(RandomStream, moments_of_normal_and_exponential)
{
    RandomStream stream({1, "moments", 0, "", 0});
    int const count = 200000;
    double normal_sum = 0, normal_squares = 0, exponential_sum = 0;
    for (int i = 0; i < count; ++i) {
        double const z = stream.normal();
        normal_sum += z;
        normal_squares += z * z;
        exponential_sum += stream.exponential();
    }
    double const tolerance = 5 / std::sqrt(double(count)); // five standard errors of a unit-variance mean
    EXPECT_NEAR(normal_sum / count, 0, tolerance);
    EXPECT_NEAR(normal_squares / count, 1, 1.5 * tolerance);
    EXPECT_NEAR(exponential_sum / count, 1, tolerance);
}

TEST(RandomStream, below_is_uniform_and_permutation_is_one)
{
    RandomStream stream({1, "below", 0, "", 0});
    std::vector<int> counts(7);
    for (int i = 0; i < 70000; ++i) ++counts[stream.below(7)];
    for (int const count : counts) EXPECT_NEAR(count, 10000, 5 * std::sqrt(10000.0));

    auto order = stream.permutation(50);
    std::sort(order.begin(), order.end());
    for (std::int64_t i = 0; i < 50; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

} // namespace
} // namespace exahca

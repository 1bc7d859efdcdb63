// What is remembered is what would be computed, and nothing else is taken for it.

#include "exahca/model/unmixing_cache.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace exahca {
namespace {

Matrix sources_of(std::string_view name, Index models)
{
    RandomStream random({1, "test", 0, name, 0});
    Matrix mixing{{1, 0.5, 0.2}, {0, 1, 0.4}, {0.3, 0, 1}}, sources(models, 3);
    for (Index i = 0; i < models; ++i)
        for (Index j = 0; j < 3; ++j) sources(i, j) = std::pow(random.uniform(), 2.0 + static_cast<double>(j));
    return 100 * sources * mixing;
}

TEST(UnmixingCache, gives_the_bits_of_the_computation)
{
    UnmixingCache cache;
    auto const scores = sources_of("a", 80);
    UnmixingOptions const options{.factors = 2};
    RandomKey const key{7, "estimate", 0, "a", 0};
    auto const direct = unmix_domain(scores, options, key);
    for (int i = 0; i < 3; ++i) {
        auto const found = cache.unmix(scores, options, key);
        EXPECT_EQ(found.matrix, direct.matrix);
        EXPECT_EQ(found.explained, direct.explained);
        EXPECT_EQ(found.outcome, direct.outcome);
    }
    EXPECT_EQ(cache.computed(), 1);
}

TEST(UnmixingCache, tells_every_argument_apart)
{
    UnmixingCache cache;
    auto const scores = sources_of("a", 80);
    UnmixingOptions const options{.factors = 2};
    RandomKey const key{7, "estimate", 0, "a", 0};
    auto const expect_new = [&](Matrix const& rows, UnmixingOptions const& how, RandomKey const& who) {
        auto const before = cache.computed();
        EXPECT_EQ(cache.unmix(rows, how, who).matrix, unmix_domain(rows, how, who).matrix);
        EXPECT_EQ(cache.computed(), before + 1);
    };
    expect_new(scores, options, key);
    Matrix other = scores;
    other(3, 1) += 1e-9;
    expect_new(other, options, key);
    expect_new(scores.topRows(79), options, key);
    expect_new(scores, {.factors = 3}, key);
    auto more = options;
    more.ica.restarts = options.ica.restarts + 1;
    expect_new(scores, more, key);
    expect_new(scores, options, {8, "estimate", 0, "a", 0});
    expect_new(scores, options, {7, "bootstrap", 0, "a", 0});
    expect_new(scores, options, {7, "estimate", 1, "a", 0});
    expect_new(scores, options, {7, "estimate", 0, "b", 0});
    expect_new(scores, options, {7, "estimate", 0, "a", 1});
}

TEST(UnmixingCache, forgets_what_was_not_used_for_longest)
{
    auto const a = sources_of("a", 80), b = sources_of("b", 80), c = sources_of("c", 80);
    UnmixingCache cache(static_cast<std::size_t>(2 * a.size()) * sizeof(double)); // two of them
    UnmixingOptions const options{.factors = 2};
    auto const computes = [&](Matrix const& scores) {
        auto const before = cache.computed();
        static_cast<void>(cache.unmix(scores, options, {7, "estimate", 0, "x", 0}));
        return cache.computed() > before;
    };
    EXPECT_TRUE(computes(a));
    EXPECT_TRUE(computes(b));
    EXPECT_FALSE(computes(a));
    EXPECT_TRUE(computes(c)); // in place of b
    EXPECT_FALSE(computes(a));
    EXPECT_TRUE(computes(b));
}

} // namespace
} // namespace exahca

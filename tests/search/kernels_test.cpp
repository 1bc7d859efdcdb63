#include "search/kernels.hpp"

#include "exahca/model/prefix_fit.hpp"
#include "search/instances.hpp"
#include "search/node_tables.hpp"

#include <bit>

namespace exahca {
namespace {

std::vector<double> const sizes{400, 300, 200, 100};

std::vector<std::uint8_t> random_tuple(PrefixFit const& prefix, RandomStream& random)
{
    std::vector<std::uint8_t> rows;
    for (int k = 0; k < prefix.problem().domains(); ++k) {
        auto free = prefix.free_rows(k);
        for (auto skip = random.below(static_cast<std::uint64_t>(std::popcount(free))); skip > 0; --skip)
            free &= free - 1;
        rows.push_back(static_cast<std::uint8_t>(std::countr_zero(free)));
    }
    return rows;
}

// Runs one kernel call on a batch of tuples.
unsigned survivors(Kernels const& kernels, PrefixFit const& prefix, double threshold,
                   std::vector<std::vector<std::uint8_t>> const& tuples)
{
    TupleTables tables;
    fill_tuple_tables(prefix, level_budget(prefix, threshold), tables);
    std::vector<float> products;
    fill_products(prefix, products);
    int const domains = prefix.problem().domains();
    int const factors = prefix.problem().factors();
    int const stride = padded(packed_size(prefix.dimension()));
    tables.row_stride = domains;
    std::vector<float> sums(static_cast<std::size_t>(lanes * stride), 0.0F);
    std::vector<std::uint8_t> rows;
    for (int lane = 0; lane < lanes; ++lane)
        for (int k = 0; k < domains; ++k) {
            int const a = tuples[static_cast<std::size_t>(lane)][static_cast<std::size_t>(k)];
            rows.push_back(static_cast<std::uint8_t>(a));
            float* const sum = sums.data() + lane * stride;
            add_packed(sum, sum, products.data() + (k * factors + a) * stride, stride);
        }
    return kernels.test_tuples(tables, sums.data(), rows.data(), 0);
}

// Every tuple is put exactly at the threshold, the edge of the filter: no rounding may reject it. With the threshold a
// little lower it must go, or the filter would be no filter.
TEST(Kernels, a_tuple_exactly_at_the_threshold_survives_and_one_well_above_it_does_not)
{
    int rejected = 0;
    int tried = 0;
    for (std::uint64_t seed = 0; seed < 120; ++seed) {
        RandomStream random({.seed = seed, .purpose = "test-kernels", .name = {}});
        Index const factors = 2 + static_cast<Index>(seed % 5);
        OrderProblem const problem(
            testing::hierarchical_instance(seed, 4, factors, factors + static_cast<Index>(seed % 4), 0.4),
            static_cast<Objective>(seed % 3), sizes);
        PrefixFit prefix(problem);
        LevelFit fit;
        for (int level = 0; level < static_cast<int>(seed % static_cast<std::uint64_t>(factors - 1)); ++level) {
            auto const rows = random_tuple(prefix, random);
            prefix.fit(rows, fit);
            prefix.place(rows, fit);
        }
        std::vector<std::vector<std::uint8_t>> tuples;
        for (int lane = 0; lane < lanes; ++lane) tuples.push_back(random_tuple(prefix, random));
        for (int lane = 0; lane < lanes; ++lane) {
            prefix.fit(tuples[static_cast<std::size_t>(lane)], fit);
            for (auto const* kernels : {&portable_kernels(), &best_kernels()}) {
                EXPECT_TRUE(survivors(*kernels, prefix, fit.value, tuples) >> lane & 1U)
                    << kernels->name << " seed " << seed << " lane " << lane;
                if (!(fit.value > 0.05)) continue;
                ++tried;
                rejected += (survivors(*kernels, prefix, fit.value - 0.02, tuples) >> lane & 1U) == 0 ? 1 : 0;
            }
        }
    }
    EXPECT_GT(tried, 500);
    EXPECT_GT(rejected, tried * 9 / 10);
}

// Bounds 2 and 3 may never separate rows that stand together in a tuple of the threshold's value.
TEST(Kernels, pair_bounds_keep_every_tuple_that_reaches_the_threshold)
{
    int separated = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        RandomStream random({.seed = seed, .purpose = "test-kernels", .name = {}});
        Index const factors = 2 + static_cast<Index>(seed % 4);
        OrderProblem const problem(
            testing::hierarchical_instance(seed, 4, factors, factors + static_cast<Index>(seed % 2), 0.3),
            static_cast<Objective>(seed % 3), sizes);
        PrefixFit prefix(problem);
        LevelFit fit;
        std::vector<std::vector<std::uint8_t>> tuples;
        double least = 2;
        for (int trial = 0; trial < 60; ++trial) {
            tuples.push_back(random_tuple(prefix, random));
            prefix.fit(tuples.back(), fit);
            least = std::min(least, fit.value);
        }
        for (double const threshold : {least, least * 1.2}) {
            for (auto const* kernels : {&portable_kernels(), &best_kernels()}) {
                Compatibility compatibility(problem);
                compatibility.reset(prefix);
                compatibility.apply_bounds(prefix, level_budget(prefix, threshold), *kernels);
                for (auto const& tuple : tuples) {
                    prefix.fit(tuple, fit);
                    bool together = true;
                    for (int k = 0; k < 4; ++k)
                        for (int l = 0; l < 4; ++l) {
                            int const a = tuple[static_cast<std::size_t>(k)];
                            int const b = tuple[static_cast<std::size_t>(l)];
                            together &= (compatibility.alive_rows(k) >> a & 1U) != 0;
                            together &= (compatibility.field(compatibility.with(k, a), l) >> b & 1U) != 0;
                        }
                    if (fit.value <= threshold) {
                        EXPECT_TRUE(together) << kernels->name << " seed " << seed;
                    }
                    separated += together ? 0 : 1;
                }
            }
        }
    }
    EXPECT_GT(separated, 1000); // and they do separate
}

} // namespace
} // namespace exahca

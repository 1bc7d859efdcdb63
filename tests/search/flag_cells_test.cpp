// Bounds of cells against flags drawn inside them, and the derivatives that descents use.

#include "exahca/model/flag_order.hpp"
#include "exahca/numerics/orthogonal.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "search/flag_cells.hpp"
#include "search/flag_descent.hpp"
#include "search/flag_proof.hpp"
#include "search/instances.hpp"

#include <Eigen/LU>
#include <optional>

namespace exahca {
namespace {

using testing::hierarchical_instance;

CellId random_cell(RandomStream& random, int m, int divisions)
{
    auto const parts = static_cast<std::uint64_t>(cell_parts(m));
    CellId id = facet_id(m, static_cast<int>(random.below(parts)));
    for (int i = 0; i < divisions; ++i) id = part_id(m, id, static_cast<int>(random.below(parts)));
    return id;
}

// A direction of a cell; now and then on its edge.
Vector direction_in(RandomStream& random, int m, DirectionCell const& cell)
{
    Vector result = Vector::Zero(m);
    for (std::size_t i = 0; i < static_cast<std::size_t>(m); ++i) {
        double const weight = random.below(6) == 0 ? 0 : random.exponential();
        for (int t = 0; t < m; ++t) result[t] += weight * cell.corners[i][static_cast<std::size_t>(t)];
    }
    return result.norm() > 0 ? result : direction_in(random, m, cell);
}

// A flag whose last direction lies in one cell and whose first in the other, if there is one for the direction drawn.
std::optional<Matrix> frame_in(RandomStream& random, int m, DirectionCell const& last, DirectionCell const& second)
{
    Vector const h = direction_in(random, m, last);
    if (m == 2) return orthonormal_rows_from_last(Matrix{{h[1], -h[0]}, {h[0], h[1]}}).transpose();
    for (int trial = 0; trial < 20; ++trial) {
        Vector const a = direction_in(random, m, second), b = direction_in(random, m, second);
        double const at = h.dot(a), bt = h.dot(b);
        if (!(at * bt < 0)) continue;
        Vector const n = (a * std::abs(bt) + b * std::abs(at)).normalized();
        Matrix rows(3, 3);
        rows.row(0) = n;
        rows.row(1) << h[1] * n[2] - h[2] * n[1], h[2] * n[0] - h[0] * n[2], h[0] * n[1] - h[1] * n[0];
        rows.row(2) = h;
        return orthonormal_rows_from_last(rows).transpose();
    }
    return std::nullopt;
}

struct Bounds
{
    explicit Bounds(OrderProblem const& problem) : tables(problem), last(tables.bounds()), second(tables.bounds()) {}

    double of(FlagCellKernels const& kernels, DirectionCell const& a, DirectionCell const& b)
    {
        kernels.last_level(tables, a, last.data());
        if (tables.levels > 2) kernels.second_level(tables, b, second.data());
        return kernels.combine(tables, last.data(), second.data());
    }

    FlagTables tables;
    std::vector<double> last, second;
};

std::vector<Matrix> instance(std::uint64_t seed, int domains, int m)
{
    auto unmixing = hierarchical_instance(seed, domains, m, m, 0.5);
    if (seed % 3 == 1) unmixing[0].row(0) *= 1e5;
    if (seed % 3 == 2) unmixing[1].row(1) = unmixing[1].row(0) + 1e-6 * unmixing[1].row(1);
    return unmixing;
}

TEST(FlagCells, no_flag_of_a_cell_is_below_its_bound)
{
    RandomStream random({.seed = 1, .purpose = "test-cells", .name = {}});
    int flags = 0, tight = 0, fine = 0;
    for (std::uint64_t seed = 0; seed < 24; ++seed) {
        int const m = seed % 4 == 0 ? 2 : 3;
        auto const objective = seed % 2 == 0 ? Objective::mic : Objective::n_weighted;
        OrderProblem const problem(instance(seed, 5, m), objective, std::vector<double>{5, 4, 3, 2, 1});
        FlagValues const values(problem);
        Bounds bounds(problem);
        for (int i = 0; i < 400; ++i) {
            int const divisions = static_cast<int>(random.below(most_divisions + 1));
            auto const last = cell_of(m, random_cell(random, m, divisions));
            auto const second = cell_of(m, random_cell(random, m, static_cast<int>(random.below(5))));
            double const bound = bounds.of(best_flag_kernels(), last, second);
            for (int j = 0; j < 5; ++j) {
                auto const frame = frame_in(random, m, last, second);
                if (!frame) continue;
                ++flags;
                double const value = values.value(*frame);
                EXPECT_GE(value * (1 + 1e-12) + 1e-15, bound) << seed << " " << divisions;
                if (m > 2 || seed % 3 != 0 || divisions < 16) continue;
                ++fine;
                tight += bound > value - 1e-3 ? 1 : 0;
            }
        }
    }
    EXPECT_GT(flags, 10'000);
    EXPECT_GT(fine, 200);
    EXPECT_EQ(tight, fine) << "small cells have bounds that say nothing";
}

// Bounds of small cells around a flag come close to its value: by the cell's size in the first order.
TEST(FlagCells, bounds_close_in_on_the_value)
{
    RandomStream random({.seed = 2, .purpose = "test-cells", .name = {}});
    OrderProblem const problem(hierarchical_instance(6, 7, 3, 3, 0.5), Objective::mic);
    FlagValues const values(problem);
    Bounds bounds(problem);
    int pairs = 0;
    for (int i = 0; i < 3000 && pairs < 200; ++i) {
        auto id = std::pair{random_cell(random, 3, 2), random_cell(random, 3, 2)};
        if (!can_be_orthogonal(3, cell_of(3, id.first), cell_of(3, id.second))) continue;
        for (int division = 0; division < 10; ++division) { // any two parts that still hold a flag
            std::pair<CellId, CellId> parts;
            do
                parts = {part_id(3, id.first, static_cast<int>(random.below(4))),
                         part_id(3, id.second, static_cast<int>(random.below(4)))};
            while (!can_be_orthogonal(3, cell_of(3, parts.first), cell_of(3, parts.second)));
            id = parts;
        }
        ++pairs;
        auto const last = cell_of(3, id.first), second = cell_of(3, id.second);
        EXPECT_GT(bounds.of(best_flag_kernels(), last, second), values.value(central_frame(3, last, second)) - 0.02);
    }
    EXPECT_EQ(pairs, 200);
}

TEST(FlagCells, kernels_have_equal_bits)
{
    RandomStream random({.seed = 3, .purpose = "test-cells", .name = {}});
    for (int const m : {2, 3})
        for (int const domains : {2, 4, 9})
            for (auto const objective : {Objective::mic, Objective::mean}) {
                OrderProblem const problem(instance(1, domains, m), objective);
                Bounds plain(problem), best(problem);
                for (int i = 0; i < 200; ++i) {
                    auto const last = cell_of(m, random_cell(random, m, i % most_divisions));
                    auto const second = cell_of(m, random_cell(random, m, i % most_divisions));
                    EXPECT_EQ(plain.of(baseline_flag_kernels(), last, second),
                              best.of(best_flag_kernels(), last, second));
                    EXPECT_EQ(plain.last, best.last);
                    EXPECT_EQ(plain.second, best.second);
                }
            }
}

// Parts tile their cell: every direction of it lies in one, and facets hold every line.
TEST(FlagCells, parts_cover_their_cell)
{
    RandomStream random({.seed = 4, .purpose = "test-cells", .name = {}});
    auto const holds = [](int m, DirectionCell const& cell, Vector const& h) {
        Matrix corners(m, m);
        for (int i = 0; i < m; ++i)
            for (int t = 0; t < m; ++t)
                corners(t, i) = cell.corners[static_cast<std::size_t>(i)][static_cast<std::size_t>(t)];
        Vector const weights = corners.inverse() * h;
        return weights.minCoeff() > -1e-9 || weights.maxCoeff() < 1e-9;
    };
    for (int const m : {2, 3})
        for (int i = 0; i < 300; ++i) {
            Vector const h = random_orthogonal(random, m).col(0);
            int facets = 0;
            for (int f = 0; f < cell_parts(m); ++f) facets += holds(m, cell_of(m, facet_id(m, f)), h) ? 1 : 0;
            EXPECT_EQ(facets, 1);
            auto const id = random_cell(random, m, i % 7);
            Vector const inside = direction_in(random, m, cell_of(m, id));
            bool covered = false;
            for (int p = 0; p < cell_parts(m); ++p) covered |= holds(m, cell_of(m, part_id(m, id, p)), inside);
            EXPECT_TRUE(covered);
        }
}

TEST(FlagValues, equal_those_of_the_model)
{
    RandomStream random({.seed = 5, .purpose = "test-cells", .name = {}});
    for (int const m : {1, 2, 3, 5, 7}) {
        auto const unmixing = hierarchical_instance(7, 4, m, m, 0.5);
        OrderProblem const problem(unmixing, Objective::mean);
        FlagValues const values(problem);
        for (int i = 0; i < 20; ++i) {
            Matrix const flag = random_orthogonal(random, m);
            auto const losses = values.at(flag.transpose());
            auto const order = order_at_flag(unmixing, flag);
            for (std::size_t k = 0; k < 4; ++k) {
                Matrix const expected = level_losses(unmixing[k], flag);
                double sum = 0;
                for (int level = 0; level < m; ++level) {
                    int const row = order.rows[k][static_cast<std::size_t>(level)];
                    EXPECT_EQ(row, losses.rows[k * static_cast<std::size_t>(m) + static_cast<std::size_t>(level)]);
                    sum += expected(row, level);
                }
                EXPECT_NEAR(losses.inexactness[k], sum / m, 1e-9); // rounding, times the condition of the rows
            }
        }
    }
}

TEST(FlagValues, gradients_equal_differences)
{
    RandomStream random({.seed = 6, .purpose = "test-cells", .name = {}});
    constexpr double step = 1e-6;
    for (int const m : {2, 3, 4}) {
        OrderProblem const problem(hierarchical_instance(7, 4, m, m, 0.5), Objective::mean);
        FlagValues const values(problem);
        Matrix const frame = random_orthogonal(random, m);
        auto const rows = values.at(frame).rows;
        Vector inexactness, ahead, behind;
        Matrix gradients, unused;
        values.differentiate(frame, rows, inexactness, gradients);
        EXPECT_LT((inexactness - Eigen::Map<Vector const>(values.at(frame).inexactness.data(), 4)).norm(), 1e-13);
        for (Index i = 0; i < values.coordinates(); ++i) {
            Vector const turn = step * Vector::Unit(values.coordinates(), i);
            values.differentiate(values.moved(frame, turn), rows, ahead, unused);
            values.differentiate(values.moved(frame, -turn), rows, behind, unused);
            Vector const expected = (ahead - behind) / (2 * step);
            EXPECT_LT((gradients.row(i).transpose() - expected).norm(), 1e-7 * (1 + expected.norm()));
        }
    }
}

TEST(FlagDescent, never_ends_above_its_start)
{
    RandomStream random({.seed = 7, .purpose = "test-cells", .name = {}});
    for (auto const objective : {Objective::mic, Objective::mean}) {
        OrderProblem const problem(hierarchical_instance(7, 6, 3, 3, 0.8), objective);
        FlagValues const values(problem);
        for (int i = 0; i < 40; ++i) {
            Matrix const frame = random_orthogonal(random, 3);
            auto const end = descend_flag(values, frame, full_descent, nullptr);
            EXPECT_LE(end.value, values.value(frame));
            EXPECT_EQ(end.value, values.value(end.frame));
        }
    }
}

} // namespace
} // namespace exahca

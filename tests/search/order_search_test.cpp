#include "exahca/core/error.hpp"
#include "exahca/search/order_search.hpp"
#include "search/instances.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace exahca {
namespace {

using testing::all_orders;
using testing::hierarchical_instance;
using testing::reference_instance;

void expect_first_of(std::vector<std::pair<double, CandidateOrder>> const& truth, SearchResult const& found,
                     std::string const& context)
{
    for (std::size_t i = 0; i < found.best.size(); ++i) {
        EXPECT_EQ(found.best[i].order, truth[i].second) << context << ", place " << i;
        EXPECT_EQ(found.best[i].value, truth[i].first) << context << ", place " << i; // the same bits
    }
}

// Shapes, noise and ties of the random instances: number of factors and domains, benchmarks, then what is special.
struct Shape
{
    int factors;
    int domains;
    int benchmarks;
};
constexpr Shape small_shapes[] = {{1, 1, 1}, {1, 3, 4}, {2, 1, 2}, {2, 2, 2}, {2, 4, 3}, {3, 1, 5}, {3, 2, 3},
                                  {3, 3, 3}, {3, 3, 6}, {3, 4, 4}, {4, 1, 4}, {4, 2, 4}, {4, 2, 6}, {4, 3, 5}};

std::vector<Matrix> small_instance(std::uint64_t seed, Shape shape)
{
    double const noise[] = {0.0, 1e-7, 0.05, 0.5};
    auto unmixing = hierarchical_instance(seed, shape.domains, shape.factors, shape.benchmarks, noise[seed % 4]);
    // Equal domains and equal rows of two domains tie exactly; a tiny change makes a near tie.
    if (seed % 3 == 1) unmixing.back() = unmixing.front();
    if (seed % 3 == 2) unmixing.back() = unmixing.front() * (1 + 1e-9);
    return unmixing;
}

TEST(OrderSearch, equals_brute_force_on_small_instances)
{
    int instances = 0;
    for (std::uint64_t seed = 0; seed < 16; ++seed)
        for (auto const shape : small_shapes) {
            if (log10_order_count(shape.domains, shape.factors) > 4.2 && seed >= 3) continue;
            auto const unmixing = small_instance(seed, shape);
            auto const objective = static_cast<Objective>(seed % 3);
            std::vector<double> sizes;
            for (int k = 0; k < shape.domains; ++k) sizes.push_back(50.0 + 300 * ((k * 7 + 3) % 5));
            OrderProblem const problem(unmixing, objective, sizes);
            auto const truth = all_orders(problem);
            for (auto const method : {SearchMethod::automatic, SearchMethod::plain}) {
                SearchOptions options{.best_n = 1 + static_cast<std::int64_t>(seed) * 3, .method = method};
                auto const found = search_orders(problem, options);
                EXPECT_EQ(found.outcome, SearchOutcome::optimum_proven);
                EXPECT_EQ(found.best.size(), std::min(truth.size(), static_cast<std::size_t>(options.best_n)));
                EXPECT_EQ(found.lower_bound, std::min_element(truth.begin(), truth.end())->first);
                expect_first_of(truth, found,
                                "seed " + std::to_string(seed) + " m " + std::to_string(shape.factors) + " K " +
                                    std::to_string(shape.domains));
            }
            ++instances;
        }
    EXPECT_GE(instances, 200);
}

// The figure is derived in the reference folder's search.md: 3^4 tuples at level 3, two nodes of 2^4 at level 2, two at
// level 1.
TEST(OrderSearch, plain_search_visits_115_tuples_on_the_reference_case)
{
    auto const unmixing = reference_instance("real_m3.txt", 4);
    if (unmixing.empty()) GTEST_SKIP() << "no reference folder: set EXAHCA_REFERENCE_DIR";
    SearchOptions options{.best_n = 1, .method = SearchMethod::plain};
    auto const found = search_orders(unmixing, options);
    EXPECT_EQ(found.tuples_visited, 115);
    EXPECT_NEAR(found.best.front().value, 0.0398187916, 1e-9);
}

TEST(OrderSearch, reproduces_the_five_best_orders_of_every_reference_case)
{
    std::ifstream file(std::string(EXAHCA_REFERENCE_DIR) + "/reference/hca_reference.json");
    if (!file) GTEST_SKIP() << "no hca_reference.json: set EXAHCA_REFERENCE_DIR";
    auto const reference = nlohmann::json::parse(file);
    for (auto const& one : reference.at("cases")) {
        std::vector<Matrix> unmixing;
        for (auto const& rows : one.at("unmixing")) {
            Matrix matrix(static_cast<Index>(rows.size()), static_cast<Index>(rows[0].size()));
            for (Index i = 0; i < matrix.rows(); ++i)
                for (Index j = 0; j < matrix.cols(); ++j)
                    matrix(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)].get<double>();
            unmixing.push_back(matrix);
        }
        SearchOptions options{.best_n = 5};
        auto const found = search_orders(unmixing, options);
        ASSERT_EQ(found.best.size(), one.at("best").size());
        for (std::size_t i = 0; i < found.best.size(); ++i) {
            auto const& expected = one.at("best")[i];
            EXPECT_NEAR(found.best[i].value, expected.at("mic").get<double>(), 1e-9);
            EXPECT_EQ(found.best[i].order.rows, expected.at("rows").get<std::vector<std::vector<int>>>());
            auto const sem = fit_linear_sem(unmixing, found.best[i].order);
            for (Index k = 0; k < sem.inexactness.size(); ++k)
                EXPECT_NEAR(sem.inexactness(k), expected.at("inexactness")[static_cast<std::size_t>(k)].get<double>(),
                            1e-9);
            for (Index l = 0; l < sem.unmixing.rows(); ++l)
                for (Index j = 0; j < sem.unmixing.cols(); ++j)
                    EXPECT_NEAR(
                        sem.unmixing(l, j),
                        expected.at("H")[static_cast<std::size_t>(l)][static_cast<std::size_t>(j)].get<double>(), 1e-7);
        }
    }
}

// Optima from the table of figures in the reference folder's search.md, first K blocks of each file.
TEST(OrderSearch, finds_the_optima_of_the_small_reference_instances)
{
    struct Row
    {
        char const* file;
        std::size_t domains;
        double mic;
    };
    for (auto const& row : {Row{"real_m3.txt", 4, 0.0398187916}, Row{"real_m3.txt", 5, 0.0880652194}}) {
        auto const unmixing = reference_instance(row.file, row.domains);
        if (unmixing.empty()) GTEST_SKIP() << "no reference folder: set EXAHCA_REFERENCE_DIR";
        auto const found = search_orders(unmixing, {.best_n = 1});
        EXPECT_NEAR(found.best.front().value, row.mic, 1e-9) << row.file << " K " << row.domains;
    }
}

} // namespace
} // namespace exahca

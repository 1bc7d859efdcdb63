#pragma once

#include "exahca/core/random.hpp"
#include "exahca/model/linear_sem.hpp"
#include "exahca/search/instance_text.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace exahca::testing {

/// First `domains` blocks of a file of the reference folder; empty where there is no such file.
inline std::vector<Matrix> reference_instance(std::string const& name, std::size_t domains)
{
    std::string const path = std::string(EXAHCA_REFERENCE_DIR) + "/reference/search_instances/" + name;
    std::ifstream file(path);
    if (std::string(EXAHCA_REFERENCE_DIR).empty() || !file) return {};
    std::stringstream text;
    text << file.rdbuf();
    auto unmixing = parse_unmixing_text(text.str(), name);
    unmixing.resize(std::min(domains, unmixing.size()));
    return unmixing;
}

inline Matrix random_matrix(RandomStream& random, Index rows, Index cols)
{
    Matrix matrix(rows, cols);
    for (Index i = 0; i < rows; ++i)
        for (Index j = 0; j < cols; ++j) matrix(i, j) = random.normal();
    return matrix;
}

/// K matrices B_k H plus noise, rows shuffled: what a hierarchy with estimation error looks like.
inline std::vector<Matrix> hierarchical_instance(std::uint64_t seed, int domains, Index factors, Index benchmarks,
                                                 double noise)
{
    RandomStream random({.seed = seed, .purpose = "test-instance", .name = {}});
    Matrix const shared = random_matrix(random, factors, benchmarks);
    std::vector<Matrix> unmixing;
    for (int k = 0; k < domains; ++k) {
        Matrix triangle = random_matrix(random, factors, factors).triangularView<Eigen::Upper>();
        triangle.diagonal().array() = triangle.diagonal().array().abs() + 0.5;
        Matrix const matrix = triangle * shared + noise * random_matrix(random, factors, benchmarks);
        auto const shuffle = random.permutation(static_cast<std::uint64_t>(factors));
        Matrix shuffled(factors, benchmarks);
        for (Index i = 0; i < factors; ++i) shuffled.row(i) = matrix.row(shuffle[static_cast<std::size_t>(i)]);
        unmixing.push_back(shuffled);
    }
    return unmixing;
}

/// Every order through the canonical routine, sorted as SearchResult demands: independent of all search code.
inline std::vector<std::pair<double, CandidateOrder>> all_orders(OrderProblem const& problem)
{
    std::vector<std::pair<double, CandidateOrder>> orders;
    auto order = first_order(problem.domains(), problem.factors());
    do orders.emplace_back(evaluate_order(problem, order).value, order);
    while (next_order(order));
    std::sort(orders.begin(), orders.end());
    for (auto first = orders.begin(); first != orders.end();) {
        auto end = std::next(first);
        while (end != orders.end() && end->first - std::prev(end)->first < 1e-12) ++end;
        std::sort(first, end, [](auto const& a, auto const& b) { return a.second < b.second; });
        first = end;
    }
    return orders;
}

} // namespace exahca::testing

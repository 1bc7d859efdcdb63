#pragma once

#include "exahca/core/error.hpp"
#include "exahca/model/score_matrix.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#ifndef EXAHCA_REFERENCE_DIR
#define EXAHCA_REFERENCE_DIR ""
#endif

/// Skips the test when a file of the reference folder is missing.
#define EXAHCA_NEED_REFERENCE(relative_path)                                                                           \
    if (!exahca::test::reference_exists(relative_path))                                                                \
    GTEST_SKIP() << "needs " << (relative_path) << " in the reference folder (CMake variable EXAHCA_REFERENCE_DIR)"

namespace exahca::test {

inline std::filesystem::path reference_path(std::string const& relative_path)
{
    return std::filesystem::path(EXAHCA_REFERENCE_DIR) / relative_path;
}

inline bool reference_exists(std::string const& relative_path)
{
    return !std::string(EXAHCA_REFERENCE_DIR).empty() && std::filesystem::exists(reference_path(relative_path));
}

inline std::string const leaderboard_file = "data/open_llm_leaderboard_v2.csv";
inline std::string const answers_file = "reference/hca_reference.json";

/// The domains 0 1 3 6 of the published study's main result.
inline std::vector<std::string> const published_domains{"llama-3-8b", "qwen2.5-14b", "llama-3.1-8b", "qwen2.5-7b"};

/// One line of comma separated values; enough for the reference file, whose quoted cells hold no quotes or line ends.
inline std::vector<std::string> split_cells(std::string const& line)
{
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (char const c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            cells.emplace_back();
        else if (c != '\r')
            cells.back() += c;
    }
    return cells;
}

/// The public leaderboard, read independently of the program's own import.
inline ScoreMatrix read_leaderboard()
{
    std::ifstream file(reference_path(leaderboard_file));
    std::string line;
    std::getline(file, line);
    auto const header = split_cells(line);
    ScoreMatrix matrix;
    matrix.benchmarks.assign(header.begin() + 3, header.end());
    std::vector<double> values;
    while (std::getline(file, line)) {
        auto const cells = split_cells(line);
        matrix.models.push_back(cells.at(0));
        matrix.base_models.push_back(cells.at(1));
        for (std::size_t j = 3; j < header.size(); ++j) values.push_back(std::stod(cells.at(j)));
    }
    auto const d = static_cast<Index>(matrix.benchmarks.size());
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    matrix.scores = Eigen::Map<RowMajor const>(values.data(), static_cast<Index>(matrix.models.size()), d);
    return matrix;
}

/// Read once per test program.
inline ScoreMatrix const& leaderboard()
{
    static ScoreMatrix const matrix = read_leaderboard();
    return matrix;
}

inline nlohmann::json const& known_answers()
{
    static auto const answers = nlohmann::json::parse(std::ifstream(reference_path(answers_file)));
    return answers;
}

inline Matrix matrix_from_json(nlohmann::json const& rows)
{
    Matrix matrix(static_cast<Index>(rows.size()), static_cast<Index>(rows.at(0).size()));
    for (Index i = 0; i < matrix.rows(); ++i)
        for (Index j = 0; j < matrix.cols(); ++j)
            matrix(i, j) = rows.at(static_cast<std::size_t>(i)).at(static_cast<std::size_t>(j)).get<double>();
    return matrix;
}

/// The largest difference of entries when every row of `expected` is paired with its closest row, up to sign; infinite
/// when two rows would share a partner.
inline double distance_up_to_order_and_sign(Matrix const& expected, Matrix const& actual)
{
    double largest = 0;
    std::vector<Index> taken;
    for (Index i = 0; i < expected.rows(); ++i) {
        double smallest = std::numeric_limits<double>::infinity();
        Index partner = 0;
        for (Index j = 0; j < actual.rows(); ++j) {
            double const distance = std::min((expected.row(i) - actual.row(j)).cwiseAbs().maxCoeff(),
                                             (expected.row(i) + actual.row(j)).cwiseAbs().maxCoeff());
            if (distance < smallest) {
                smallest = distance;
                partner = j;
            }
        }
        if (std::count(taken.begin(), taken.end(), partner) > 0) return std::numeric_limits<double>::infinity();
        taken.push_back(partner);
        largest = std::max(largest, smallest);
    }
    return largest;
}

/// One of the reference folder's files of unmixing matrices: "K m d", then K blocks of m rows.
inline std::vector<Matrix> read_instance(std::string const& name)
{
    std::ifstream file(reference_path("reference/search_instances/" + name));
    Index k = 0, m = 0, d = 0;
    file >> k >> m >> d;
    std::vector<Matrix> blocks(static_cast<std::size_t>(k), Matrix(m, d));
    for (auto& block : blocks)
        for (Index i = 0; i < m; ++i)
            for (Index j = 0; j < d; ++j) file >> block(i, j);
    return blocks;
}

} // namespace exahca::test

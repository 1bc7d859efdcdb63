#include "exahca/model/noise_likelihood.hpp"
#include "support/leaderboard.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

std::string const figures_file = "reference/noise_reference.json";

// One column of shapes: logits against the last weight, means, log standard deviations.
Vector shapes_of(nlohmann::json const& weights, nlohmann::json const& means, nlohmann::json const& variances)
{
    auto const components = static_cast<Index>(weights.size());
    Vector shapes(3 * components - 1);
    for (Index c = 0; c < components; ++c) {
        auto const i = static_cast<std::size_t>(c);
        if (c + 1 < components) shapes[c] = std::log(weights[i].get<double>() / weights.back().get<double>());
        shapes[components - 1 + c] = means[i];
        shapes[2 * components - 1 + c] = 0.5 * std::log(variances[i].get<double>());
    }
    return shapes;
}

Vector vector_from_json(nlohmann::json const& values)
{
    auto const numbers = values.get<std::vector<double>>();
    return Eigen::Map<Vector const>(numbers.data(), static_cast<Index>(numbers.size()));
}

NoiseParameters parameters_of(nlohmann::json const& known)
{
    NoiseParameters parameters;
    parameters.loadings = test::matrix_from_json(known["loadings"]);
    parameters.log_psi = vector_from_json(known["psi"]).array().log();
    parameters.log_scales = vector_from_json(known["scale"]).array().log();
    for (std::size_t k = 0; k < known["R"].size(); ++k) {
        parameters.mixing.push_back(test::matrix_from_json(known["R"][k]));
        parameters.means.push_back(vector_from_json(known["mean"][k]));
        Matrix shapes(3 * known["components"].get<Index>() - 1, known["m"].get<Index>());
        for (Index j = 0; j < shapes.cols(); ++j) {
            auto const i = static_cast<std::size_t>(j);
            shapes.col(j) =
                shapes_of(known["weight"][k][i], known["component_mean"][k][i], known["component_variance"][k][i]);
        }
        parameters.shapes.push_back(shapes);
    }
    return parameters;
}

ScoreKind kind_of(char letter)
{
    switch (letter) {
    case 'o':
        return ScoreKind::observed;
    case 'm':
        return ScoreKind::missing;
    case 'f':
        return ScoreKind::at_floor;
    default:
        return ScoreKind::at_ceiling;
    }
}

// Every row as a domain's only row, so that nothing but its own pattern matters.
double log_likelihood_of_row(NoiseParameters const& all, nlohmann::json const& row)
{
    auto const k = row["domain"].get<std::size_t>();
    NoiseParameters parameters = all;
    parameters.mixing = {all.mixing[k]};
    parameters.means = {all.means[k]};
    parameters.shapes = {all.shapes[k]};
    parameters.log_scales = all.log_scales.segment(static_cast<Index>(k), 1);
    Index const d = all.benchmarks();
    IncompleteScores scores{Matrix::Zero(1, d), ScoreKinds(1, d)};
    for (Index j = 0; j < d; ++j) {
        auto const i = static_cast<std::size_t>(j);
        scores.kinds(0, j) = kind_of(row["kind"].get<std::string>()[i]);
        if (row["score"][i].is_number()) scores.scores(0, j) = row["score"][i];
    }
    std::vector<PatternedScores> const domains{group_rows(scores, columns_by_censoring({&scores, 1}))};
    return NoiseLikelihood(domains).row_log_likelihoods(parameters)[0][0];
}

// Figures from an independent program: direct summation of multivariate normal densities and probabilities.
TEST(NoiseReference, log_likelihoods_row_by_row)
{
    EXAHCA_NEED_REFERENCE(figures_file);
    auto const figures = nlohmann::json::parse(std::ifstream(test::reference_path(figures_file)));
    int rows = 0, censored = 0;
    for (auto const& known : figures["cases"]) {
        NoiseParameters const parameters = parameters_of(known);
        double total = 0;
        for (auto const& row : known["rows"]) {
            double const value = log_likelihood_of_row(parameters, row);
            EXPECT_NEAR(value, row["log_likelihood"].get<double>(), 1e-10) << row["kind"];
            total += value;
            ++rows;
            censored += row["kind"].get<std::string>().find_first_of("fc") != std::string::npos;
        }
        EXPECT_NEAR(total, known["log_likelihood"].get<double>(), 1e-9);
    }
    EXPECT_GT(rows, 50);
    EXPECT_GT(censored, 15);
}

} // namespace
} // namespace exahca

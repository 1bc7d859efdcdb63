#include "estimate/fitted_model.hpp"

#include "exahca/estimate/replicate_data.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/model/noise_data.hpp"
#include "exahca/numerics/moments.hpp"
#include "exahca/simulate/simulator.hpp"
#include "exahca/work/task_runner.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

constexpr Index benchmarks = 4, factors = 2;

Setting aware(std::vector<std::string> domains)
{
    Setting setting;
    setting.domains = std::move(domains);
    setting.factors = factors;
    setting.noise = NoiseModel::aware;
    setting.density = DensityFamily::mog2;
    return setting;
}

NoiseParameters some_parameters()
{
    RandomStream random({1, "fitted-model", 0, "", 0});
    NoiseParameters parameters;
    parameters.loadings = 5 * random_matrix(random, benchmarks, factors);
    parameters.log_psi = Vector::LinSpaced(benchmarks, 0, 2);
    parameters.log_scales.resize(2);
    parameters.log_scales << 0.4, -0.3;
    for (int k = 0; k < 2; ++k) {
        Matrix mixing = random_matrix(random, factors, factors).triangularView<Eigen::Upper>();
        mixing.diagonal().setOnes();
        parameters.mixing.push_back(mixing);
        parameters.means.push_back(Vector::LinSpaced(benchmarks, 20, 50 + 5 * k));
        Matrix shapes(5, factors);
        shapes << 0.5, -0.8, 1, -1, -1.5, 2, -0.2, 0.1, 0.3, -0.4;
        parameters.shapes.push_back(shapes);
    }
    return parameters;
}

// Means and covariances of mixtures are known in closed form (implied_moments); those of n draws are within five
// standard errors, which are sd / sqrt(n), and sqrt((E x^2 y^2 - (E xy)^2) / n) < 4 sd_x sd_y / sqrt(n) for sources
// whose kurtosis is below 15.
TEST(FittedModel, draws_have_the_moments_of_the_model)
{
    auto const setting = aware({"a", "b"});
    RecordLayout layout;
    add_fitted_model(layout, setting, benchmarks);
    RecordBuilder builder(layout);
    auto const parameters = some_parameters();
    std::vector<Matrix> const scores(2, Matrix::Random(10, benchmarks));
    put_fitted_model(builder, parameters, scores);
    auto const values = builder.take();
    RecordView const view(layout, values);
    constexpr Index models = 40000;
    for (std::size_t k = 0; k < 2; ++k) {
        RandomStream stream({7, "draw", 0, "", static_cast<std::uint64_t>(k)});
        auto const drawn = moments_of(draw_from_fitted_model(view, k, models, stream));
        auto const implied = implied_moments(parameters, k, models);
        Vector const deviations = implied.covariance.diagonal().cwiseSqrt();
        double const root = std::sqrt(static_cast<double>(models));
        for (Index i = 0; i < benchmarks; ++i) {
            EXPECT_NEAR(drawn.mean[i], implied.mean[i], 5 * deviations[i] / root);
            for (Index j = 0; j < benchmarks; ++j)
                EXPECT_NEAR(drawn.covariance(i, j), implied.covariance(i, j),
                            5 * 4 * deviations[i] * deviations[j] / root);
        }
    }
}

// A base model that lacks a benchmark altogether has no complete model to draw sources from.
TEST(FittedModel, parametric_draws_need_no_complete_model)
{
    SimulationOptions options;
    options.design = Design::parametric;
    options.factors = factors;
    options.sizes = {120, 90};
    options.seed = 3;
    auto scores = simulate(options);
    auto const names = scores.truth->domains;
    for (Index i = 0; i < scores.scores.rows(); ++i)
        if (scores.base_models[static_cast<std::size_t>(i)] == names[1]) scores.scores(i, 2) = std::nan("");
    Dataset const dataset({scores.scores.data(), scores.scores.rows(), scores.scores.cols()}, rows_by_domain(scores));
    Experiment const experiment({aware(names)}, {.parametric = 1}, 3, scores.benchmarks);
    TaskRunner runner(experiment, dataset);
    auto const id = experiment.id_of({SettingId(0), ReplicateKind::estimate, 0});
    auto const estimate = runner.compute(id);
    ASSERT_EQ(estimate.status, TaskStatus::done) << estimate.reason;
    RecordView const view(experiment.layout(SettingId(0), ReplicateKind::estimate), estimate.values);
    EXPECT_TRUE(std::isnan(view.matrix("fitted_mean")(1, 2)));
    auto const drawn = drawn_data(aware(names), dataset, ReplicateKind::parametric, {3, "parametric", 0, {}, 0}, view);
    EXPECT_TRUE(drawn.scores[0].allFinite());
    EXPECT_EQ(drawn.scores[1].array().isNaN().count(), 90);
    EXPECT_TRUE(drawn.scores[1].col(2).array().isNaN().all());
    runner.set_estimate(SettingId(0), estimate);
    auto const replicate = runner.compute(experiment.id_of({SettingId(0), ReplicateKind::parametric, 0}));
    EXPECT_EQ(replicate.status, TaskStatus::done) << replicate.reason;
}

} // namespace
} // namespace exahca

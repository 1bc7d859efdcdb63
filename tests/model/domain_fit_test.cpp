#include "exahca/model/domain_fit.hpp"

#include "exahca/model/noise_data.hpp"
#include "exahca/model/noise_starts.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace exahca {
namespace {

/// A domain, and parameters of it whose sources are not yet fitted.
struct Unfitted
{
    JointSimulation simulation = simulate_joint(3, 2, 5, {250, 200}, 2);
    NoiseData data = noise_data(simulation.scores, {});
    NoiseParameters start = [this] {
        auto all = analyse_factors(data.domains, principal_component_start(data.domains, 2)).parameters;
        for (Matrix& shapes : all.shapes) {
            shapes = Matrix::Zero(5, 2);
            shapes.row(1).setConstant(-1);
            shapes.row(2).setConstant(1);
        }
        for (Matrix& mixing : all.mixing) mixing.triangularView<Eigen::StrictlyLower>().setZero();
        return domain_part(all, 0);
    }();

    [[nodiscard]] NoiseFit usual() const { return DomainFit(data.domains[0]).from(start, {}); }
    [[nodiscard]] std::optional<NoiseFit> towards(double aim, std::vector<LargestShortfall> const& shortfalls) const
    {
        return fit_domain_towards(data.domains[0], start, {}, aim, shortfalls);
    }
};

TEST(DomainFitTowards, is_the_usual_fit_where_it_stays_near_its_aim)
{
    Unfitted const domain;
    auto const usual = domain.usual();
    auto const found = domain.towards(usual.penalised(), {{1, 1e4}, {30, 1}});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->penalised(), usual.penalised());
    EXPECT_EQ(found->evaluations, usual.evaluations);
    EXPECT_EQ(found->parameters.shapes, usual.parameters.shapes);
}

TEST(DomainFitTowards, gives_up_where_it_is_too_far_behind)
{
    Unfitted const domain;
    auto const usual = domain.usual();
    ASSERT_GT(usual.evaluations, 10);
    EXPECT_FALSE(domain.towards(usual.penalised() + 3, {{10, 2}}));
    EXPECT_FALSE(domain.towards(usual.penalised() + 3, {{5, 1e4}, {10, 2}}));
    EXPECT_TRUE(domain.towards(usual.penalised() + 3, {{10, 1e4}}));
    // What would be too far behind after more evaluations than it takes.
    EXPECT_TRUE(domain.towards(usual.penalised() + 3, {{usual.evaluations + 1, 2}}));
    EXPECT_TRUE(domain.towards(std::numeric_limits<double>::infinity(), {}));
}

} // namespace
} // namespace exahca

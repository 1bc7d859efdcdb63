#include "estimate/unscreened.hpp"

#include "exahca/model/flag.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

JointOptions options_of(NoiseModel noise, std::uint64_t seed)
{
    JointOptions options;
    options.factors = 2;
    options.density = DensityFamily::mog2;
    options.noise = noise;
    options.seed = seed;
    return options;
}

// Where screening left out nothing, the answer is the same, or there is one that is likelier. The likelihood of few
// models is rough: searches of other seeds end elsewhere.
TEST(Unscreened, of_the_same_models_an_answer_is_another_only_where_it_is_likelier)
{
    int missed = 0;
    for (NoiseModel const noise : {NoiseModel::span, NoiseModel::aware})
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            auto const simulation = simulate_joint(seed, 2, 5, {24, 20}, 4);
            auto const found = estimate_joint(simulation.scores, simulation.names, options_of(noise, 100 + seed));
            auto const options = options_of(noise, seed);
            auto const other = search_all_models(simulation.scores, simulation.names, options);
            auto const without = answer_without_screening(simulation.scores, options, other, found.best());
            double const lead = found.best().fit.penalised() - other.penalised;
            missed += lead > 1e-3;
            if (lead < 0) continue;
            EXPECT_LT(flag_angles(found.best().reading.unmixing, without.unmixing).maxCoeff(), 1) << seed;
        }
    EXPECT_GT(missed, 0); // otherwise the case shows nothing
}

} // namespace
} // namespace exahca

#include "exahca/numerics/pair_rules.hpp"

#include <array>
#include <boost/math/quadrature/gauss.hpp>

namespace exahca {
namespace {

template <unsigned points>
struct Rule
{
    // Boost keeps the nodes at and above 0; the rule is symmetric.
    Rule()
    {
        using Positive = boost::math::quadrature::gauss<double, points>; // nodes at and above 0
        std::size_t next = 0;
        for (std::size_t i = 0; i < Positive::abscissa().size(); ++i) {
            double const x = Positive::abscissa()[i], weight = Positive::weights()[i];
            abscissae[next] = x, weights[next++] = weight;
            if (x > 0) abscissae[next] = -x, weights[next++] = weight;
        }
    }

    [[nodiscard]] GaussRule rule() const { return {points, abscissae.data(), weights.data()}; }

    std::array<double, points> abscissae{}, weights{};
};

struct Rules
{
    Rule<10> coarsest;
    Rule<15> coarse;
    Rule<20> middle;
    Rule<25> fine;
    Rule<most_pair_nodes> finest;
    std::array<GaussRule, pair_rule_count> all{coarsest.rule(), coarse.rule(), middle.rule(), fine.rule(),
                                               finest.rule()};
};

} // namespace

// The rules point into `rules`, which lives as long as the program.
GaussRule const* pair_rules()
{
    static Rules const rules;
    return rules.all.data();
}

} // namespace exahca

// Two standard normal numbers of a known correlation, each below its bound, four pairs at a time. After
// lane_normal.inl, under its rules.
//
// The probability is Phi(h) Phi(k) and the integral of the density over correlations r from 0 to rho (R. L. Plackett,
// Biometrika 41 (1954), 351). With r = tanh t and z = exp 2t
//
//     2 pi phi_2 dr = sech t exp(-(h^2 + k^2)/4 - (h - k)^2 z/8 - (h + k)^2/(8 z)) dt,
//
// which Gauss-Legendre rules in t integrate. For rho > 0 nothing is subtracted.

// The largest |rho| for which each of pair_rules.hpp is good: there a sound probability has a relative error below
// 2e-11, most of which cancellation is where rho < 0 (measured against 300 nodes, at bounds from -9 to 20).
constexpr double pair_rule_reach[pair_rule_count] = {0.25, 0.55, 0.8, 0.9, 0.96};
constexpr double largest_pair_reach = pair_rule_reach[pair_rule_count - 1];

// Of one correlation for each lane; node i at i * stride.
struct PairNodes
{
    double *z, *inverses, *weights; // z, 1/z, and what the exponential counts
    std::size_t stride;
};

// The rule that is good for all four, but for those that none is good for.
EXAHCA_LANE_INLINE std::size_t pair_rule(Lanes rho)
{
    std::size_t rule = 0;
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
        double const size = rho[lane] < 0 ? -rho[lane] : rho[lane];
        if (!(size <= largest_pair_reach)) continue; // no rule is
        while (size > pair_rule_reach[rule]) ++rule;
    }
    return rule;
}

EXAHCA_LANE_INLINE void place_pair_nodes(Lanes rho, GaussRule const& rule, PairNodes const& to)
{
    double const per_circle = 0.15915494309189533577; // 1/(2 pi)
    Lanes const r = larger(smaller(rho, broadcast(largest_pair_reach)), broadcast(-largest_pair_reach));
    // t = (1/2) log((1 + r)/(1 - r)), so that nodes x in [-1, 1] stand at t = half (1 + x) and root = exp t.
    Lanes const half = 0.25 * logarithm((1.0 + r) / (1.0 - r)); // of t at rho
    for (std::size_t i = 0; i < rule.count; ++i) {
        Lanes const root = exponential_of_clipped(half * (1.0 + rule.abscissae[i]));
        Lanes const z = root * root;
        store(to.z + i * to.stride, z);
        store(to.inverses + i * to.stride, 1.0 / z);
        // sech t = 2 exp t/(1 + exp 2t), times dt = half dx and 1/(2 pi).
        store(to.weights + i * to.stride, (per_circle * 2 * rule.weights[i]) * half * root / (1.0 + z));
    }
}

// The four of them, picked from nodes of many correlations.
struct PickedNodes
{
    double const *z[lane_count], *inverses[lane_count], *weights[lane_count];
    std::size_t stride, count; // the largest of the four: beyond their own, weights of rules with fewer nodes are 0
};

EXAHCA_LANE_INLINE Lanes pick(double const* const (&from)[lane_count], std::size_t place)
{
    return Lanes{from[0][place], from[1][place], from[2][place], from[3][place]};
}

struct PairBelow
{
    Lanes log_probability;      // log P
    Lanes first, second, cross; // d log P/dh, d log P/dk, phi_2(h, k; rho)/P
    LaneBits sound;             // where these are not good, or not numbers, it is 0
};

// -d^2/2, d the distance of what is allowed from the means: P is below exp(-d^2/2), and not by much where rho >= 0.
// \param h_given_k, k_given_h  (h - rho k)/s and (k - rho h)/s, s^2 = 1 - rho^2
EXAHCA_LANE_INLINE Lanes pair_exponent(Lanes h, Lanes k, Lanes h_given_k, Lanes k_given_h)
{
    LaneBits const at_corner = (h_given_k <= broadcast(0)) & (k_given_h <= broadcast(0));
    return select(at_corner, -0.5 * (h * h + k_given_h * k_given_h), smaller(exponent_below(h), exponent_below(k)));
}

EXAHCA_LANE_INLINE Lanes exponential_down_to(Lanes x, double least)
{
    return exponential_of_clipped(larger(x, broadcast(least)));
}

EXAHCA_LANE_INLINE PairBelow pair_below(Lanes h, Lanes k, Lanes rho, PickedNodes const& nodes)
{
    double const peak = 0.39894228040143267794, per_circle = 0.15915494309189533577; // 1/sqrt(2 pi), 1/(2 pi)
    Lanes const per_s = 1.0 / square_root((1.0 - rho) * (1.0 + rho));
    Lanes const h_given_k = (h - rho * k) * per_s, k_given_h = (k - rho * h) * per_s;
    Lanes const apart = exponent_below(h) + exponent_below(k);
    // Of what is added: none of its exponents is above this.
    // All terms are taken relative to exp(exponent), so that the sum is of moderate size however small P is.
    Lanes const exponent = select(rho < broadcast(0), apart, pair_exponent(h, k, h_given_k, k_given_h));
    Lanes const product = normal_below(h).mass * normal_below(k).mass * exponential_down_to(apart - exponent, -690);

    // (h - k)^2/8 and (h + k)^2/8, the factors of z and 1/z; weights are negative for rho < 0, and the integral is
    // subtracted.
    Lanes const difference = (h - k) * (h - k) * 0.125, total = (h + k) * (h + k) * 0.125;
    Lanes const start = (h * h + k * k) * -0.25 - exponent;
    Lanes sum = broadcast(0);
    for (std::size_t i = 0; i < nodes.count; ++i) {
        std::size_t const place = i * nodes.stride;
        Lanes const z = pick(nodes.z, place), inverse = pick(nodes.inverses, place);
        Lanes const density = exponential_down_to(start - (difference * z + total * inverse), -690);
        sum += pick(nodes.weights, place) * density;
    }

    Lanes const mass = product + sum, per_mass = 1.0 / mass;
    PairBelow pair;
    pair.log_probability = exponent + logarithm(mass);
    // d log P/dh = phi(h) Phi((k - rho h)/s)/P, and the same for k. As in normal_below, what is smaller than exp(-80)
    // counts nowhere.
    auto const slope = [&](Lanes bound, Lanes other) __attribute__((always_inline))
    {
        Lanes const density = exponential_down_to(-0.5 * (bound * bound) + exponent_below(other) - exponent, -80);
        return peak * density * normal_below(other).mass * per_mass;
    };
    pair.first = slope(h, k_given_h);
    pair.second = slope(k, h_given_k);
    Lanes const corner = -0.5 * (h * h + k_given_h * k_given_h);
    pair.cross = per_circle * exponential_down_to(corner - exponent, -80) * per_s * per_mass;
    LaneBits const within = (smaller(h, k) >= broadcast(-9)) & (larger(h, k) < broadcast(1e8)) &
                            (absolute(rho) <= broadcast(largest_pair_reach));
    // For rho < 0 as many digits are lost as the probability is below the product.
    pair.sound = within & (mass > 1e-3 * product);
    return pair;
}

// The part of noise_kernels.inl for rows with two scores that are cut off.
//
// Their distances u_1 and u_2 from their bounds (noise_bound.inl) have the correlation rho_c = sign_1 sign_2 a_1 Sig_c
// a_2'/(s_1 s_2), given the row and the combination. With g_i the derivatives of log Phi_2(u_1, u_2; rho) and
//
//     H_ii = -u_i g_i - rho b,   H_12 = b,   b = phi_2(u_1, u_2; rho)/Phi_2
//
// its second derivatives over Phi_2, and k_i = sign_i Sig_c a_i'/s_i, what is known of both scores turns E[e] = m_c
// into m_c - sum_i g_i k_i and E[e e'] into Sig_c + m_c m_c' - sum_i g_i (k_i m_c' + m_c k_i') + sum_ij H_ij k_i k_j'.
// The scores themselves are two more linear functions of e and noise, with k_ji = Cov[x_j, x_i]/(sign_i s_i) in the
// place of k_i. So of a row the sums need r_c g_i (bound_i, 1, t) and r_c b, besides what they need of all rows.

// rho_c = sign_1 sign_2 a_1 Sig_c a_2'/(s_1 s_2) of four combinations, from the coefficients of both bounds. Nodes are
// those of the rule that serves all four.
EXAHCA_LANE_INLINE void prepare_pair_four(std::size_t m, std::size_t padded, NoiseKernelBound const* bounds,
                                          std::size_t c, NoiseKernelPair const& pair)
{
    double const *const first = bounds[0].coefficients + c, *const second = bounds[1].coefficients + c;
    Lanes rho = broadcast(0);
    for (std::size_t j = 0; j < m; ++j) rho -= load(first + (2 + j) * padded) * bounds[1].loadings[j];
    rho *= load(second);
    store(pair.correlations + c, rho);
    double* const nodes = pair.nodes + c;
    std::size_t const lines = most_pair_nodes * padded;
    GaussRule const& rule = pair.rules[pair_rule(rho)];
    pair.counts[c / lane_count] = rule.count;
    place_pair_nodes(rho, rule, {nodes, nodes + lines, nodes + 2 * lines, padded});
}

void prepare_pair(std::size_t factors, std::size_t padded, NoiseKernelBound const* bounds, NoiseKernelPair const& pair)
{
    std::size_t most = 0;
    for (std::size_t c = 0; c < padded; c += lane_count) {
        prepare_pair_four(factors, padded, bounds, c, pair);
        if (pair.counts[c / lane_count] > most) most = pair.counts[c / lane_count];
    }
    for (std::size_t c = 0; c < padded; c += lane_count) // four pairs together may be of several rules
        for (std::size_t i = pair.counts[c / lane_count]; i < most; ++i)
            for (std::size_t part = 0; part < 3; ++part)
                store(pair.nodes + (part * most_pair_nodes + i) * padded + c, broadcast(0));
}

// In two steps, because the line of the second bound does not stand next to (1, t): the parts of u_1 and u_2 that are
// linear in (1, t), then those of the bounds.
void reach_pair(NoiseKernelModel const& model, NoiseKernelBlock const& block)
{
    std::size_t const rows = padded_rows(block), stride = block.stride, m = model.factors;
    project(model, block, rows);
    weigh_combinations(model, block, rows);
    for (std::size_t row = 0; row < rows; row += lane_count) store(block.moments + row, broadcast(1));
    double *const firsts = block.slopes, *const seconds = firsts + model.padded * stride,
                  *const limits = seconds + model.padded * stride;
    for (std::size_t i = 0; i < 2; ++i)
        combine({model.bound[i].coefficients + model.padded, model.padded, 1, nullptr}, {block.moments, m + 1, stride},
                {i == 0 ? firsts : seconds, model.combinations, stride}, rows);
    for (std::size_t c = 0; c < model.combinations; ++c) {
        Lanes const rho = broadcast(model.pair->correlations[c]);
        Lanes const per_s = 1.0 / square_root((1.0 - rho) * (1.0 + rho));
        double const first_slope = model.bound[0].coefficients[c], second_slope = model.bound[1].coefficients[c];
        for (std::size_t row = 0; row < rows; row += lane_count) {
            std::size_t const place = c * stride + row;
            Lanes const h = load(firsts + place) + first_slope * load(block.moments - stride + row);
            Lanes const k = load(seconds + place) + second_slope * load(block.moments - 2 * stride + row);
            store(firsts + place, h);
            store(seconds + place, k);
            Lanes const exponent = pair_exponent(h, k, (h - rho * k) * per_s, (k - rho * h) * per_s);
            store(limits + place, load(block.weights + place) + exponent);
        }
    }
}

// Puts what was found of one pair in its place.
EXAHCA_LANE_INLINE void put_pair(NoiseKernelModel const& model, NoiseKernelBlock const& block, PairBelow const& pair,
                                 std::size_t lane, std::size_t place)
{
    std::size_t const lines = model.padded * block.stride;
    block.weights[place] += pair.log_probability[lane];
    block.slopes[place] = pair.first[lane];
    block.slopes[place + lines] = pair.second[lane];
    block.slopes[place + 2 * lines] = pair.cross[lane];
}

std::size_t truncate_pairs(NoiseKernelModel const& model, NoiseKernelBlock const& block, std::size_t* places,
                           std::size_t count)
{
    std::size_t const lines = model.padded * block.stride, node_lines = most_pair_nodes * model.padded;
    std::size_t left_out = 0;
    for (std::size_t from = 0; from < count; from += lane_count) {
        Lanes h, k, rho;
        PickedNodes nodes;
        nodes.stride = model.padded;
        nodes.count = 0;
        std::size_t mine[lane_count];
        for (std::size_t lane = 0; lane < lane_count; ++lane) {
            // The last four are filled up with the last pair, whose result is dropped.
            std::size_t const place = mine[lane] = places[from + lane < count ? from + lane : count - 1];
            std::size_t const c = place / block.stride, nodes_of_c = model.pair->counts[c / lane_count];
            h[lane] = block.slopes[place];
            k[lane] = block.slopes[place + lines];
            rho[lane] = model.pair->correlations[c];
            nodes.z[lane] = model.pair->nodes + c;
            nodes.inverses[lane] = nodes.z[lane] + node_lines;
            nodes.weights[lane] = nodes.inverses[lane] + node_lines;
            if (nodes_of_c > nodes.count) nodes.count = nodes_of_c;
        }
        PairBelow const pair = pair_below(h, k, rho, nodes);
        for (std::size_t lane = 0; lane < lane_count && from + lane < count; ++lane) {
            if (pair.sound[lane])
                put_pair(model, block, pair, lane, mine[lane]);
            else
                places[left_out++] = mine[lane]; // what stands there has been read
        }
    }
    return left_out;
}

// From here on as without bounds; then the derivatives are multiplied with the weights of their combinations, which is
// what the sums over rows need.
void weigh_pairs(NoiseKernelModel const& model, NoiseKernelBlock const& block)
{
    std::size_t const rows = padded_rows(block), stride = block.stride, lines = model.padded * stride;
    for (std::size_t row = 0; row < rows; row += lane_count) find_largest(model, block, row);
    for (std::size_t row = 0; row < rows; row += lane_count) exponentiate(model, block, row);
    for (std::size_t row = 0; row < rows; row += lane_count) sum_up(block, row);
    for (std::size_t c = 0; c < model.padded; ++c)
        for (std::size_t row = 0; row < rows; row += lane_count) {
            std::size_t const place = c * stride + row;
            Lanes const weight = load(block.weights + place);
            for (double* line = block.slopes + place; line < block.slopes + 3 * lines; line += lines)
                store(line, c < model.combinations ? weight * load(line) : broadcast(0));
        }
}

// Sums over rows of r_c g_i (1, t), then of r_c g_i (bound_i - mu_i), then of r_c b, in the order of
// NoiseKernelSums::slopes.
EXAHCA_LANE_INLINE void add_pair_sums(NoiseKernelModel const& model, NoiseKernelBlock const& block, std::size_t rows,
                                      double* sums)
{
    std::size_t const stride = block.stride, lines = model.padded * stride, m = model.factors;
    double* of_bounds = sums + 2 * model.padded * (m + 1) * lane_count;
    for (std::size_t i = 0; i < 2; ++i) {
        Lines const slopes{block.slopes + i * lines, model.padded, stride};
        multiply(slopes, {block.moments, m + 1, stride}, rows, sums + i * model.padded * (m + 1) * lane_count);
        multiply(slopes, {block.moments - (1 + i) * stride, 1, stride}, rows, of_bounds);
        of_bounds += model.padded * lane_count;
    }
    multiply({block.slopes + 2 * lines, model.padded, stride}, {block.moments, 1, stride}, rows, of_bounds);
}

// Sums over rows, with the probabilities, that belong to one of the two bounds of four combinations.
struct BoundSums
{
    Lanes slope, deviation;          // 1/s and s, with the sign
    Lanes lambda, bounds;            // of g and g u
    Lanes gain[max_kernel_factors];  // k
    Lanes moved[max_kernel_factors]; // of g m_c
    Lanes reached[2];                // of g a_1 m_c and g a_2 m_c
    Lanes shared[2];                 // Cov[x_1, x_i]/(sign s_i) and the same of x_2
};

EXAHCA_LANE_INLINE void sum_bound(NoiseKernelModel const& model, std::size_t c, std::size_t i, double const* sums,
                                  BoundSums& out)
{
    std::size_t const m = model.factors, padded = model.padded;
    auto const total = [&](double const* of, std::size_t count, std::size_t f) __attribute__((always_inline))
    {
        return lane_sums(of + (c * count + f) * lane_count, count * lane_count);
    };
    double const* const of_moments = sums + i * padded * (m + 1) * lane_count;
    double const* const of_bounds = sums + (2 * (m + 1) + i) * padded * lane_count;
    double const *const of_bound = model.bound[i].coefficients + c, *const coefficients = model.coefficients + c;
    out.slope = load(of_bound);
    out.deviation = 1.0 / out.slope;
    out.lambda = total(of_moments, m + 1, 0);
    // g u, u being linear in (bound - mu, 1, t).
    out.bounds = out.slope * total(of_bounds, 1, 0) + load(of_bound + padded) * out.lambda;
    Lanes moments[max_kernel_factors];
    for (std::size_t j = 0; j < m; ++j) {
        moments[j] = total(of_moments, m + 1, 1 + j);
        out.gain[j] = -load(of_bound + (2 + j) * padded);
        out.bounds -= out.gain[j] * moments[j];
    }
    for (std::size_t q = 0; q < 2; ++q) out.reached[q] = out.shared[q] = broadcast(0);
    for (std::size_t j = 0; j < m; ++j) {
        out.moved[j] = out.lambda * load(coefficients + (1 + j) * padded);
        for (std::size_t l = 0; l < m; ++l) {
            Lanes const sigma = load(coefficients + pair_place(m, j, l) * padded);
            out.moved[j] += (j == l ? sigma + sigma : sigma) * moments[l];
        }
        for (std::size_t q = 0; q < 2; ++q) {
            out.reached[q] += model.bound[q].loadings[j] * out.moved[j];
            out.shared[q] += model.bound[q].loadings[j] * out.gain[j];
        }
    }
    // Cov[x_i, x_i]/(sign s_i) holds the noise, too: it is sign s_i.
    out.shared[i] = out.deviation;
}

// H_ij of four combinations, summed.
struct PairCurvature
{
    Lanes first, cross, second;
};

// a' H b.
EXAHCA_LANE_INLINE Lanes curve(PairCurvature const& h, Lanes const (&a)[2], Lanes const (&b)[2])
{
    return a[0] * (h.first * b[0] + h.cross * b[1]) + a[1] * (h.cross * b[0] + h.second * b[1]);
}

// Of the score that is cut off at bound q, before the moments of e are changed.
EXAHCA_LANE_INLINE void finish_score_of_pair(NoiseKernelModel const& model, BoundSums const (&of)[2],
                                             PairCurvature const& curvature, std::size_t q, double const* moments,
                                             double* out)
{
    std::size_t const m = model.factors, padded = model.padded;
    double const* const loadings = model.bound[q].loadings;
    Lanes const shared[2] = {of[0].shared[q], of[1].shared[q]};
    Lanes first = -(shared[0] * of[0].lambda + shared[1] * of[1].lambda);
    Lanes second = model.bound[q].noise * load(moments) -
                   2.0 * (shared[0] * of[0].reached[q] + shared[1] * of[1].reached[q]) +
                   curve(curvature, shared, shared);
    for (std::size_t j = 0; j < m; ++j) {
        Lanes reach = broadcast(0); // (Sig_c + m_c m_c') a_q'
        for (std::size_t l = 0; l < m; ++l) reach += loadings[l] * load(moments + pair_place(m, j, l) * padded);
        first += loadings[j] * load(moments + (1 + j) * padded);
        second += loadings[j] * reach;
        Lanes const gain[2] = {of[0].gain[j], of[1].gain[j]};
        Lanes product = reach + curve(curvature, shared, gain);
        for (std::size_t i = 0; i < 2; ++i) product -= shared[i] * of[i].moved[j] + of[i].gain[j] * of[i].reached[q];
        store(out + (2 + j) * padded, product);
    }
    store(out, first);
    store(out + padded, second);
}

EXAHCA_LANE_INLINE void finish_pair_four(NoiseKernelModel const& model, std::size_t c, double const* sums,
                                         double* moments, double* out)
{
    std::size_t const m = model.factors, padded = model.padded;
    // From here on everything is a sum over rows with the probabilities r_c: E[e], E[e e'], and of each score E[w],
    // E[w^2], E[w e'].
    BoundSums of[2];
    for (std::size_t i = 0; i < 2; ++i) sum_bound(model, c, i, sums, of[i]);
    double const* const crosses = sums + 2 * (m + 2) * padded * lane_count;
    PairCurvature h;
    h.cross = lane_sums(crosses + c * lane_count, lane_count);
    Lanes const along = load(model.pair->correlations + c) * h.cross;
    h.first = -of[0].bounds - along;
    h.second = -of[1].bounds - along;
    for (std::size_t q = 0; q < 2; ++q) finish_score_of_pair(model, of, h, q, moments, out + q * (m + 2) * padded);
    for (std::size_t j = 0; j < m; ++j) {
        Lanes mean = load(moments + (1 + j) * padded);
        for (auto const& bound : of) mean -= bound.lambda * bound.gain[j];
        store(moments + (1 + j) * padded, mean);
        Lanes const gain[2] = {of[0].gain[j], of[1].gain[j]};
        for (std::size_t l = 0; l <= j; ++l) {
            double* const place = moments + pair_place(m, j, l) * padded;
            Lanes const other[2] = {of[0].gain[l], of[1].gain[l]};
            Lanes pair = load(place) + curve(h, gain, other);
            for (auto const& bound : of) pair -= bound.moved[j] * bound.gain[l] + bound.gain[j] * bound.moved[l];
            store(place, pair);
        }
    }
}

void finish_pair(NoiseKernelModel const& model, double const* sums, double* moments, double* bound_moments)
{
    for (std::size_t c = 0; c < model.padded; c += lane_count)
        finish_pair_four(model, c, sums, moments + c, bound_moments + c);
}

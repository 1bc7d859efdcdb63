// The part of noise_kernels.inl for rows with one score that is cut off.
//
// Given the row and the combination c, this score is normal with mean mu_q + a_q m_c and variance s_c^2 = psi_q + a_q
// Sig_c a_q'. The bound lies u = sign (bound - mu_q - a_q m_c) / s_c of these standard deviations above the mean, a
// linear function of the bound and t. With lambda = phi(u)/Phi(u) and k_c = sign Sig_c a_q' / s_c, what is known of the
// score turns E[e] = m_c into m_c - lambda k_c and Cov[e] = Sig_c into Sig_c - lambda (lambda + u) k_c k_c'. So of a
// row the sums need r_c lambda (bound - mu_q, 1, t), besides what they need of all rows.

// Coefficients of u for (bound - mu_q, 1, t): sign/s_c, -sign a_q b_c/s_c and -sign Sig_c a_q'/s_c, as m_c = b_c +
// Sig_c t. The variance s_c^2 is at least psi_q, so that pads get finite numbers, too.
EXAHCA_LANE_INLINE void prepare_bound_four(std::size_t m, std::size_t padded, double const* coefficients,
                                           NoiseKernelBound const& bound, double* out)
{
    Lanes reach[max_kernel_factors]; // Sig a_q'
    Lanes variance = broadcast(bound.noise), expected = broadcast(0);
    for (std::size_t j = 0; j < m; ++j) {
        reach[j] = broadcast(0);
        for (std::size_t l = 0; l < m; ++l) {
            Lanes const sigma = load(coefficients + pair_place(m, j, l) * padded);
            reach[j] += (j == l ? sigma + sigma : sigma) * bound.loadings[l];
        }
        variance += bound.loadings[j] * reach[j];
        expected += bound.loadings[j] * load(coefficients + (1 + j) * padded);
    }
    Lanes const slope = bound.sign / square_root(variance);
    store(out, slope);
    store(out + padded, -slope * expected);
    for (std::size_t j = 0; j < m; ++j) store(out + (2 + j) * padded, -slope * reach[j]);
}

void prepare_bound(std::size_t factors, std::size_t padded, double const* coefficients, NoiseKernelBound const& bound)
{
    for (std::size_t c = 0; c < padded; c += lane_count)
        prepare_bound_four(factors, padded, coefficients + c, bound, bound.coefficients + c);
}

// u of all combinations into the lines of slopes; the exponent of Phi(u) is added to lw_c.
EXAHCA_LANE_INLINE void reach_bounds(NoiseKernelModel const& model, NoiseKernelBlock const& block, std::size_t rows)
{
    std::size_t const stride = block.stride;
    for (std::size_t row = 0; row < rows; row += lane_count) store(block.moments + row, broadcast(1));
    combine({model.bound->coefficients, model.padded, 1, nullptr}, {block.moments - stride, model.factors + 2, stride},
            {block.slopes, model.combinations, stride}, rows);
    for (std::size_t c = 0; c < model.combinations; ++c)
        for (std::size_t row = 0; row < rows; row += lane_count) {
            double* const weight = block.weights + c * stride + row;
            store(weight, load(weight) + exponent_below(load(block.slopes + c * stride + row)));
        }
}

// The other factor of Phi(u) goes to the weights, and what takes its place in phi(u) to the slopes. exp(-600), because
// products of the two have to remain normal numbers.
EXAHCA_LANE_INLINE void exponentiate_bounded(NoiseKernelModel const& model, NoiseKernelBlock const& block,
                                             std::size_t row)
{
    Lanes const largest = load(block.sources + row);
    Lanes sum = broadcast(0);
    for (std::size_t c = 0; c < model.combinations; ++c) {
        double* const weight = block.weights + c * block.stride + row;
        double* const slope = block.slopes + c * block.stride + row;
        Lanes const e = exponential_of_clipped(larger(load(weight) - largest, broadcast(-600.0)));
        NormalBelow const below = normal_below(load(slope));
        Lanes const mass = e * below.mass;
        sum += mass;
        store(weight, mass);
        store(slope, e * below.density);
    }
    for (std::size_t c = model.combinations; c < model.padded; ++c) {
        store(block.weights + c * block.stride + row, broadcast(0));
        store(block.slopes + c * block.stride + row, broadcast(0));
    }
    store(block.totals + row, sum);
}

// Adds -sum_c r_c lambda k_c, but for the sum of weights, to what E[e] is made of.
EXAHCA_LANE_INLINE void move_sources(NoiseKernelModel const& model, NoiseKernelBlock const& block,
                                     NoiseKernelBound const& bound, double* slopes, std::size_t rows)
{
    std::size_t const m = model.factors, stride = block.stride;
    double* const moves = block.sources + (moment_count(m) - 1) * stride;
    combine({bound.coefficients + 2 * model.padded, 1, model.padded, nullptr}, {slopes, model.combinations, stride},
            {moves, m, stride}, rows);
    for (std::size_t j = 0; j < m; ++j)
        for (std::size_t row = 0; row < rows; row += lane_count) {
            double* const place = block.sources + j * stride + row;
            store(place, load(place) + load(moves + j * stride + row));
        }
}

// From sums of m_c and Sig_c + m_c m_c' and of lambda (bound - mu_q, 1, t), all with the probabilities, those of e, e
// e', w, w^2 and w e', w = x_q - mu_q.
EXAHCA_LANE_INLINE void finish_bound_four(std::size_t m, std::size_t padded, double const* coefficients,
                                          NoiseKernelBound const& bound, double const* of_bound, double* moments,
                                          double* out)
{
    Lanes const slope = load(of_bound);
    Lanes const deviation = 1.0 / slope; // s_c with its sign
    Lanes const lambda = load(out + padded);
    // Sums of lambda u, lambda m_c, lambda a_q m_c.
    Lanes bounds = slope * load(out) + load(of_bound + padded) * lambda, reached = broadcast(0);
    Lanes gain[max_kernel_factors], moved[max_kernel_factors], reach[max_kernel_factors];
    for (std::size_t j = 0; j < m; ++j) {
        gain[j] = -load(of_bound + (2 + j) * padded);
        bounds -= gain[j] * load(out + (2 + j) * padded);
        moved[j] = lambda * load(coefficients + (1 + j) * padded);
        reach[j] = broadcast(0); // (Sig_c + m_c m_c') a_q'
        for (std::size_t l = 0; l < m; ++l) {
            Lanes const sigma = load(coefficients + pair_place(m, j, l) * padded);
            moved[j] += (j == l ? sigma + sigma : sigma) * load(out + (2 + l) * padded);
            reach[j] += bound.loadings[l] * load(moments + pair_place(m, j, l) * padded);
        }
        reached += bound.loadings[j] * moved[j];
    }
    // With w = a_q m_c + s_c z and z a normal number below u, E z = -lambda and E z^2 = 1 - lambda u: E[w] = a_q m_c -
    // s_c lambda, E[w^2] = psi_q + a_q (Sig_c + m_c m_c') a_q' - 2 s_c lambda a_q m_c - s_c^2 lambda u, and what e has
    // of z is k_c z.
    Lanes first = -deviation * lambda;
    Lanes second = bound.noise * load(moments) - deviation * (reached + reached) - (deviation * deviation) * bounds;
    for (std::size_t j = 0; j < m; ++j) {
        Lanes const mean = load(moments + (1 + j) * padded);
        first += bound.loadings[j] * mean;
        second += bound.loadings[j] * reach[j];
        store(out + (2 + j) * padded, reach[j] - deviation * moved[j] - gain[j] * (reached + deviation * bounds));
        store(moments + (1 + j) * padded, mean - lambda * gain[j]);
        for (std::size_t l = 0; l <= j; ++l) {
            double* const pair = moments + pair_place(m, j, l) * padded;
            store(pair, load(pair) - (moved[j] * gain[l] + gain[j] * moved[l]) - bounds * (gain[j] * gain[l]));
        }
    }
    store(out, first);
    store(out + padded, second);
}

// In place: bound_moments first holds the sums of lambda (bound - mu_q, 1, t), and then what they become.
void finish_bound(NoiseKernelModel const& model, double const* sums, double* moments, double* bound_moments)
{
    std::size_t const padded = model.padded;
    sum_lanes(sums, padded, model.factors + 2, bound_moments);
    for (std::size_t c = 0; c < padded; c += lane_count)
        finish_bound_four(model.factors, padded, model.coefficients + c, *model.bound, model.bound->coefficients + c,
                          moments + c, bound_moments + c);
}

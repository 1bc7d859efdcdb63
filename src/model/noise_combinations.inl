// The part of noise_kernels.inl that runs over combinations of components, four at a time.

using SourceLanes = Lanes[max_kernel_factors][max_kernel_factors]; // lower triangle

// Turns a symmetric matrix that is at least the identity into minus its inverse, one sweep per row (J. H. Goodnight,
// Amer. Statist. 33 (1979), 149); log determinant.
EXAHCA_LANE_INLINE Lanes invert(std::size_t m, SourceLanes& w)
{
    Lanes log_determinant = broadcast(0);
    for (std::size_t k = 0; k < m; ++k) {
        log_determinant += logarithm(w[k][k]);
        Lanes const scale = 1.0 / w[k][k];
        Lanes column[max_kernel_factors];
        for (std::size_t i = 0; i < m; ++i) column[i] = i < k ? w[k][i] : w[i][k];
        for (std::size_t i = 0; i < m; ++i) {
            if (i == k) continue;
            // Sweep of the pivot: w_il -= w_ik w_kl / w_kk, w_ik becomes w_ik / w_kk. Pivots are at least 1, so none
            // has to be looked for.
            Lanes const scaled = column[i] * scale;
            for (std::size_t l = 0; l <= i; ++l)
                if (l != k) w[i][l] -= scaled * column[l];
            (i < k ? w[k][i] : w[i][k]) = scaled;
        }
        w[k][k] = -scale;
    }
    return log_determinant;
}

// With s = P a: lw_c = log w - (1/2) log|I + V^(1/2) P V^(1/2)| - (1/2) s'b + b't + (1/2) t' Sig t, b = a - Sig s.
EXAHCA_LANE_INLINE void prepare_four(std::size_t m, std::size_t padded, double const* precision,
                                     double const* log_weights, double const* means, double const* deviations,
                                     double* coefficients)
{
    SourceLanes w;
    Lanes scale[max_kernel_factors], shift[max_kernel_factors];
    for (std::size_t j = 0; j < m; ++j) {
        scale[j] = load(deviations + j * padded);
        shift[j] = broadcast(0);
        for (std::size_t l = 0; l < m; ++l) shift[j] += precision[j * m + l] * load(means + l * padded);
        for (std::size_t l = 0; l <= j; ++l) w[j][l] = scale[j] * precision[j * m + l] * scale[l];
        w[j][j] += 1.0;
    }
    Lanes const log_determinant = invert(m, w);
    for (std::size_t j = 0; j < m; ++j)
        for (std::size_t l = 0; l <= j; ++l) w[j][l] = -(scale[j] * w[j][l] * scale[l]); // Sig
    Lanes product = broadcast(0);
    for (std::size_t j = 0; j < m; ++j) {
        Lanes b = load(means + j * padded);
        for (std::size_t l = 0; l < m; ++l) b -= (l <= j ? w[j][l] : w[l][j]) * shift[l];
        product += shift[j] * b;
        store(coefficients + (1 + j) * padded, b);
        for (std::size_t l = 0; l <= j; ++l)
            store(coefficients + pair_place(m, j, l) * padded, l == j ? 0.5 * w[j][l] : w[j][l]);
    }
    store(coefficients, load(log_weights) - 0.5 * log_determinant - 0.5 * product);
}

// m_c = b + Sig t, summed with the probabilities: sums of m_c and of Sig + m_c m_c', in place of those of 1, t and t
// t'. The latter is N Sig + sum(m_c) b' + b sum(Sig t)' + Sig sum(t t') Sig.
EXAHCA_LANE_INLINE void finish_four(std::size_t m, std::size_t padded, double const* coefficients, double* moments)
{
    Lanes b[max_kernel_factors], moved[max_kernel_factors], first[max_kernel_factors];
    Lanes sigma[max_kernel_factors][max_kernel_factors], half[max_kernel_factors][max_kernel_factors];
    Lanes const count = load(moments);
    for (std::size_t j = 0; j < m; ++j)
        for (std::size_t l = 0; l < m; ++l) {
            Lanes const value = load(coefficients + pair_place(m, j, l) * padded);
            sigma[j][l] = j == l ? value + value : value;
        }
    for (std::size_t j = 0; j < m; ++j) {
        b[j] = load(coefficients + (1 + j) * padded);
        moved[j] = broadcast(0); // sum of Sig t
        for (std::size_t l = 0; l < m; ++l) moved[j] += sigma[j][l] * load(moments + (1 + l) * padded);
        first[j] = count * b[j] + moved[j];
        for (std::size_t l = 0; l < m; ++l) { // Sig sum of t t'
            half[j][l] = broadcast(0);
            for (std::size_t k = 0; k < m; ++k)
                half[j][l] += sigma[j][k] * load(moments + pair_place(m, k, l) * padded);
        }
    }
    for (std::size_t j = 0; j < m; ++j) {
        store(moments + (1 + j) * padded, first[j]);
        for (std::size_t l = 0; l <= j; ++l) {
            Lanes second = count * sigma[j][l] + (first[j] * b[l] + b[j] * moved[l]);
            for (std::size_t k = 0; k < m; ++k) second += half[j][k] * sigma[k][l];
            store(moments + pair_place(m, j, l) * padded, second);
        }
    }
}

// Calls action(m) with a constant for the usual numbers of factors, so that the loops over factors unroll.
template <class Action>
EXAHCA_LANE_INLINE void with_factors(std::size_t m, Action action)
{
    switch (m) {
    case 1:
        return action(std::size_t{1});
    case 2:
        return action(std::size_t{2});
    case 3:
        return action(std::size_t{3});
    case 4:
        return action(std::size_t{4});
    default:
        return action(m);
    }
}

void prepare(std::size_t factors, std::size_t padded, double const* precision, double const* log_weights,
             double const* means, double const* deviations, double* coefficients)
{
    with_factors(
        factors, [=](std::size_t m) __attribute__((always_inline)) {
            for (std::size_t c = 0; c < padded; c += lane_count)
                prepare_four(m, padded, precision, log_weights + c, means + c, deviations + c, coefficients + c);
        });
}

void finish(NoiseKernelModel const& model, double const* sums, double* moments)
{
    std::size_t const padded = model.padded;
    sum_lanes(sums, padded, moment_count(model.factors), moments);
    with_factors(
        model.factors, [=](std::size_t m) __attribute__((always_inline)) {
            for (std::size_t c = 0; c < padded; c += lane_count)
                finish_four(m, padded, model.coefficients + c, moments + c);
        });
}

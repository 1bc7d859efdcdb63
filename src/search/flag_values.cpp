#include "search/flag_values.hpp"

#include "exahca/core/check.hpp"
#include "exahca/numerics/principal_angles.hpp"

#include <algorithm>
#include <limits>

namespace exahca {
namespace {

constexpr auto most = static_cast<std::size_t>(most_flag_levels);
using Square = std::array<std::array<double, most>, most>;

// Loss of one row at one level from its row of C: 1 - J_a^2 / |J|^2, summed without cancellation; 1 where J is 0.
double loss_of(std::array<double, most> const& entries, std::size_t levels, std::size_t own)
{
    double others = 0;
    for (std::size_t j = 0; j < levels; ++j)
        if (j != own) others += entries[j] * entries[j];
    double const total = others + entries[own] * entries[own];
    return total > 0 ? others / total : 1;
}

// Rows of least total loss, by levels, ties to the row found first: dynamic programming over the sets of rows that
// stand at the first levels. \return the least total
double assign(Square const& loss, std::size_t levels, std::uint8_t* rows)
{
    std::array<double, 1U << most> least;
    std::array<std::uint8_t, 1U << most> last;
    std::size_t const sets = std::size_t{1} << levels;
    std::fill_n(least.begin(), sets, std::numeric_limits<double>::infinity());
    least[0] = 0;
    for (std::size_t set = 0; set + 1 < sets; ++set) {
        auto const level = static_cast<std::size_t>(__builtin_popcountll(set));
        for (std::size_t a = 0; a < levels; ++a) {
            std::size_t const with = set | std::size_t{1} << a;
            double const total = least[set] + loss[a][level];
            if (with == set || total >= least[with]) continue;
            least[with] = total;
            last[with] = static_cast<std::uint8_t>(a);
        }
    }
    for (std::size_t set = sets - 1; set != 0; set &= ~(std::size_t{1} << last[set]))
        rows[__builtin_popcountll(set) - 1] = last[set];
    return least[sets - 1];
}

} // namespace

struct FlagValues::Projections
{
    Square along;     // row a on column l of the frame
    Square projected; // column j of the pseudo-inverse on column l

    // Row of C of row a at level l.
    void entries(std::size_t a, std::size_t level, std::size_t levels, std::array<double, most>& result) const
    {
        for (std::size_t j = 0; j < levels; ++j) {
            double sum = 0;
            for (std::size_t l = levels; l-- > level;) sum += along[a][l] * projected[j][l];
            result[j] = sum;
        }
    }
};

FlagValues::FlagValues(OrderProblem const& problem) : problem_(&problem), levels_(problem.factors())
{
    EXAHCA_EXPECT(problem.dimension() == problem.factors() && problem.factors() <= most_flag_levels);
}

FlagValues::Projections FlagValues::project(Matrix const& frame, int domain) const
{
    auto const m = static_cast<std::size_t>(levels_);
    Projections result;
    for (std::size_t l = 0; l < m; ++l) {
        double const* const column = frame.data() + l * m;
        for (std::size_t a = 0; a < m; ++a) {
            double const* const row = problem_->row(domain, static_cast<int>(a));
            double const* const inverse = problem_->inverse_column(domain, static_cast<int>(a));
            double along = 0, projected = 0;
            for (std::size_t t = 0; t < m; ++t) {
                along += row[t] * column[t];
                projected += inverse[t] * column[t];
            }
            result.along[a][l] = along;
            result.projected[a][l] = projected;
        }
    }
    return result;
}

DomainLosses FlagValues::at(Matrix const& frame) const
{
    auto const m = static_cast<std::size_t>(levels_);
    auto const domains = static_cast<std::size_t>(problem_->domains());
    DomainLosses result{std::vector<double>(domains), std::vector<std::uint8_t>(domains * m)};
    for (std::size_t k = 0; k < domains; ++k) {
        auto const projections = project(frame, static_cast<int>(k));
        Square loss;
        std::array<double, most> entries;
        for (std::size_t a = 0; a < m; ++a) {
            loss[a][0] = 0; // the whole space reproduces every row
            for (std::size_t level = 1; level < m; ++level) {
                projections.entries(a, level, m, entries);
                loss[a][level] = loss_of(entries, m, a);
            }
        }
        result.inexactness[k] = assign(loss, m, result.rows.data() + k * m) / levels_;
    }
    return result;
}

double FlagValues::value_of(std::span<double const> inexactness) const
{
    double result = 0;
    for (std::size_t k = 0; k < inexactness.size(); ++k)
        result = problem_->objective() == Objective::mic ? std::max(result, inexactness[k])
                                                         : result + problem_->shares()[k] * inexactness[k];
    return result;
}

double FlagValues::value(Matrix const& frame) const { return value_of(at(frame).inexactness); }

// Derivative of 1 - J_a^2 / |J|^2 through J = U' P_i r_a with P_i alone moving: d loss = 2 (J_a / |J|^2) ((J_a / |J|^2)
// J . dJ - dJ_a).
void FlagValues::differentiate(Matrix const& frame, std::span<std::uint8_t const> rows, Vector& inexactness,
                               Matrix& gradients) const
{
    auto const m = static_cast<std::size_t>(levels_);
    inexactness.setZero(problem_->domains());
    gradients.setZero(coordinates(), problem_->domains());
    std::array<double, most> entries, change;
    for (int k = 0; k < problem_->domains(); ++k) {
        auto const projections = project(frame, k);
        for (std::size_t level = 1; level < m; ++level) {
            std::size_t const a = rows[static_cast<std::size_t>(k) * m + level];
            projections.entries(a, level, m, entries);
            double total = 0;
            for (std::size_t j = 0; j < m; ++j) total += entries[j] * entries[j];
            inexactness[k] += loss_of(entries, m, a) / levels_;
            if (!(total > 0)) continue;
            // Turning column p towards q moves the projector of the levels between them, by -(h_p h_q' + h_q h_p').
            Index coordinate = 0;
            for (std::size_t p = 0; p < m; ++p)
                for (std::size_t q = p + 1; q < m; ++q, ++coordinate) {
                    if (p >= level || q < level) continue;
                    double along = 0;
                    for (std::size_t j = 0; j < m; ++j) {
                        change[j] = -(projections.along[a][q] * projections.projected[j][p] +
                                      projections.along[a][p] * projections.projected[j][q]);
                        along += entries[j] * change[j];
                    }
                    double const share = entries[a] / total; // loss = 1 - J_a^2 / |J|^2
                    gradients(coordinate, k) += 2 * share * (share * along - change[a]) / levels_;
                }
        }
    }
}

Matrix FlagValues::moved(Matrix const& frame, Vector const& rotations) const
{
    Matrix skew = Matrix::Zero(levels_, levels_);
    Index coordinate = 0;
    for (int p = 0; p < levels_; ++p)
        for (int q = p + 1; q < levels_; ++q, ++coordinate) {
            skew(q, p) = rotations[coordinate];
            skew(p, q) = -rotations[coordinate];
        }
    // exp S to second order, orthogonal up to fourth order only; the rows are made orthonormal from the last level on,
    // which leaves the flag of the last levels in place.
    Matrix const step = frame + frame * skew + frame * skew * skew / 2;
    return orthonormal_rows_from_last(step.transpose()).transpose();
}

} // namespace exahca

#include "noise_anchors.hpp"

#include "exahca/model/flag.hpp"
#include "noise_turns.hpp"

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <vector>

namespace exahca {
namespace {

constexpr double nothing = 1e-9; ///< of a row of orthonormal loadings

/// Whether all that anchors set to 0 is 0.
bool keeps(NoiseParameters const& parameters, std::span<Anchor const> anchors)
{
    for (Anchor const& anchor : anchors) {
        auto const row = parameters.loadings.row(anchor.benchmark);
        if (!(row.head(parameters.factors() - anchor.levels).norm() <= nothing * row.norm())) return false;
    }
    return true;
}

/// What the columns of `taken` leave of a vector.
Vector left_of(Vector const& vector, Matrix const& taken) { return vector - taken * (taken.transpose() * vector); }

/// Orthonormal columns that hold what is left of the rows of benchmarks tied to the first `levels` factors: the leading
/// directions, as many as levels, where they have more.
Matrix anchored_directions(Matrix const& basis, std::span<Anchor const> anchors, Index levels, Matrix const& taken)
{
    std::vector<Vector> rests;
    for (Anchor const& anchor : anchors)
        if (anchor.levels <= levels) rests.push_back(left_of(basis.row(anchor.benchmark).transpose(), taken));
    if (rests.empty()) return Matrix(basis.cols(), 0);
    Matrix all(basis.cols(), std::ssize(rests));
    for (Index i = 0; i < all.cols(); ++i) all.col(i) = rests[static_cast<std::size_t>(i)];
    // Leading left singular vectors: where benchmarks are tied to more directions than there are levels, those that
    // hold most of them.
    Eigen::JacobiSVD<Matrix> const decomposition(all, Eigen::ComputeThinU);
    Index const rank = (decomposition.singularValues().array() > nothing).count();
    return decomposition.matrixU().leftCols(std::min(rank, levels));
}

/// What is left of the level's own direction or, where that is nearly nothing, of the nearest earlier level's.
Vector own_rest(Index column, Matrix const& taken)
{
    constexpr double enough = 0.3;
    Index const factors = taken.rows();
    Vector best = Vector::Zero(factors);
    // Unit vectors are the levels' own directions in the basis; the next columns belong to earlier factors.
    for (Index shift = 0; shift < factors; ++shift) {
        Vector const rest = left_of(Vector::Unit(factors, (column + shift) % factors), taken);
        if (rest.norm() > enough) return rest.normalized();
        if (rest.norm() > best.norm()) best = rest;
    }
    return best.normalized();
}

} // namespace

Matrix rotation_to_anchors(Matrix const& basis, std::span<Anchor const> anchors)
{
    Index const factors = basis.cols();
    Matrix rotation(factors, factors);
    for (Index column = 0; column < factors; ++column) { // the last factor of the order first
        Matrix const taken = rotation.leftCols(column);
        // Column c is the factor m - c of the causal order, which must not move benchmarks tied to the first m - 1 - c
        // factors or fewer.
        Matrix const held = anchored_directions(basis, anchors, factors - 1 - column, taken);
        Matrix all(factors, column + held.cols());
        all << taken, held;
        rotation.col(column) = own_rest(column, all);
    }
    return rotation;
}

NoiseData without_anchors(NoiseData data)
{
    data.anchors.clear();
    return data;
}

AnchorTest test_anchors(NoiseData const& data, std::span<std::string const> names, JointOptions const& options,
                        NoiseOptimum const& answer)
{
    NoiseData const free = without_anchors(data);
    JointOptions one = options;
    one.anchors.clear();
    one.searches = 1;
    one.search_index = 0;
    one.activity = nullptr;
    // One search of the data without anchors, and the answer itself let go: the latter alone would never leave its
    // neighbourhood, the former alone could miss it.
    auto best = std::move(search_noise_aware(free, names, one).optima.at(0));
    auto near = try_noise_fit(free, answer.fit.parameters);
    if (near && near->fit.penalised() > best.fit.penalised()) best = std::move(*near);
    AnchorTest test;
    test.restrictions = restrictions_of(data.anchors, options.factors);
    test.free_log_likelihood = best.fit.log_likelihood - data.log_volume;
    test.difference = std::max(0.0, best.fit.penalised() - answer.fit.penalised());
    test.free = best.fit.parameters;
    test.angles = flag_angles(shown_flag(free, best.fit), shown_flag(data, answer.fit));
    return test;
}

std::optional<NoiseParameters> anchored_start(NoiseData const& data, NoiseParameters const& parameters)
{
    if (keeps(parameters, data.anchors)) return parameters;
    Index const factors = parameters.factors();
    // Orthonormal loadings by levels, as `turned` takes them.
    Matrix const basis = Matrix(parameters.loadings.householderQr().householderQ()).leftCols(factors);
    auto start = domains_at_turn(data, parameters, rotation_to_anchors(basis, data.anchors));
    if (start) keep_anchors(*start, data.anchors);
    return start;
}

} // namespace exahca

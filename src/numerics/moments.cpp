#include "exahca/numerics/moments.hpp"

#include "exahca/core/check.hpp"

namespace exahca {

Moments moments_of(Matrix const& rows)
{
    EXAHCA_EXPECT(rows.rows() >= 1);
    Moments moments{rows.rows(), rows.colwise().mean().transpose(), {}};
    // A second pass about the mean: sums of squares of the raw scores would cancel where these are far from 0.
    Matrix const centred = rows.rowwise() - moments.mean.transpose();
    auto const d = rows.cols();
    moments.covariance.resize(d, d);
    auto const scale = 1 / static_cast<double>(rows.rows());
    // Each entry is one dot product and is stored twice: exactly symmetric.
    for (Index j = 0; j < d; ++j)
        for (Index i = j; i < d; ++i)
            moments.covariance(i, j) = moments.covariance(j, i) = scale * centred.col(i).dot(centred.col(j));
    return moments;
}

Moments pool(std::span<Moments const> groups)
{
    EXAHCA_EXPECT(!groups.empty());
    auto const d = groups.front().mean.size();
    Moments pooled{0, Vector::Zero(d), Matrix::Zero(d, d)};
    for (auto const& group : groups) {
        EXAHCA_EXPECT(group.mean.size() == d);
        pooled.count += group.count;
        pooled.mean += static_cast<double>(group.count) * group.mean;
    }
    auto const total = static_cast<double>(pooled.count);
    pooled.mean /= total;
    for (auto const& group : groups) {
        // Variance within the group plus that of its mean about the common one.
        Vector const shift = group.mean - pooled.mean;
        pooled.covariance +=
            (static_cast<double>(group.count) / total) * (group.covariance + shift * shift.transpose());
    }
    return pooled;
}

} // namespace exahca

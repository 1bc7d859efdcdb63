#pragma once

#include "exahca/model/noise_fit.hpp"

namespace exahca::detail {

/// Where the parameters of a noise-aware fit stand in a vector: those of all domains (G by columns where it is free,
/// log psi), and for each domain its own (R_k by columns, mu_k, log s_k, shapes by columns).
class NoiseLayout
{
public:
    /// \param anchors  the entries of G that they set to 0 have no place
    NoiseLayout(NoiseParameters const& parameters, SourcePattern pattern, SubspaceFit loadings = SubspaceFit::free,
                std::span<Anchor const> anchors = {});

    [[nodiscard]] Index shared() const { return loadings_ + benchmarks_; }
    [[nodiscard]] Index own() const { return mixing_ + benchmarks_ + 1 + shapes_; }
    [[nodiscard]] SourcePattern pattern() const { return pattern_; }

    void put_shared(NoiseParameters const& from, Eigen::Ref<Vector> to) const;
    void put_own(NoiseParameters const& from, std::size_t k, Eigen::Ref<Vector> to) const;
    void take_shared(Eigen::Ref<Vector const> from, NoiseParameters& to) const;
    void take_own(Eigen::Ref<Vector const> from, std::size_t k, NoiseParameters& to) const;
    /// How many of a domain's own parameters are shapes; they come last.
    [[nodiscard]] Index shapes() const { return shapes_; }

private:
    SourcePattern pattern_;
    // Numbers of entries: of G (0 where it is fixed), of one R_k, of one domain's shapes.
    Index benchmarks_, factors_, loadings_, mixing_, shapes_;
    std::vector<Index> free_; ///< where the loadings that have a place stand in G, by columns; of anchored ones alone
};

/// Scores of single rows: derivatives of their log likelihood, one column for each row of domain k.
struct RowScores
{
    Matrix shared; ///< NoiseLayout::shared() x n_k
    Matrix own;    ///< NoiseLayout::own() x n_k
};
[[nodiscard]] RowScores row_scores(PatternedScores const& domain, std::size_t k, NoiseParameters const& parameters,
                                   NoiseLayout const& layout);

/// Coordinates of one domain's own parameters, all else held, in which the empirical information at a point is about
/// the identity: point = L' parameters with L L' the information.
class DomainPacking
{
public:
    /// \param domain  the only one that `at` is about
    DomainPacking(PatternedScores const& domain, NoiseParameters const& at);

    [[nodiscard]] Vector pack(NoiseParameters const& parameters) const;
    void unpack(Vector const& point, NoiseParameters& parameters) const;
    void pack_gradient(NoiseParameters const& gradient, Vector& by_point) const;

private:
    NoiseLayout layout_;
    Matrix lower_; ///< L
};

/// Coordinates in which the empirical information at a point is about the identity: point = L' parameters with L L' the
/// information. Domains meet in the shared parameters only, so L is computed block by block, theirs last.
///
/// In place of log psi stands u with psi = least_psi + exp u, so that psi approaches its bound smoothly; of benchmarks
/// of which some noise is known psi = exp u, so that u is log psi.
class NoisePacking
{
public:
    NoisePacking(std::span<PatternedScores const> domains, NoiseParameters const& at, SourcePattern pattern,
                 SubspaceFit loadings = SubspaceFit::free, std::span<Anchor const> anchors = {});

    [[nodiscard]] Vector pack(NoiseParameters const& parameters) const;
    void unpack(Vector const& point, NoiseParameters& parameters) const;
    /// The gradient by coordinates of the point, from that by parameters.
    /// \param at  the point, unpacked
    void pack_gradient(NoiseParameters const& at, NoiseParameters const& gradient, Vector& by_point) const;

private:
    struct Block
    {
        Matrix lower;  ///< L_k, own x own
        Matrix across; ///< W_k, shared x own
    };

    NoiseLayout layout_;
    std::vector<Index> unbounded_; ///< benchmarks whose psi may be 0
    Matrix shared_;                ///< L of the shared parameters, what the domains' own leave of their information
    std::vector<Block> blocks_;
};

} // namespace exahca::detail

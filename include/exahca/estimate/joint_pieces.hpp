#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/estimate/analysis_request.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/estimate/estimate_pieces.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/replicate_data.hpp"
#include "exahca/model/noise_data.hpp"

#include <cstdint>
#include <span>

namespace exahca {

/// Does pieces of the noise-aware estimate of one setting.
class JointPieces
{
public:
    /// \param request      of the estimate; its pieces do not matter
    /// \param dataset      outlives this object
    /// \param more_orders  ranks of further candidate orders to start from: the best of the landscape, where it was
    ///                     computed
    JointPieces(AnalysisRequest request, Dataset const& dataset, std::span<std::int64_t const> more_orders);

    /// What EstimateBook::take takes: a function of piece and input.
    /// \param input  EstimateBook::input
    /// \throws NumericalFailure  where the estimate would meet it, too
    /// \throws InvalidInput      when the input is damaged
    [[nodiscard]] Bytes compute(PieceId piece, std::span<std::byte const> input) const;

private:
    [[nodiscard]] Bytes quick_search() const;

    AnalysisRequest request_;
    Dataset const& dataset_;
    ReplicateData data_;
    JointOptions options_;
    NoiseData standardised_;
};

/// What an EstimateBook of the setting has to know.
[[nodiscard]] JointOptions estimate_effort(Setting const& setting);

} // namespace exahca

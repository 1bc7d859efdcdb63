#include "exahca/estimate/joint_pieces.hpp"

#include "joint_options.hpp"
#include "noise_finish.hpp"
#include "span_comparison.hpp"
#include "unscreened.hpp"

#include <utility>

namespace exahca {

JointPieces::JointPieces(AnalysisRequest request, Dataset const& dataset, std::span<std::int64_t const> more_orders)
    : request_(std::move(request)), dataset_(dataset), data_(observed_data(request_.setting, dataset)),
      options_(estimate_options(request_, data_, more_orders)), standardised_(standardised_data(data_.scores, options_))
{
}

Bytes JointPieces::compute(PieceId piece, std::span<std::byte const> input) const
{
    auto const& names = request_.setting.domains;
    auto options = options_;
    options.search = search_limits(request_.setting, SearchUse::estimate); // with the stop flag of this piece
    switch (piece.kind) {
    case PieceKind::search:
        options.search_index = static_cast<std::uint64_t>(piece.number);
        return write_noise_search(search_noise_aware(standardised_, names, options));
    case PieceKind::finish:
        return write_finish_reply(do_finish_piece(standardised_, names, options, read_finish_piece(input)));
    case PieceKind::all_models:
        return quick_search();
    case PieceKind::exact_scores:
        break;
    }
    return exact_scores_fit(standardised_, names, options);
}

Bytes JointPieces::quick_search() const
{
    auto const unscreened = observed_data(without_screening(request_.setting), dataset_);
    if (!has_screened(data_, unscreened)) return {};
    auto const options = joint_options(request_, unscreened);
    return write_quick_search(search_all_models(unscreened.scores, request_.setting.domains, options));
}

JointOptions estimate_effort(Setting const& setting) { return thorough(joint_options(setting, {})); }

} // namespace exahca

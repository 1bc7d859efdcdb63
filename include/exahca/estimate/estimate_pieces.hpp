#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/estimate/interim_search.hpp"
#include "exahca/estimate/joint_estimator.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace exahca {

/// Kinds of pieces of a noise-aware estimate that several ranks can do, in the order in which they are best handed out:
/// a search takes long, what comes after all searches is waited for, and the last two fill gaps.
enum class PieceKind : std::uint8_t {
    search,      ///< an independent search
    finish,      ///< a part of what is made of all searches: turns, densities
    all_models,  ///< the quick search without screening, that the answer is compared with
    exact_scores ///< the fit of the span likelihood to rows of exact scores, likewise
};

/// Which piece of an estimate.
struct PieceId
{
    PieceKind kind = PieceKind::search;
    std::int32_t number = 0; ///< of several of the kind

    friend auto operator<=>(PieceId const&, PieceId const&) = default;
};

/// What has been found elsewhere for an estimate, one message each. Whatever is empty was not done or has failed: the
/// estimate does it, with the same result to the last bit.
struct EstimatePieces
{
    std::vector<Bytes> searches; ///< by number (write_noise_search)
    Bytes optima;                ///< that all searches lead to, once they were finished
    Bytes all_models;            ///< see PieceKind; empty, too, where screening leaves out no model
    Bytes exact_scores;          ///< see PieceKind; empty, too, where the comparison takes no fit of its own

    friend bool operator==(EstimatePieces const&, EstimatePieces const&) = default;
};

void write_pieces(ByteWriter& writer, EstimatePieces const& pieces);
/// \throws InvalidInput  for a damaged message
[[nodiscard]] EstimatePieces read_pieces(ByteReader& reader);

class NoiseFinish;

/// Keeps the book of one estimate that is done in pieces: which can be done, and what has come of those that were.
///
/// Independent searches come first, as many again where these disagree (needs_more_searches); then, step by step, what
/// is made of all of them. The other two kinds wait for nothing. Needs no data, and computes nothing.
class EstimateBook
{
public:
    /// \param effort  of the estimate: searches, last_restarts, same_flag_degrees
    explicit EstimateBook(JointOptions const& effort);
    ~EstimateBook();
    EstimateBook(EstimateBook&&) noexcept;
    EstimateBook& operator=(EstimateBook&&) noexcept;

    /// Pieces that can be done since the last call, each named once.
    [[nodiscard]] std::vector<PieceId> take_due();
    /// Whether the result of a piece that was due is still of use.
    [[nodiscard]] bool awaits(PieceId piece) const { return open_.contains(piece); }
    /// What a piece works on besides setting and data. \pre awaits(piece)
    [[nodiscard]] Bytes input(PieceId piece) const;
    /// Takes the result of a piece; an empty one of a piece that failed or has nothing to find. What nobody awaits is
    /// dropped.
    /// \throws InvalidInput  when it is damaged
    void take(PieceId piece, Bytes found);

    [[nodiscard]] bool finished() const { return open_.empty(); }
    /// \pre finished
    [[nodiscard]] EstimatePieces const& found() const { return found_; }
    /// What the searches for orders of the first independent search knew; empty before it is over.
    [[nodiscard]] std::vector<InterimSearch> order_searches() const;

    /// Independent searches that are over, and all.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> searches() const;
    /// Done and total in a unit roughly proportional to time.
    [[nodiscard]] std::pair<double, double> progress() const;
    /// What is done after the searches: "turns of the flag".
    [[nodiscard]] std::string activity() const;

private:
    void open(PieceId piece);
    void add_searches();
    void end_searches();
    void open_finish();
    void take_finish(PieceId piece, Bytes const& found);

    JointOptions effort_;
    std::set<PieceId> open_; ///< due or under way
    std::vector<PieceId> due_;
    std::int32_t searches_done_ = 0;
    std::unique_ptr<NoiseFinish> finish_; ///< once the searches are over, unless it fails
    std::int32_t first_of_step_ = 0;      ///< number of its first piece of the step under way
    EstimatePieces found_;
};

} // namespace exahca
